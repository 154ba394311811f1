import { aCount, aNumber, listOf, type ReadBy, record } from '../intake/schema.js';

/** Schema of {@link Pace} as plain data. */
export const SAVED_PACE = record({
  perShard: listOf(aNumber),
  perByte: listOf(aNumber),
  moves: aCount,
  sized: aCount,
  bytes: aCount,
  width: aCount,
  beganAt: aNumber,
});
type SavedPace = ReadBy<typeof SAVED_PACE>;

/** Moves that are remembered: enough for a mean, few enough to follow a change of pace. */
const REMEMBERED = 16;

/** How long the last moves of a plan or a cluster took, and how many there were at once. Plain data; milliseconds. */
export class Pace {
  /** Times of the last moves, in no order. */
  readonly perShard: number[] = [];
  /** The same for a byte, of those whose size was told at their start. */
  readonly perByte: number[] = [];
  /** Moves so far, those whose size was told, and their bytes. */
  moves = 0;
  sized = 0;
  bytes = 0;
  /** Moves under way when the last one began, and when that was. */
  width = 1;
  beganAt = 0;

  /** The pace as plain data. */
  save(): SavedPace {
    const { perShard, perByte, moves, sized, bytes, width, beganAt } = this;
    return { perShard, perByte, moves, sized, bytes, width, beganAt };
  }

  load({ perShard, perByte, ...rest }: SavedPace): void {
    Object.assign(this, rest);
    this.perShard.push(...perShard.slice(0, REMEMBERED));
    this.perByte.push(...perByte.slice(0, REMEMBERED));
  }

  begin(moving: number, at: number): void {
    this.width = moving;
    this.beganAt = at;
  }

  /** @param bytes the size, where it was told at the start */
  add(millis: number, bytes: number | undefined): void {
    this.perShard[this.moves % REMEMBERED] = millis;
    this.moves += 1;
    if (bytes === undefined || bytes === 0) return;
    this.perByte[this.sized % REMEMBERED] = millis / bytes;
    this.sized += 1;
    this.bytes += bytes;
  }
}
