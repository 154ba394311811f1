import { access, constants, copyFile, readFile } from 'node:fs/promises';
import { run } from '../support/process.js';

const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const MANIFEST = `${REPOSITORY}test/demo/collector-builder.yaml`;
const CACHE = `${REPOSITORY}.cache/otelcol`;
/** The manifest of the program that is there. */
const BUILT = `${CACHE}/collector-builder.yaml`;

/**
 * A real Collector, built from its modules where the manifest has changed since the last time.
 *
 * @returns the folder of the program
 */
export async function collectorFolder(): Promise<string> {
  const manifest = await readFile(MANIFEST, 'utf8');
  const built = await access(`${CACHE}/otelcol-core`, constants.X_OK)
    .then(() => readFile(BUILT, 'utf8'))
    .catch(() => undefined);
  if (built === manifest) return CACHE;
  // The builder is released with the components, at their version.
  const [, version] = /otlpreceiver (v\S+)/.exec(manifest) ?? [];
  const builder = `go.opentelemetry.io/collector/cmd/builder@${version}`;
  await run('go', ['run', builder, '--config', MANIFEST], REPOSITORY);
  await copyFile(MANIFEST, BUILT);
  return CACHE;
}
