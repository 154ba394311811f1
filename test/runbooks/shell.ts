import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { program as locate } from '../../tools/program.js';

const CLI = new URL('../../examples/operator/cli/main.js', import.meta.url).pathname;

/** A shell as an operator has it: `mesh` and `promtool` are on its path. */
export class Shell {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<Shell> {
    const folder = mkdtempSync(join(tmpdir(), 'runbook-bin-'));
    const program = (name: string, script: string) => {
      const path = join(folder, name);
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
    };
    program('mesh', `exec '${process.execPath}' '${CLI}' "$@"`);
    // An operator asks about the present. Here that is where virtual time stands.
    program(
      'promtool',
      [
        `promtool='${await locate('promtool-2')}'`,
        'case "$1 $2" in',
        '  "query instant") shift 2; exec "$promtool" query instant ${PRESENT:+--time=$PRESENT} "$@" ;;',
        '  *) exec "$promtool" "$@" ;;',
        'esac',
      ].join('\n'),
    );
    return new Shell(folder);
  }

  /** Types a command; `output` is all that is printed, in the order in which it comes. */
  type(command: string, environment: NodeJS.ProcessEnv): { readonly process: ChildProcess; output: Promise<string> } {
    const { PATH = '' } = process.env;
    const child = spawn('/bin/sh', ['-c', `exec 2>&1\n${command}`], {
      env: { PATH: `${this.#folder}:${PATH}`, HOME: this.#folder, COLUMNS: '100', LC_ALL: 'C.UTF-8', ...environment },
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return { process: child, output: text(child.stdout) };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
