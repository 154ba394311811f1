import { expect } from 'chai';
import { type Replacement, replaced } from '../support/replaced.js';
import { until } from '../support/until.js';
import { agrees } from './agrees.js';
import { Host } from './host.js';
import { type Check, readPage, type Step, stepsOf } from './page.js';
import type { Project } from './project.js';

const PAGE = readPage('install.md');

/** A way of the page, with those before it that it builds on. */
export type Way = 'scrape' | 'collector' | 'prometheus';

/** What is otherwise than the page says. */
export interface Change {
  /** In a file, or in the command of a program: what is put in the place of what. */
  readonly replaced?: Readonly<Record<string, readonly Replacement[]>>;
  /** Whole files, in the place of the page's or besides them. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the controller's process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The steps to a plan beside its trace on one way. */
export function stepsOfWay(way: Way): Step[] {
  const common = stepsOf(PAGE).filter(({ kind }) => kind === 'write');
  const [telemetry] = way === 'prometheus' ? stepsOf(PAGE, 'collector') : [];
  return [...common, ...(telemetry === undefined ? [] : [telemetry]), ...stepsOf(PAGE, way)];
}

/** Tests have no time to wait for intervals. */
function hurried(text: string): string {
  return text
    .replaceAll('15_000', '1_000')
    .replaceAll('10_000', '900')
    .replaceAll(/(scrape_interval): 15s/g, '$1: 1s');
}

/** Span metrics come once a minute; less often than a scrape, or it misses their exemplars. */
const HURRIED_GATEWAY = { COLLECTOR_SPAN_METRICS_INTERVAL: '4s' };

/** Writes a file of the page on a host. */
async function writeStep(host: Host, project: Project, file: string, text: string, change: Change = {}) {
  const changed = change.files?.[file] ?? replaced(text, change.replaced?.[file] ?? []);
  const ofLine = project.line === '3' ? changed.replaceAll(/^.*\/\/ 2\.x$\n/gm, '') : changed;
  await host.write(file, hurried(ofLine));
}

/** Starts a program of the page on a host. */
async function startStep(host: Host, name: string, command: string, change: Change = {}): Promise<void> {
  const changed = replaced(command, change.replaced?.[name] ?? []);
  if (name !== 'controller') await host.launch(name, changed, name === 'gateway' ? HURRIED_GATEWAY : {});
  else await host.launch(name, `${changed} > controller.log 2>&1`, change.environment);
}

/** Does what the page says; the checks only when they are asked for. */
export async function walk(host: Host, project: Project, steps: readonly Step[], change: Change = {}): Promise<void> {
  for (const [file, text] of Object.entries(change.files ?? {})) await host.write(file, text);
  for (const step of steps) {
    if (step.kind === 'write') await writeStep(host, project, step.file, step.text, change);
    if (step.kind === 'start') await startStep(host, step.program, step.command, change);
    if (step.kind === 'check') await holds(host, step.check);
  }
}

/** Waits until a command prints what the page says. */
export async function holds(host: Host, check: Check): Promise<void> {
  await until(async () => {
    const printed = await host.type(check.line);
    if (!agrees(printed, check)) expect(printed.trim(), check.line).to.equal(check.output);
    return true;
  });
}

/** Uses a host, and leaves nothing of it. */
export async function on(project: Project, use: (host: Host) => Promise<void>): Promise<void> {
  const host = await Host.start(project);
  try {
    await use(host);
  } finally {
    await host.stop();
  }
}
