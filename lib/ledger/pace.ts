/** Moves that are remembered: enough for a mean, few enough to follow a change of pace. */
const REMEMBERED = 16;

/** How long the last moves of a plan or a cluster took: in milliseconds for a shard, and for a byte. Plain data. */
export class Pace {
  readonly perShard: number[] = [];
  /** Those whose size was known from the start. */
  readonly perByte: number[] = [];
  /** Moves so far. */
  moves = 0;
  /** Those whose size was known from the start. */
  sized = 0;

  /** @param bytes the size, where it was known from the start */
  add(millis: number, bytes: number | undefined): void {
    this.perShard[this.moves % REMEMBERED] = millis;
    this.moves += 1;
    if (bytes === undefined || bytes === 0) return;
    this.perByte[this.sized % REMEMBERED] = millis / bytes;
    this.sized += 1;
  }
}
