/**
 * The clock of the control API, as its answers tell it. Ages are differences to times of that clock; the operator's own
 * may be wrong.
 */
export class ServerClock {
  #answeredAt = Date.now();
  #readAt = performance.now();

  /** Takes the time from an answer. One that gives none leaves the clock going as before. */
  read({ headers }: Response): void {
    const date = Date.parse(headers.get('date') ?? '');
    if (Number.isNaN(date)) return;
    this.#answeredAt = date;
    this.#readAt = performance.now();
  }

  /** When the last answer was given: the time that what it says is true for. Milliseconds since the Unix epoch. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** The time by now, for what goes on being shown. Milliseconds since the Unix epoch. */
  now(): number {
    return this.#answeredAt + (performance.now() - this.#readAt);
  }
}
