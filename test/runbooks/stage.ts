import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMeshCluster, type MeshCluster } from '../../examples/lab/cluster.js';
import { ControllerProcess } from '../../examples/lab/controller-process.js';
import { fastClock } from '../../examples/lab/fast-clock.js';
import { writeOpenMetrics } from '../../examples/lab/open-metrics.js';
import { Random } from '../../examples/lab/random.js';
import { Samples, type TargetSamples } from '../../examples/lab/samples.js';
import type { Act, Discovered, Scenario } from '../../examples/lab/scenario.js';
import { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { VirtualTimeline } from '../../examples/lab/virtual-timeline.js';
import { Refusal } from '../../examples/operator/controllable.js';
import { MINUTE } from '../support/time.js';

const START = Date.UTC(2026, 0, 1);
const SCRAPE_INTERVAL = 15_000;
const SEED = 1;
/** Traces and logs are not what a page asks. */
const NOWHERE = { write() {} };

/** A controller of the cluster, in a process that Prometheus scrapes. */
class Player implements Discovered {
  readonly cluster: MeshCluster;
  readonly now: () => number;
  readonly #samples: TargetSamples;
  #discovered = true;
  #process: ControllerProcess | undefined;

  constructor(instance: string, scenario: Scenario, timeline: VirtualTimeline, samples: Samples, beside?: MeshCluster) {
    this.#samples = samples.target(instance);
    // As the lab seeds its first cluster, so that its history is the same.
    const random = new Random(SEED).fork();
    const clock = fastClock(timeline, (scenario.clockAhead ?? 0) * MINUTE);
    this.now = () => clock.now();
    this.cluster = createMeshCluster({
      ...scenario.mesh,
      namespace: 'payments',
      cluster: 'eu-1',
      seed: random.below(0x7fff_ffff),
      timeline: clock,
      ...((scenario.secondLeader ?? scenario.standby) && { candidate: instance }),
      ...(beside && { beside }),
      instrumented: (controller) => {
        const { instrumentation } = scenario;
        const sinks = { traces: NOWHERE, logs: NOWHERE };
        const process = { instance, controller, clock: this.now, instrumentation, random: random.fork(), ...sinks };
        this.#process = new ControllerProcess(process);
        if (scenario.withoutHeartbeats) controller.removeAllListeners('heartbeat');
        return this.#process.instrumentation;
      },
    });
  }

  withdraw(): void {
    this.#discovered = false;
  }

  discover(): void {
    this.#discovered = true;
  }

  /** @param index number of the scrape */
  async scrape(index: number): Promise<void> {
    if (this.#discovered) this.#samples.add(index, await this.metrics());
  }

  /** What `/metrics` answers; undefined when nobody answers. */
  async metrics(): Promise<string | undefined> {
    return this.cluster.controller.running ? this.#process?.scrape() : undefined;
  }
}

/**
 * The cluster in trouble of a scenario of the lab, which can be stopped at any minute, asked, told what to do, and gone
 * on with.
 */
export class Stage {
  readonly #timeline = new VirtualTimeline(START);
  readonly #folder = mkdtempSync(join(tmpdir(), 'runbook-'));
  readonly #samples = new Samples('mesh-controller');
  readonly #first: Player;
  readonly #players: readonly Player[];
  #scrapes = 0;

  constructor(scenario: Scenario) {
    this.#first = new Player('mesh-controller-1:9464', scenario, this.#timeline, this.#samples);
    const { secondLeader, standby } = scenario;
    const second =
      (secondLeader ?? standby) &&
      new Player('mesh-controller-1b:9464', scenario, this.#timeline, this.#samples, standby && this.#first.cluster);
    this.#players = [this.#first, ...(second ? [second] : [])];
    for (const act of scenario.acts) this.#stage(act, 0);
  }

  get cluster(): MeshCluster {
    return this.#first.cluster;
  }

  /** The clusters as all controllers see them that hold themselves for the one of the cluster. */
  get clusters(): readonly MeshCluster[] {
    return this.#players.map(({ cluster }) => cluster);
  }

  /** Has Prometheus scrape the controllers that it had lost. */
  discover(): void {
    for (const player of this.#players) player.discover();
  }

  /** Milliseconds since the Unix epoch, by the controller's clock. */
  readonly controllerTime = (): number => this.#first.now();

  /** Milliseconds since the Unix epoch, by that of Prometheus. */
  readonly now = (): number => this.#timeline.now();

  /** Lets time pass while the controllers are scraped. */
  async advance(minutes: number): Promise<void> {
    const end = this.now() + minutes * MINUTE;
    for (let time = this.#scrapeTime(); time <= end; time = this.#scrapeTime()) {
      this.#timeline.runUntil(time);
      for (const player of this.#players) await player.scrape(this.#scrapes);
      this.#scrapes += 1;
    }
    this.#timeline.runUntil(end);
  }

  /** Writes what a Prometheus has by now. */
  writeMetrics(): string {
    const path = join(this.#folder, 'metrics.om');
    writeOpenMetrics(path, this.#samples, new ScrapeTimes(START, SCRAPE_INTERVAL, this.now() - START));
    return path;
  }

  close(): void {
    for (const { cluster } of this.#players) cluster.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #scrapeTime(): number {
    return START + this.#scrapes * SCRAPE_INTERVAL;
  }

  #stage(act: Act, round: number): void {
    const { minute, every = 0 } = act;
    this.#timeline.at(START + (minute + round * every) * MINUTE, () => {
      // An operator of a mesh with two leaders is heard by the first.
      try {
        act.act(this.cluster, round, this.#first);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      if (every > 0) this.#stage(act, round + 1);
    });
  }
}
