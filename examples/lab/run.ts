import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMeshCluster, type MeshCluster } from '../mesh/cluster.js';
import { Refusal } from '../mesh/control.js';
import { Random } from '../mesh/random.js';
import { VirtualTimeline } from '../mesh/virtual-timeline.js';
import { ControllerProcess } from './controller-process.js';
import { writeInputSeries } from './input-series.js';
import { LineFile } from './line-file.js';
import { writeOpenMetrics } from './open-metrics.js';
import { Samples, type TargetSamples } from './samples.js';
import type { Act, Scenario } from './scenario.js';
import { ORDINARY_APPROVAL, ORDINARY_MAINTENANCE } from './scenarios/healthy.js';
import { ScrapeTimes } from './scrape-times.js';
import { type Summary, Tally } from './tally.js';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const MINUTE = 60_000;
const SCRAPE_INTERVAL = 15_000;
const NAMESPACES = ['payments', 'search', 'orders', 'media'] as const;

/** One run of a scenario. */
export interface RunOptions {
  readonly scenario: Scenario;
  /** Virtual hours. */
  readonly hours: number;
  readonly clusters: number;
  readonly seed: number;
  /** Folder for the files; it is made if it is not there. */
  readonly folder: string;
  /** Milliseconds between two samples of `input-series.yaml`, a multiple of 15 s. */
  readonly ruleInterval: number;
}

/** What a run has given besides its files. */
export interface RunResult {
  readonly summary: Summary;
  readonly samples: Samples;
}

/** The parts that the clusters of a run share. */
interface Lab {
  readonly timeline: VirtualTimeline;
  readonly tally: Tally;
  readonly samples: Samples;
  readonly traces: LineFile;
  readonly logs: LineFile;
}

/** A cluster with the process of its controller, as Prometheus finds it. */
interface Target {
  readonly cluster: MeshCluster;
  readonly samples: TargetSamples;
  process(): ControllerProcess;
}

/** Runs a scenario in virtual time, and writes what a Prometheus, a trace store and a log store would have kept. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { scenario, hours, clusters, seed, folder } = options;
  mkdirSync(folder, { recursive: true });
  const timeline = new VirtualTimeline(START);
  const lab: Lab = {
    timeline,
    tally: new Tally(timeline.now),
    samples: new Samples('mesh-controller'),
    traces: new LineFile(join(folder, 'traces.json')),
    logs: new LineFile(join(folder, 'logs.json')),
  };
  const random = new Random(seed);
  const targets = Array.from({ length: clusters }, (_, index) => startTarget(lab, scenario, index, random.fork()));
  const times = new ScrapeTimes(START, SCRAPE_INTERVAL, hours * HOUR);
  for (let index = 0; index < times.count; index += 1) {
    timeline.runUntil(times.at(index));
    for (const target of targets) await scrape(target, index);
  }
  for (const target of targets) target.process().end();
  lab.traces.close();
  lab.logs.close();
  writeOpenMetrics(join(folder, 'metrics.om'), lab.samples, times);
  writeInputSeries(join(folder, 'input-series.yaml'), lab.samples, times, options.ruleInterval);
  const summary = lab.tally.summary({ scenario: scenario.name, seed, hours, clusters });
  writeFileSync(join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  return { summary, samples: lab.samples };
}

async function scrape({ cluster, samples, process }: Target, index: number): Promise<void> {
  samples.add(index, cluster.controller.running ? await process().scrape() : undefined);
}

function startTarget(lab: Lab, scenario: Scenario, index: number, random: Random): Target {
  const { timeline, tally, samples, traces, logs } = lab;
  const instance = `mesh-controller-${index + 1}:9464`;
  const inTrouble = scenario.happensTo === 'all' || index === 0;
  const { nodes, shards } = scenario.mesh;
  let process: ControllerProcess | undefined;
  const cluster = createMeshCluster({
    ...(inTrouble ? scenario.mesh : { nodes, shards, approvalDelay: ORDINARY_APPROVAL }),
    namespace: NAMESPACES[index % NAMESPACES.length] as string,
    cluster: `eu-${index + 1}`,
    seed: random.below(0x7fff_ffff),
    timeline,
    instrumented: (controller) => {
      process?.end();
      process = new ControllerProcess({
        instance,
        controller,
        clock: timeline.now,
        random: random.fork(),
        traces,
        logs,
      });
      tally.watch(controller);
      return process.instrumentation;
    },
  });
  for (const act of inTrouble ? scenario.acts : ORDINARY_MAINTENANCE) stage(timeline, cluster, act, 0);
  return { cluster, samples: samples.target(instance), process: () => process as ControllerProcess };
}

function stage(timeline: VirtualTimeline, cluster: MeshCluster, act: Act, round: number): void {
  const { minute, every = 0 } = act;
  timeline.at(START + (minute + round * every) * MINUTE, () => {
    try {
      act.act(cluster, round);
    } catch (error) {
      // An operator who is refused comes back in the next round.
      if (!(error instanceof Refusal)) throw error;
    }
    if (every > 0) stage(timeline, cluster, act, round + 1);
  });
}
