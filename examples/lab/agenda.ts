import type { Cancel } from '../mesh/timeline.js';

interface Entry {
  readonly time: number;
  /** Breaks ties, so that of two actions of one moment the one that was entered first runs first. */
  readonly order: number;
  action: (() => void) | undefined;
}

/** Actions in the order of their times: a binary heap. Times are milliseconds since the Unix epoch. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #entered = 0;

  add(time: number, action: () => void): Cancel {
    const entry: Entry = { time, order: this.#entered, action };
    this.#entered += 1;
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
    return () => {
      entry.action = undefined;
    };
  }

  /** Takes out the earliest action that is due at `time`, with the time it was due. */
  takeDue(time: number): { readonly time: number; readonly action: () => void } | undefined {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.time > time) return undefined;
      this.#removeFirst();
      if (first.action !== undefined) return { time: first.time, action: first.action };
    }
  }

  #removeFirst(): void {
    const last = this.#heap.pop() as Entry;
    if (this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && isLater(this.#entry(left), this.#entry(right)) ? right : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #entry(index: number): Entry {
    return this.#heap[index] as Entry;
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const above = this.#entry(upper);
    const below = this.#entry(lower);
    if (!isLater(above, below)) return false;
    this.#heap[upper] = below;
    this.#heap[lower] = above;
    return true;
  }
}

function isLater(a: Entry, b: Entry): boolean {
  return a.time > b.time || (a.time === b.time && a.order > b.order);
}
