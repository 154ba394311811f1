import { access, chmod, mkdir, writeFile } from 'node:fs/promises';
import { unpackDebianPackages } from '../../examples/debian-packages.js';

const CACHE = new URL('../../../.cache/debian-alertmanager/', import.meta.url).pathname;
const FOLDER = `${CACHE}bin`;
/**
 * Debian's program reads its templates from /usr/share, where only an installation would put them, which would start a
 * server too. So it gets a view of the file system of its own, with what was unpacked in that place.
 */
const VIEW = `#!/bin/sh
exec unshare --mount --map-root-user sh -c \\
  'mount --bind "$0/share" /usr/share && exec "$0/bin/prometheus-alertmanager" "$@"' '${CACHE}usr' "$@"
`;

/**
 * Debian's Alertmanager, unpacked where that has not been done before.
 *
 * @returns the folder of the program
 */
export async function alertmanagerFolder(): Promise<string> {
  const program = `${CACHE}usr/bin/prometheus-alertmanager`;
  await access(program).catch(() => unpackDebianPackages(['prometheus-alertmanager'], CACHE));
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/prometheus-alertmanager`, VIEW);
  await chmod(`${FOLDER}/prometheus-alertmanager`, 0o755);
  return FOLDER;
}
