import type { Outcome } from '../contract/vocabulary.js';
import { aBoolean, aCount, aNumber, anId, listOf, maybe, type ReadBy, record } from '../intake/schema.js';
import type { Drain, Move } from './step.js';

/** Shards at rest that are saved by name. */
const MAX_SAVED = 1_000;

/** Schema of {@link PlanShards} as plain data. */
export const SAVED_SHARDS = record({
  /** On their way. */
  moving: listOf(
    record({
      shard: anId,
      ordinal: aCount,
      source: maybe(anId),
      target: maybe(anId),
      startedAt: maybe(aNumber),
      size: maybe(aCount),
      again: aBoolean,
    }),
  ),
  moved: listOf(anId),
  unmoved: listOf(anId),
  returned: listOf(anId),
  reported: aCount,
  movedUnseen: aCount,
  disowned: aCount,
  disownedMoved: aCount,
  atEnd: maybe(record({ total: aCount, left: aCount })),
});
type SavedShards = ReadBy<typeof SAVED_SHARDS>;

/** State of a shard that is not on its way: its last move has completed; none ever has; an earlier one had. */
type AtRest = 'moved' | 'unmoved' | 'returned';

/** The shards of one plan: how many there are, are left, and are on their way, from whatever its controller tells. */
export class PlanShards {
  readonly #moves = new Map<string, Move | AtRest>();
  readonly #moving: Move[] = [];
  #moved = 0;
  #inDrains = 0;
  #leftInDrains = 0;
  #reported = 0;
  /** Moved before anybody looked. */
  #movedUnseen = 0;
  /** Seen before the last report of the totals, and more than it says. */
  #disowned = 0;
  /** Moved before the last report of the totals, and more than it says. */
  #disownedMoved = 0;
  #atEnd: { readonly total: number; readonly left: number } | undefined;

  /** The shards as plain data. Past a number of them, those that have moved are counted only. */
  save(): SavedShards {
    const atRest: Record<AtRest, string[]> = { moved: [], unmoved: [], returned: [] };
    for (const [shard, move] of this.#moves) if (typeof move === 'string') atRest[move].push(shard);
    const { moved, unmoved, returned } = atRest;
    const forgotten = moved.splice(0, Math.max(0, moved.length - MAX_SAVED)).length;
    const forgottenUnmoved = unmoved.splice(0, Math.max(0, unmoved.length - MAX_SAVED)).length;
    returned.splice(0, Math.max(0, returned.length - MAX_SAVED));
    return {
      moving: this.#moving.map(({ bytes: _, place: _place, ...move }) => move),
      ...atRest,
      reported: forgottenUnmoved === 0 ? this.#reported : this.total,
      movedUnseen: this.#movedUnseen + forgotten,
      disowned: this.#disowned,
      disownedMoved: this.#disownedMoved,
      atEnd: this.#atEnd,
    };
  }

  /** To be called before the drains, which are saved apart, are counted. */
  load({ moving, moved, unmoved, returned, ...saved }: SavedShards): void {
    for (const shard of moved) this.#moves.set(shard, 'moved');
    for (const shard of unmoved) this.#moves.set(shard, 'unmoved');
    for (const shard of returned) this.#moves.set(shard, 'returned');
    for (const saved of moving) {
      const move: Move = { ...saved, bytes: undefined, place: this.#moving.length };
      this.#moves.set(move.shard, move);
      this.#moving.push(move);
    }
    this.#moved = moved.length;
    this.#reported = saved.reported;
    this.#movedUnseen = saved.movedUnseen;
    this.#disowned = saved.disowned;
    this.#disownedMoved = saved.disownedMoved;
    this.#atEnd = saved.atEnd;
  }

  /** Shards in all: as reported, or as many as have been seen since if those are more. */
  get total(): number {
    if (this.#atEnd !== undefined) return this.#atEnd.total;
    return Math.max(this.#reported, this.#seen() - this.#disowned, this.#moving.length);
  }

  /** Shards that have yet to be moved. */
  get left(): number {
    if (this.#atEnd !== undefined) return this.#atEnd.left;
    const { total } = this;
    return Math.min(total, Math.max(0, total - this.#done() + this.#disownedMoved));
  }

  /** False once nothing is left to move; of a plan that tells of its moves alone nobody knows that. */
  get hasMore(): boolean {
    return this.left > 0 || (this.#reported === 0 && this.#inDrains === 0);
  }

  /** Moves under way, in any order. */
  get moving(): readonly Move[] {
    return this.#moving;
  }

  /** Shards whose moves are remembered. */
  get remembered(): number {
    return this.#moves.size;
  }

  /** The move of a shard in flight, or how its last move left it. */
  move(shard: string): Move | AtRest | undefined {
    return this.#moves.get(shard);
  }

  /** Believes the totals as the controller reports them now, whatever was seen before. */
  report(total: number | undefined, left: number | undefined): void {
    if (total !== undefined) {
      this.#reported = total;
      this.#disowned = Math.max(0, this.#seen() - total);
      this.#disownedMoved = 0;
      // More were moved than there are now: those moves belong to an earlier plan of this name.
      if (this.#done() > total) this.#disownedMoved = this.#done();
    }
    if (left === undefined) return;
    const moved = Math.max(0, this.#reported - left);
    this.#disownedMoved = Math.max(0, this.#done() - moved);
    if (this.#disownedMoved === 0) this.#movedUnseen = Math.max(0, moved - this.#moved);
  }

  open(move: Move): void {
    if (this.#moves.get(move.shard) === 'moved') this.#moved -= 1;
    this.#moves.set(move.shard, move);
    move.place = this.#moving.push(move) - 1;
  }

  close(move: Move, outcome: Outcome): void {
    this.#stop(move);
    if (outcome === 'completed') {
      this.#moves.set(move.shard, 'moved');
      this.#moved += 1;
    } else {
      this.#moves.set(move.shard, move.again ? 'returned' : 'unmoved');
    }
  }

  /** Forgets a move of which nothing more is known, though not that its shard had been moved before. */
  lose(move: Move): void {
    this.#stop(move);
    if (move.again) this.#moves.set(move.shard, 'returned');
    else this.#moves.delete(move.shard);
  }

  /** The last move takes the place of this one: a set would be made anew every so many moves. */
  #stop(move: Move): void {
    const last = this.#moving.pop() as Move;
    if (last === move) return;
    last.place = move.place;
    this.#moving[move.place] = last;
  }

  /** Counts a drain, or what it has told since. */
  drain(drain: Drain, shards: number, remaining: number): void {
    this.#inDrains += shards - drain.shards;
    this.#leftInDrains += remaining - drain.remaining;
    drain.shards = shards;
    drain.remaining = remaining;
  }

  /** Leaves out a drain that a new attempt takes the place of. */
  leaveOut({ shards, remaining }: Drain): void {
    this.#inDrains -= shards;
    this.#leftInDrains -= remaining;
  }

  /** Keeps the figures of a plan that has ended. Its shards are never asked for again, and there may be many. */
  end(outcome: Outcome): void {
    this.#atEnd = { total: this.total, left: outcome === 'completed' ? 0 : this.left };
    this.#moves.clear();
    this.#moving.length = 0;
  }

  #seen(): number {
    return Math.max(this.#movedUnseen + this.#moves.size, this.#inDrains);
  }

  /** A controller may report moves, or drains only: whichever shows more progress counts. */
  #done(): number {
    return Math.max(this.#movedUnseen + this.#moved, this.#inDrains - this.#leftInDrains);
  }
}
