import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/process.js';
import { readPage, stepsOf } from './page.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
/** Line 3 of OpenTelemetry JS needs a later Node than this project's own. */
const NODE = { name: `node-${process.platform}-${process.arch}`, version: '24' };

/** A folder in which the page's packages are installed. */
export interface Project {
  readonly line: '2' | '3';
  readonly folder: string;
  readonly node: string;
}

/** Carries out the page's commands that install, with the package as it would be published. */
export class Projects {
  readonly #folder: string;
  readonly #tarball: string;

  private constructor(folder: string, tarball: string) {
    this.#folder = folder;
    this.#tarball = tarball;
  }

  static async open(): Promise<Projects> {
    const folder = await mkdtemp(join(tmpdir(), 'install-packages-'));
    const [packed] = JSON.parse(
      await run('npm', ['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`], ROOT),
    );
    return new Projects(folder, join(folder, packed.filename));
  }

  async install(line: Project['line']): Promise<Project> {
    const step = stepsOf(readPage('install.md')).find((found) => found.kind === 'install' && found.line === line);
    if (step?.kind !== 'install') throw new Error(`the page installs nothing for line ${line}`);
    const folder = join(this.#folder, line);
    await mkdir(folder);
    await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
    const command = step.command.replace(
      `install ${NAME} `,
      `install --no-audit --no-fund --ignore-scripts ${this.#tarball} `,
    );
    await run('sh', ['-ec', command], folder);
    if (line === '2') return { line, folder, node: process.execPath };
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', `${NODE.name}@${NODE.version}`],
      folder,
    );
    return { line, folder, node: join(folder, 'node_modules', NODE.name, 'bin/node') };
  }

  close(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
