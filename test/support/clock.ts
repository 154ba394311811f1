/** A clock that moves only when told. Milliseconds since the Unix epoch. */
export class TestClock {
  now = Date.UTC(2026, 0, 1);

  readonly read = (): number => this.now;

  advance(seconds: number): void {
    this.now += seconds * 1000;
  }
}
