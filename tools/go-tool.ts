import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Say, toStandardError, withProgress } from './build-progress.js';
import { cachedFolder } from './cached-folder.js';
import { runCommand } from './command.js';

/** Programs of one Go module, in a Go module of their own that says which version and which dependencies. */
export interface GoTool {
  /** The folder of `go.mod` and `go.sum`. The `tool` directives in the former name the programs. */
  readonly source: string;
  /** The module that the programs are in. */
  readonly module: string;
  /** The variable that its releases put their version in, without which the programs do not know it. */
  readonly versionVariable: string;
  /** The version of the programs where modules count otherwise; neither has a `v` in front. */
  readonly released?: (moduleVersion: string) => string;
  readonly tags?: string;
  /** How long a first build takes, for whoever waits for it. */
  readonly usual?: string;
}

/** The version that `go.mod` pins, as its programs print it. */
export async function pinnedVersion({ source, module, released = (version) => version }: GoTool): Promise<string> {
  const [, version] =
    (await readFile(join(source, 'go.mod'), 'utf8'))
      .split('\n')
      .map((line) => line.replace(/^require|\/\/.*$/g, '').trim())
      .map((line) => /^(\S+) v(\S+)$/.exec(line)?.slice(1) ?? [])
      .find(([path]) => path === module) ?? [];
  if (version === undefined) throw new Error(`${join(source, 'go.mod')} does not require ${module}`);
  return released(version);
}

/**
 * Builds the programs where that has not been done since the pins changed.
 *
 * @param home where the folder is kept
 * @returns the folder of the programs
 * @throws Error with what Go said when they cannot be built
 */
export async function builtGoTool(home: string, tool: GoTool, say: Say = toStandardError): Promise<string> {
  const flags = `-s -w -X ${tool.versionVariable}=${await pinnedVersion(tool)}`;
  const args = ['-trimpath', '-ldflags', flags, ...(tool.tags === undefined ? [] : ['-tags', tool.tags])];
  const pins = await Promise.all(['go.mod', 'go.sum'].map((file) => readFile(join(tool.source, file), 'utf8')));
  const name = basename(tool.source);
  return cachedFolder(
    home,
    [...pins, ...args],
    (folder) => {
      // The last one stands for all that the tool directives name. With -v, each package is told as it is compiled.
      const command = ['build', '-C', tool.source, '-v', ...args, '-o', `${folder}/`, 'tool'];
      return withProgress(say, {
        title: `${name}: building with Go`,
        usual: tool.usual ?? 'some minutes',
        work: async (step) => {
          const onErrorLine = (line: string) => {
            if (!line.startsWith('go: ')) step();
          };
          await runCommand('go', command, { env: { CGO_ENABLED: '0' }, onErrorLine });
        },
      });
    },
    () => say(`${name}: another process is building it; waiting for that`),
  );
}
