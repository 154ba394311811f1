import type { MeshController } from '../mesh/controller.js';
import type { Timeline } from '../mesh/timeline.js';
import { createMeshCluster, type MeshCluster } from './cluster.js';
import { ControllerProcess } from './controller-process.js';
import { fastClock } from './fast-clock.js';
import { HostJournal } from './host-journal.js';
import type { Lines } from './line-file.js';
import type { Random } from './random.js';
import type { Samples, TargetSamples } from './samples.js';
import type { Discovered, Story } from './scenario.js';
import type { Tally } from './tally.js';

const MINUTE = 60_000;

/** The parts that the targets of a run share. */
export interface Lab {
  readonly timeline: Timeline;
  readonly tally: Tally;
  readonly samples: Samples;
  readonly traces: Lines;
  readonly logs: Lines;
  /** Controllers export the labels of their instrumentation scope, and their version changes when they are replaced. */
  readonly upgrades: boolean;
  /** Every host keeps a journal. */
  readonly journals: boolean;
}

/** Options of {@link Target}. */
export interface TargetOptions {
  readonly lab: Lab;
  /** Host name of the process. */
  readonly host: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly story: Story;
  /** The target whose mesh this one stands beside as another candidate. */
  readonly beside?: Target;
  /** Makes the cluster; the same seed makes the same one. */
  readonly seed: number;
  readonly random: Random;
}

/** A cluster with the process of its controller, as Prometheus finds it. */
export class Target implements Discovered {
  readonly cluster: MeshCluster;
  readonly #options: TargetOptions;
  readonly #journal: HostJournal | undefined;
  #samples: TargetSamples;
  #replacements = 0;
  #discovered = true;
  #controller: MeshController | undefined;
  #process: ControllerProcess | undefined;

  constructor(options: TargetOptions) {
    const { lab, host, story, namespace, cluster, seed, beside } = options;
    this.#options = options;
    this.#journal = lab.journals ? new HostJournal() : undefined;
    this.#samples = lab.samples.target(this.#instance);
    const stands = story.standby ?? story.secondLeader;
    const timeline = fastClock(lab.timeline, (story.clockAhead ?? 0) * MINUTE);
    this.cluster = createMeshCluster({
      ...story.mesh,
      namespace,
      cluster,
      seed,
      timeline,
      ...(stands && { candidate: host }),
      ...(beside && { beside: beside.cluster }),
      instrumented: (controller) => this.#instrument(controller, timeline.now),
    });
  }

  /** @param index number of the scrape */
  async scrape(index: number): Promise<void> {
    if (!this.#discovered) return;
    this.#samples.add(index, this.cluster.controller.running ? await this.#process?.scrape() : undefined);
  }

  withdraw(): void {
    this.#discovered = false;
  }

  /** The process crashes, and a minute later another of the next version takes over. One that is gone stays gone. */
  replace(): void {
    const { lab } = this.#options;
    if (!this.cluster.controller.running) return;
    this.cluster.faults.crash();
    lab.timeline.after(MINUTE, () => {
      this.#replacements += 1;
      this.#samples = lab.samples.target(this.#instance);
      this.cluster.faults.restart();
    });
  }

  /** Lets the journal hear of everything up to now. */
  async flush(): Promise<void> {
    await this.#process?.instrumentation.forceFlush();
  }

  /** Writes the spans and log records that are left. */
  end(): void {
    this.#process?.end();
  }

  get #instance(): string {
    const { host } = this.#options;
    return `${this.#replacements === 0 ? host : `${host}-${this.#replacements}`}:9464`;
  }

  #instrument(controller: MeshController, clock: () => number) {
    const { lab, story, random } = this.#options;
    this.#process?.end();
    if (this.#controller !== undefined) inherit(controller, this.#controller);
    this.#controller = controller;
    this.#process = new ControllerProcess({
      instance: this.#instance,
      controller,
      clock,
      instrumentation: story.instrumentation,
      journal: this.#journal?.ofProcess(() => controller.running),
      random: random.fork(),
      traces: lab.traces,
      logs: lab.logs,
      scopeVersion: lab.upgrades ? `1.${this.#replacements}.0` : undefined,
    });
    if (story.withoutHeartbeats) controller.removeAllListeners('heartbeat');
    lab.tally.watch(controller);
    return this.#process.instrumentation;
  }
}

/** Passes on the trouble that outlives a process: forced moves, an incident, a pause, the reason to hang. */
function inherit(controller: MeshController, previous: MeshController): void {
  controller.guardrails.forcedMoves = previous.guardrails.forcedMoves;
  controller.guardrails.incident = previous.guardrails.incident;
  controller.hung = previous.hung;
  if (previous.paused) controller.pause();
}
