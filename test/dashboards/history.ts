import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { playScenario } from '../../examples/lab/run.js';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import type { Summary } from '../../examples/lab/tally.js';
import { Cleanup } from '../support/cleanup.js';
import { Prometheus } from '../support/prometheus.js';
import { HOUR } from '../support/time.js';
import { Oracle } from './oracle.js';
import { record } from './recorded.js';

/** What is played, and how it is scraped. */
export interface HistoryOptions {
  readonly scenario: string;
  readonly hours: number;
  readonly clusters: number;
  readonly nodes?: number;
  readonly shards?: number;
  /** Virtual minute in which every controller is replaced by one of the next version. */
  readonly restartAt?: number;
  /** Seconds between two scrapes; default 15. */
  readonly scrape?: 15 | 60;
  /** A second replica exports the same gauges, and counters of its own that stay 0. */
  readonly standby?: boolean;
  readonly release?: '2' | '3';
  /** More series, as OpenMetrics text without its end. */
  readonly more?: (start: number, end: number) => string;
}

/** A Prometheus that has seen some hours of a fleet, recorded series included. */
export interface History {
  readonly prometheus: Prometheus;
  readonly oracle: Oracle;
  readonly summary: Summary;
  /** Milliseconds since the Unix epoch. */
  readonly start: number;
  readonly end: number;
  readonly scrape: number;
  stop(): Promise<void>;
}

/** Plays a scenario and loads it. */
export function loadHistory(options: HistoryOptions): Promise<History> {
  const { hours, scrape = 15 } = options;
  return Cleanup.whole(async (cleanup) => {
    const folder = await cleanup.folder('dashboards');
    const { samples, times, summary } = await play(options);
    const file = (name: string) => join(folder, `${name}.om`);
    const { start } = times;
    const end = start + hours * HOUR;
    writeOpenMetrics(file('scraped'), samples, times);
    if (scrape === 60) thinOut(file('scraped'));
    const files = [file('scraped')];
    if (options.standby === true) files.push(standbyOf(file('scraped'), file('standby')));
    if (options.more !== undefined) {
      writeFileSync(file('more'), `${options.more(start, end)}\n# EOF\n`);
      files.push(file('more'));
    }
    const { release = '2' } = options;
    const prometheus = await cleanup.use(Prometheus.over(files, { release }));
    await record(prometheus, file('recorded'), start, end);
    const oracle = new Oracle(samples, times, scrape / 15, release === '3');
    return { prometheus, oracle, summary, start, end, scrape: scrape * 1000, stop: () => cleanup.now() };
  });
}

function play({ scenario: name, hours, clusters, nodes, shards, restartAt }: HistoryOptions) {
  const scenario = scenarioNamed(name);
  const mesh = { ...scenario.mesh, nodes: nodes ?? scenario.mesh.nodes, shards: shards ?? scenario.mesh.shards };
  const nothing = { write: () => {} };
  const run = { scenario: { ...scenario, mesh }, hours, clusters, seed: 1, restartAt };
  return playScenario(run, { traces: nothing, logs: nothing });
}

/** Leaves every fourth sample of each series: those of whole minutes. */
function thinOut(path: string): void {
  rewrite(path, path, (line) =>
    line.startsWith('#') || Number(line.slice(line.lastIndexOf(' '))) % 60 === 0 ? line : '',
  );
}

/** What a replica exports that is not the leader: it sees all and does nothing. */
function standbyOf(path: string, standby: string): string {
  const counter = /^\w+_(total|bucket|count|sum)\{/;
  rewrite(path, standby, (line) => {
    if (line.startsWith('#')) return line;
    const moved = line.replace(/instance="([^":]+)/, 'instance="$1-standby');
    return counter.test(line) ? moved.replace(/\} \S+ /, '} 0 ') : moved;
  });
  return standby;
}

function rewrite(from: string, to: string, change: (line: string) => string): void {
  const lines = readFileSync(from, 'utf8').trimEnd().split('\n').map(change);
  writeFileSync(to, `${lines.filter((line) => line !== '').join('\n')}\n`);
}
