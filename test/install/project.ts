import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NEWER_NODE } from '../support/otel-lines.js';
import { type Packed, packedForSuite } from '../support/packed.js';
import { run } from '../support/process.js';
import { readPage, stepsOf } from './page.js';

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
const QUIETLY = ['install', '--no-audit', '--no-fund', '--ignore-scripts'];

/** A line of OpenTelemetry JS. */
export type Line = '2' | '3';
export const LINES: readonly Line[] = ['2', '3'];

/** A folder in which the page's packages are installed. */
export interface Project {
  readonly line: Line;
  readonly folder: string;
  readonly node: string;
}

/** The projects of the suite at hand, one for each line, with the package as it would be published. */
export function projectsForSuite(): (line: Line) => Project {
  const packed = packedForSuite();
  const installed = new Map<Line, Project>();
  before(async () => {
    for (const line of LINES) installed.set(line, await install(line, packed));
  });
  return (line) => installed.get(line) as Project;
}

/** Carries out the page's command that installs. */
async function install(line: Line, packed: Packed): Promise<Project> {
  const step = stepsOf(readPage('install.md')).find((found) => found.kind === 'install' && found.line === line);
  if (step?.kind !== 'install') throw new Error(`the page installs nothing for line ${line}`);
  const folder = join(packed.folder, line);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const command = step.command.replace(`install ${NAME} `, `${QUIETLY.join(' ')} ${packed.tarball} `);
  await run('sh', ['-ec', command], folder);
  if (line === '2') return { line, folder, node: process.execPath };
  // It needs a later Node than this project's own.
  await run('npm', [...QUIETLY, '--no-save', `${NEWER_NODE.name}@${NEWER_NODE.version}`], folder);
  return { line, folder, node: join(folder, 'node_modules', NEWER_NODE.name, 'bin/node') };
}
