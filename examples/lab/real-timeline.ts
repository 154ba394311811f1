import type { Cancel, Timeline } from '../mesh/timeline.js';
import { Agenda } from './agenda.js';

/** Interval of the search for due actions, in milliseconds of real time. */
const LOOK_MS = 50;

/** Speed of a {@link RealTimeline}, and its clock. */
export interface Pace {
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** Milliseconds since the Unix epoch: the real clock, which the simulation itself never reads. */
  readonly clock: () => number;
}

/**
 * Time that follows the real clock, faster by a factor. It starts at the real time. One timer drives everything: a
 * timer for each action would keep the span in which it was scheduled active while the action runs.
 */
export class RealTimeline implements Timeline {
  readonly #agenda = new Agenda();
  readonly #pace: Pace;
  readonly #start: number;
  readonly #timer: NodeJS.Timeout;

  constructor(pace: Pace) {
    this.#pace = pace;
    this.#start = pace.clock();
    this.#timer = setInterval(() => this.#run(), LOOK_MS);
  }

  readonly now = (): number => Math.round(this.#start + (this.#pace.clock() - this.#start) * this.#pace.speed);

  at(time: number, action: () => void): Cancel {
    return this.#agenda.add(time, action);
  }

  after(delay: number, action: () => void): Cancel {
    return this.at(this.now() + delay, action);
  }

  /** Lets the process end although actions are still due. */
  unref(): this {
    this.#timer.unref();
    return this;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #run(): void {
    const now = this.now();
    for (let due = this.#agenda.takeDue(now); due !== undefined; due = this.#agenda.takeDue(now)) due.action();
  }
}
