import { setImmediate } from 'node:timers';

/** A longer stretch of work lets the event loop turn. */
const SLICE_MILLIS = 5;

/** One slice of every turn of the event loop, shared by all that is collected and written. */
export class SharedTurn {
  #since = 0;
  #next: Promise<void> | undefined;

  /** Resolves in a turn that has time left, in the order of the calls; undefined while this one has. */
  readonly rest = (): Promise<void> | undefined => (this.#isOver() ? this.#wait() : undefined);

  /** Resolves in the next turn. */
  next(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#since = performance.now();
        this.#next = undefined;
        resolve();
      });
    });
    return this.#next;
  }

  async #wait(): Promise<void> {
    do await this.next();
    while (this.#isOver());
  }

  #isOver(): boolean {
    return performance.now() - this.#since > SLICE_MILLIS;
  }
}
