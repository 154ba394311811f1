/** Timers as a browser has them, jsdom and Electron's renderer included: a timer is a number, and time stands still. */
export class BrowserTimers {
  readonly #actions = new Map<number, () => void>();
  #last = 0;

  /** Timers that run. */
  get running(): number {
    return this.#actions.size;
  }

  /** Lets each interval come round once. */
  turn(): void {
    for (const action of this.#actions.values()) action();
  }

  /** Puts these timers in the place of Node's while `action` runs. */
  during<T>(action: () => T): T {
    const { setInterval, clearInterval } = globalThis;
    Object.assign(globalThis, {
      setInterval: (callback: () => void) => {
        this.#last += 1;
        this.#actions.set(this.#last, callback);
        return this.#last;
      },
      clearInterval: (timer: number) => this.#actions.delete(timer),
    });
    try {
      return action();
    } finally {
      Object.assign(globalThis, { setInterval, clearInterval });
    }
  }
}
