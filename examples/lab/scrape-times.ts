/** Times at which the targets are scraped. Times are milliseconds since the Unix epoch. */
export class ScrapeTimes {
  readonly start: number;
  readonly interval: number;
  readonly count: number;

  /** @param duration milliseconds; a scrape at its very end is included */
  constructor(start: number, interval: number, duration: number) {
    this.start = start;
    this.interval = interval;
    this.count = Math.floor(duration / interval) + 1;
  }

  at(index: number): number {
    return this.start + index * this.interval;
  }
}
