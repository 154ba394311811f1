/**
 * The clock of the control API, from its answers. Ages are differences to times of that clock; the operator's own
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

  /** Time of the last answer, for which its content is true. Milliseconds since the Unix epoch. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** The time by now, for what goes on being shown. Milliseconds since the Unix epoch. */
  now(): number {
    return this.#answeredAt + (performance.now() - this.#readAt);
  }
}
