import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Timeline } from '../mesh/timeline.js';
import { Refusal } from '../operator/controllable.js';
import type { MeshCluster } from './cluster.js';
import { writeInputSeries } from './input-series.js';
import { LineFile, type Lines } from './line-file.js';
import { writeOpenMetrics } from './open-metrics.js';
import { ORDINARY_APPROVAL, ORDINARY_MAINTENANCE } from './ordinary-maintenance.js';
import { Random } from './random.js';
import { Samples } from './samples.js';
import type { Act, Discovered, Scenario, Story } from './scenario.js';
import { ScrapeTimes } from './scrape-times.js';
import { type Summary, Tally } from './tally.js';
import { type Lab, Target } from './target.js';
import { VirtualTimeline } from './virtual-timeline.js';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SCRAPE_INTERVAL = 15_000;
/** Time after which a journal has heard of what happened. */
const JOURNAL_INTERVAL = 1_000;
const NAMESPACES = ['payments', 'search', 'orders', 'media'] as const;

/** A performance of a scenario. */
export interface PlayOptions {
  readonly scenario: Scenario;
  /** Virtual hours. */
  readonly hours: number;
  readonly clusters: number;
  readonly seed: number;
  /**
   * Virtual minutes after which every controller crashes, to come back a minute later as another instance of the next
   * version. What ails it goes on. Never without it.
   */
  readonly restartAt?: number | undefined;
  /** Whether every host keeps a journal, from which a controller that crashed goes on. Default: none does. */
  readonly journals?: boolean | undefined;
}

/** Sinks of spans and log records while a scenario is played. */
export interface Sinks {
  readonly traces: Lines;
  readonly logs: Lines;
}

/** A cluster that something happens to. */
export interface Staged extends Discovered {
  readonly cluster: MeshCluster;
}

/** The part that one cluster has in a scenario. */
export interface Part {
  readonly inTrouble: boolean;
  readonly story: Story;
  readonly acts: readonly Act[];
}

/** Result of a performance. */
export interface Played {
  readonly summary: Summary;
  readonly samples: Samples;
  readonly times: ScrapeTimes;
}

/** One run of a scenario, with its files. */
export interface RunOptions extends PlayOptions {
  /** Folder for the files; it is made if it is not there. */
  readonly folder: string;
  /** Milliseconds between two samples of `input-series.yaml`, a multiple of 15 s. */
  readonly ruleInterval: number;
}

/** Plays a scenario in virtual time. */
export async function playScenario(options: PlayOptions, { traces, logs }: Sinks): Promise<Played> {
  const { scenario, hours, clusters, seed, restartAt, journals = false } = options;
  const timeline = new VirtualTimeline(START);
  const lab: Lab = {
    timeline,
    tally: new Tally(timeline.now),
    samples: new Samples('mesh-controller'),
    traces,
    logs,
    upgrades: restartAt !== undefined,
    journals,
  };
  const random = new Random(seed);
  const targets = Array.from({ length: clusters }, (_, index) =>
    startTargets(lab, scenario, index, random.fork()),
  ).flat();
  const crash = restartAt === undefined ? Number.POSITIVE_INFINITY : START + restartAt * MINUTE;
  if (restartAt !== undefined) for (const target of targets) timeline.at(crash, () => target.replace());
  const times = new ScrapeTimes(START, SCRAPE_INTERVAL, hours * HOUR);
  for (let index = 0; index < times.count; index += 1) {
    const time = times.at(index);
    if (time >= crash && timeline.now() < crash) {
      // Journals are written when the loop turns, which it does at scrapes only.
      timeline.runUntil(crash - JOURNAL_INTERVAL);
      for (const target of targets) await target.flush();
    }
    timeline.runUntil(time);
    for (const target of targets) await target.scrape(index);
    // A fleet takes a minute, in which the timers of the process have to go on.
    await otherWork();
  }
  for (const target of targets) target.end();
  const summary = lab.tally.summary({ scenario: scenario.name, seed, hours, clusters });
  return { summary, samples: lab.samples, times };
}

/** Plays a scenario, and writes what a Prometheus, a trace store and a log store would have kept. */
export async function runScenario(options: RunOptions): Promise<Played> {
  const { folder, ruleInterval } = options;
  mkdirSync(folder, { recursive: true });
  const traces = new LineFile(join(folder, 'traces.json'));
  const logs = new LineFile(join(folder, 'logs.json'));
  const played = await playScenario(options, { traces, logs });
  traces.close();
  logs.close();
  const { summary, samples, times } = played;
  writeOpenMetrics(join(folder, 'metrics.om'), samples, times);
  writeInputSeries(join(folder, 'input-series.yaml'), samples, times, ruleInterval);
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  return played;
}

/** The processes of one cluster: one, unless it has a standby, or two hold themselves for its controller. */
function startTargets(lab: Lab, scenario: Scenario, index: number, random: Random): Target[] {
  const { inTrouble, story, acts } = partOf(scenario, index);
  const options = {
    lab,
    host: `mesh-controller-${index + 1}`,
    namespace: NAMESPACES[index % NAMESPACES.length] as string,
    cluster: `eu-${index + 1}`,
    story,
    seed: random.below(0x7fff_ffff),
    random,
  };
  const target = new Target(options);
  for (const act of acts) stage(lab.timeline, target, act);
  if (!inTrouble || !(scenario.secondLeader ?? scenario.standby)) return [target];
  const second = { ...options, host: `${options.host}b` };
  return [target, new Target(scenario.standby ? { ...second, beside: target } : second)];
}

/** What a cluster of a scenario is like, and what happens to it. @param index number of the cluster, from 0 on */
export function partOf(scenario: Scenario, index: number): Part {
  const inTrouble = scenario.happensTo === 'all' || index === 0;
  const { nodes, shards } = scenario.mesh;
  const story = inTrouble ? scenario : { mesh: { nodes, shards, approvalDelay: ORDINARY_APPROVAL } };
  const acts = inTrouble ? scenario.acts : ORDINARY_MAINTENANCE;
  return { inTrouble, story, acts: index === 0 ? [...acts, ...(scenario.firstAlso ?? [])] : acts };
}

/** Lets an act happen at its time to a cluster, again and again where it says so. */
export function stage(timeline: Timeline, target: Staged, act: Act, round = 0): void {
  const { minute, every = 0 } = act;
  timeline.at(START + (minute + round * every) * MINUTE, () => {
    try {
      act.act(target.cluster, round, target);
    } catch (error) {
      // An operator who is refused comes back in the next round.
      if (!(error instanceof Refusal)) throw error;
    }
    if (every > 0) stage(timeline, target, act, round + 1);
  });
}
