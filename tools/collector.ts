import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Say, toStandardError, withProgress } from './build-progress.js';
import { cachedFolder } from './cached-folder.js';
import { runCommand } from './command.js';
import { REPOSITORY } from './repository.js';

const MANIFEST = join(REPOSITORY, 'collector/builder.yaml');
/** The file name of the program. */
export const COLLECTOR = 'otelcol';

/** The version in the manifest. */
export async function collectorVersion(): Promise<string> {
  const [, version] = /^ +version: (\S+)$/m.exec(await readFile(MANIFEST, 'utf8')) ?? [];
  if (version === undefined) throw new Error(`${MANIFEST} has no dist.version`);
  return version;
}

/**
 * A Collector with the components of the manifest, built where that has not been done since the manifest changed.
 *
 * @param home where the folder is kept
 * @returns the folder of the program
 * @throws Error with what the OpenTelemetry Collector Builder said when it cannot be built
 */
export async function builtCollector(home: string, say: Say = toStandardError): Promise<string> {
  const manifest = await readFile(MANIFEST, 'utf8');
  // The builder is released with the components, at their version.
  const builder = `go.opentelemetry.io/collector/cmd/builder@v${await collectorVersion()}`;
  const build = async (folder: string) => {
    const sources = join(folder, 'sources');
    const ours = join(folder, 'builder.yaml');
    await mkdir(sources);
    await writeFile(ours, manifest.replace(/^( +output_path:).*$/m, `$1 ${JSON.stringify(sources)}`));
    await runCommand('go', ['run', builder, '--config', ours]);
    await rename(join(sources, COLLECTOR), join(folder, COLLECTOR));
    await Promise.all([rm(sources, { recursive: true }), rm(ours)]);
  };
  return cachedFolder(
    home,
    [manifest],
    (folder) =>
      withProgress(say, {
        title: `${COLLECTOR}: building with the OpenTelemetry Collector Builder`,
        usual: 'about 2 min on two cores',
        work: () => build(folder),
      }),
    () => say(`${COLLECTOR}: another process is building it; waiting for that`),
  );
}
