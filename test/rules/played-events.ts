import { ControllerProcess } from '../../examples/lab/controller-process.js';
import { Random } from '../../examples/lab/random.js';
import { Samples, type TargetSamples } from '../../examples/lab/samples.js';
import { ScrapeTimes } from '../../examples/lab/scrape-times.js';
import { VirtualTimeline } from '../../examples/lab/virtual-timeline.js';
import { TestController } from '../support/controller.js';
import { MINUTE, SECOND } from '../support/time.js';
import { GatewayExposition } from './gateway-exposition.js';
import { inputSeriesText } from './input-series-text.js';

const START = Date.UTC(2026, 0, 1);
const SCRAPE_INTERVAL = 15 * SECOND;
/** Milliseconds between two exports of a process that sends its metrics to a gateway: OpenTelemetry's default. */
const EXPORT_INTERVAL = MINUTE;
const NOWHERE = { write: () => {} };

/** A process with one instrumented controller. */
export interface ProcessOptions {
  readonly instance?: string;
  /** Minutes by which its clock is ahead; below 0 behind. */
  readonly clockAhead?: number;
  /** By scrapes of the process itself, unless it sends to a gateway that is scraped. */
  readonly through?: 'gateway';
  /** False for a controller that gives no heartbeats. */
  readonly beats?: boolean;
}

/** A running process: its controller emits, Prometheus scrapes. */
export class Process {
  readonly controller = new TestController();
  readonly #process: ControllerProcess;
  readonly #samples: TargetSamples;
  readonly #gateway: GatewayExposition | undefined;
  readonly #now: () => number;
  #alive = true;
  #hangs: boolean;
  #discovered = true;

  constructor(options: ProcessOptions, now: () => number, samples: Samples) {
    const { instance = 'mesh-controller-1:9464', clockAhead = 0, through, beats = true } = options;
    this.#hangs = !beats;
    this.#now = now;
    this.#samples = samples.target(instance);
    this.#gateway = through && new GatewayExposition();
    const { controller } = this;
    const clock = () => now() + clockAhead * MINUTE;
    const random = new Random(1);
    this.#process = new ControllerProcess({ instance, controller, clock, random, traces: NOWHERE, logs: NOWHERE });
  }

  /** Goes round the control loop once, if it goes on. */
  beat(): void {
    if (this.#alive && !this.#hangs) this.controller.emit('heartbeat');
  }

  /** Stops the control loop; the process goes on answering. */
  hang(): void {
    this.#hangs = true;
  }

  /** Ends the process as SIGKILL does: nothing is said or sent any more. */
  kill(): void {
    this.#alive = false;
  }

  /** Takes the process off the targets of Prometheus. */
  withdraw(): void {
    this.#discovered = false;
  }

  /** @param index number of the scrape */
  async scrape(index: number): Promise<void> {
    if (this.#gateway === undefined) {
      if (this.#discovered) this.#samples.add(index, this.#alive ? await this.#process.scrape() : undefined);
      return;
    }
    const now = this.#now();
    if (this.#alive && (now - START) % EXPORT_INTERVAL === 0) this.#gateway.receive(await this.#process.scrape(), now);
    this.#samples.add(index, this.#gateway.text(now));
  }
}

/** The place where a story is played: processes start, and things happen at virtual minutes. */
export class Stage {
  readonly minutes: number;
  readonly timeline = new VirtualTimeline(START);
  readonly samples = new Samples('mesh-controller');
  readonly processes: Process[] = [];

  constructor(minutes: number) {
    this.minutes = minutes;
  }

  /** Starts a process whose control loop beats twice a minute. */
  start(options: ProcessOptions = {}): Process {
    const process = new Process(options, this.timeline.now, this.samples);
    this.processes.push(process);
    this.#beat(process);
    return process;
  }

  at(minute: number, action: () => void): void {
    this.timeline.at(START + minute * MINUTE, action);
  }

  /** @param minutes between two rounds, from the first minute to the last */
  every(minutes: number, [from, to]: readonly [from: number, to: number], action: (round: number) => void): void {
    for (let round = 0; from + round * minutes <= to; round += 1) this.at(from + round * minutes, () => action(round));
  }

  #beat(process: Process): void {
    process.beat();
    this.timeline.after(MINUTE / 2, () => this.#beat(process));
  }
}

/**
 * Plays events through `instrument()` in virtual time, with a scrape every 15 s.
 *
 * @returns `interval` and `input_series` of a rule test: the series that the rules read
 */
export async function playedEvents(stage: Stage): Promise<string> {
  const { timeline, samples, minutes } = stage;
  const times = new ScrapeTimes(START, SCRAPE_INTERVAL, minutes * MINUTE);
  for (let index = 0; index < times.count; index += 1) {
    timeline.runUntil(times.at(index));
    for (const process of stage.processes) await process.scrape(index);
  }
  return inputSeriesText(samples, times, SCRAPE_INTERVAL);
}
