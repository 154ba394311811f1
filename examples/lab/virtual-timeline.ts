import type { Cancel, Timeline } from '../mesh/timeline.js';
import { Agenda } from './agenda.js';

/** Time that passes on command: hours of a simulation run in seconds, and the same way each time. */
export class VirtualTimeline implements Timeline {
  readonly #agenda = new Agenda();
  #now: number;

  /** @param start milliseconds since the Unix epoch */
  constructor(start: number) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  at(time: number, action: () => void): Cancel {
    return this.#agenda.add(Math.max(Math.round(time), this.#now), action);
  }

  after(delay: number, action: () => void): Cancel {
    return this.at(this.#now + delay, action);
  }

  /** Runs everything that is due up to and including `time`, which is then the present. */
  runUntil(time: number): void {
    for (let due = this.#agenda.takeDue(time); due !== undefined; due = this.#agenda.takeDue(time)) {
      this.#now = due.time;
      due.action();
    }
    this.#now = Math.max(this.#now, time);
  }
}
