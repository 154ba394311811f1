/*
 * Asks the registry for known vulnerabilities in what users install. Ends with 0 when there are none, with 1 when there are,
 * and with 3 when the registry could not be asked: an audit that was not done has not passed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { writeUsersProject } from './users-lock.js';

interface Report {
  readonly auditReportVersion?: number;
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

async function report(folder: string): Promise<Report> {
  // Said aloud, because npm says "found 0 vulnerabilities" offline, without having asked.
  const args = ['audit', '--json', '--offline=false', '--audit=true', '--omit=', '--fetch-retries=1'];
  try {
    return JSON.parse(await runCommand('npm', args, { cwd: folder })) as Report;
  } catch (error) {
    const { stdout = '' } = (error as { cause?: { stdout?: string } }).cause ?? {};
    // npm fails where it finds something, too.
    return stdout.startsWith('{') ? (JSON.parse(stdout) as Report) : { message: String(error) };
  }
}

const folder = await mkdtemp(join(tmpdir(), 'audit-'));
try {
  await writeUsersProject(folder);
  const { auditReportVersion, message, vulnerabilities = {} } = await report(folder);
  const found = Object.entries(vulnerabilities);
  if (auditReportVersion === undefined) {
    console.error(`NOT DONE: the registry could not be asked for vulnerabilities: ${message ?? 'it gave no report'}`);
    process.exitCode = 3;
  } else if (found.length > 0) {
    for (const [name, { severity, range }] of found) console.error(`${severity}: ${name} ${range}`);
    process.exitCode = 1;
  } else {
    console.log('no known vulnerabilities in what users install');
  }
} finally {
  await rm(folder, { recursive: true });
}
