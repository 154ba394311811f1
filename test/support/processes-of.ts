import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** A process that still runs. */
export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

const SESSION_FIELD = 3;

/**
 * Processes that have a line in their environment, or belong to a session. Empty where there is no `/proc`.
 *
 * @param line such as `NAME=value`; who was started with an environment of its own may lack it
 */
export function processesOf(line: string, session: number | undefined): RunningProcess[] {
  if (!existsSync('/proc/self/environ')) return [];
  const found: RunningProcess[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = read(`/proc/${name}/environ`);
    // The command in parentheses may hold spaces; state, parent, group and session follow it.
    const [, rest = ''] = /\) (.*)/.exec(read(`/proc/${name}/stat`)) ?? [];
    const fields = rest.split(' ');
    if (fields[0] === 'Z') continue;
    if (!environment.split('\0').includes(line) && Number(fields[SESSION_FIELD]) !== session) continue;
    found.push({ pid: Number(name), command: read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim() });
  }
  return found;
}

/** Empty when the process has ended meanwhile, or belongs to somebody else. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return '';
    throw error;
  }
}
