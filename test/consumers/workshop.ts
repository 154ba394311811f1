import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openTelemetry } from '../support/otel-lines.js';
import { type Packed, packedForSuite } from '../support/packed.js';
import { runTool } from './program.js';

const FIXTURES = new URL('../../../test/consumers/', import.meta.url).pathname;
const NPM_INSTALL = ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];

/** Where the projects of one suite stand: outside the repository, so that none finds the repository's packages. */
export class Workshop {
  readonly #packed: Packed;

  private constructor(packed: Packed) {
    this.#packed = packed;
  }

  /** A workshop that opens before the first test of the suite at hand and is gone after the last. */
  static forSuite(): Workshop {
    return new Workshop(packedForSuite());
  }

  /** The package as it would be published. */
  get tarball(): string {
    return this.#packed.tarball;
  }

  /** A file or folder beside this one. */
  fixture(name: string): string {
    return join(FIXTURES, name);
  }

  folder(name: string): Promise<string> {
    return mkdtemp(join(this.#packed.folder, `${name}-`));
  }

  /** A new folder with the files of some folders beside this file, of which later ones win. */
  async copyOf(...fixtures: readonly [string, ...string[]]): Promise<string> {
    const path = await this.folder(fixtures[0]);
    for (const fixture of fixtures) await cp(this.fixture(fixture), path, { recursive: true });
    return path;
  }

  /** Installs the packed package, these, and what the project's own `package.json` names. */
  async install(path: string, packages: readonly string[] = openTelemetry(2)): Promise<void> {
    await runTool('npm', [...NPM_INSTALL, this.#packed.tarball, ...packages], path);
  }

  /** A project with our package, OpenTelemetry, the files of a folder beside this file and the tools these name. */
  async project(...fixtures: readonly [string, ...string[]]): Promise<string> {
    const path = await this.copyOf(...fixtures);
    await this.install(path);
    return path;
  }

  /** A folder with programs that come as packages, apart from the projects that they work on. */
  async tools(...packages: readonly string[]): Promise<string> {
    const path = await this.folder('tools');
    await writeFile(join(path, 'package.json'), JSON.stringify({ name: 'tools', private: true }));
    await runTool('npm', [...NPM_INSTALL, ...packages], path);
    return path;
  }
}

/** The program of an installed package. */
export function programOf(path: string, name: string): string {
  return join(path, 'node_modules/.bin', name);
}
