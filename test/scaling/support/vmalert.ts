import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { program } from '../../../tools/program.js';
import { removeFolder, scratchFolder } from '../../support/cleanup.js';
import { run } from '../../support/process.js';
import type { VictoriaMetrics } from './victoria-metrics.js';

/** Debian has it in the package of the store. */
async function vmalert(): Promise<string> {
  return join(dirname(await program('victoria-metrics')), 'vmalert');
}

/** What vmalert says against a rule file; nothing when it takes it. */
export async function checkRules(file: string): Promise<string> {
  return run(await vmalert(), ['-dryRun', `-rule=${file}`, '-loggerLevel=WARN']);
}

/** Where {@link replayRules} reads and writes, and the time that it goes through. */
export interface Replay {
  readonly from: VictoriaMetrics;
  readonly to: VictoriaMetrics;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
}

/** Has vmalert evaluate rule files for every minute of a time that has passed. */
export async function replayRules(files: readonly string[], { from, to, start, end }: Replay): Promise<void> {
  const folder = await scratchFolder('replay');
  try {
    await replay(await withoutTexts(files, folder), { from, to, start, end });
  } finally {
    await removeFolder(folder);
  }
}

/** Copies without annotations, whose queries vmalert does not make in a replay; all alerts are evaluated every minute. */
function withoutTexts(files: readonly string[], folder: string): Promise<string[]> {
  return Promise.all(
    files.map(async (file) => {
      const { groups } = parse(await readFile(file, 'utf8')) as {
        groups: { interval?: string; rules: { annotations?: object; alert?: string }[] }[];
      };
      for (const group of groups) {
        for (const rule of group.rules) delete rule.annotations;
        if (group.rules.some(({ alert }) => alert !== undefined)) delete group.interval;
      }
      const copy = join(folder, basename(file));
      await writeFile(copy, stringify({ groups }));
      return copy;
    }),
  );
}

async function replay(files: readonly string[], { from, to, start, end }: Replay): Promise<void> {
  await run(await vmalert(), [
    ...files.map((file) => `-rule=${file}`),
    `-datasource.url=${from.url}`,
    `-remoteWrite.url=${to.url}`,
    '-remoteWrite.flushInterval=50ms',
    '-evaluationInterval=1m',
    // In a replay it is the step, and the default is longer than an evaluation.
    '-datasource.queryStep=1m',
    `-replay.timeFrom=${new Date(start).toISOString()}`,
    `-replay.timeTo=${new Date(end).toISOString()}`,
    // No rule has to wait for what another one writes: that is in the other store already.
    '-replay.rulesDelay=50ms',
    '-replay.disableProgressBar',
    '-disableAlertgroupLabel',
    '-httpListenAddr=127.0.0.1:0',
    '-loggerLevel=WARN',
  ]);
  await to.flush();
}
