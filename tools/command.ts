import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Where and how a command runs. */
export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process' environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called for each line on standard error, while it runs. */
  readonly onErrorLine?: (line: string) => void;
}

/**
 * Runs a command to its end.
 *
 * @returns what it printed on standard output
 * @throws Error with all that it printed when it fails, or saying that it is not there
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, onErrorLine }: CommandOptions = {},
): Promise<string> {
  const line = [command, ...args].join(' ');
  try {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 << 20 };
    const running = promisify(execFile)(command, args, options);
    const { stderr: errors } = running.child;
    if (onErrorLine !== undefined && errors !== null) createInterface(errors).on('line', onErrorLine);
    return (await running).stdout;
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as NodeJS.ErrnoException & { stdout?: string; stderr?: string };
    const printed = `${stdout}${stderr}`.trim() || (error as Error).message;
    throw new Error(`${line}\n${code === 'ENOENT' ? `${command} is not on PATH` : printed}`, { cause: error });
  }
}
