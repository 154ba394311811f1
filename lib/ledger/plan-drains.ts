import { aBoolean, aCount, aNumber, anId, listOf, maybe, type ReadBy, record } from '../intake/schema.js';
import type { MoveSlots } from './move-slots.js';
import { OverlapTimer, SAVED_TIMER } from './overlap-timer.js';
import type { PlanShards } from './plan-shards.js';
import { advance, reachesLess, SAVED_PROGRESS } from './progress.js';
import type { Drain } from './step.js';

const SAVED_DRAIN = record({
  node: anId,
  ordinal: aCount,
  shards: aCount,
  remaining: aCount,
  bytes: maybe(aCount),
  startedAt: maybe(aNumber),
  open: aBoolean,
  isLost: aBoolean,
  idleSince: maybe(aNumber),
  progress: SAVED_PROGRESS,
});

/** Schema of {@link PlanDrains} as plain data. */
export const SAVED_DRAINS = record({ byNode: listOf(SAVED_DRAIN), time: SAVED_TIMER });
type SavedDrains = ReadBy<typeof SAVED_DRAINS>;

/** The drains of one plan, by node. Times are milliseconds since the Unix epoch. */
export class PlanDrains {
  readonly byNode = new Map<string, Drain>();
  readonly #shards: PlanShards;
  readonly #slots: MoveSlots;
  #time = new OverlapTimer();

  constructor(shards: PlanShards, slots: MoveSlots) {
    this.#shards = shards;
    this.#slots = slots;
  }

  /** The drains as plain data, without their moves, which are saved with the shards. */
  save(): SavedDrains {
    const byNode = [...this.byNode.values()].map(({ moving: _, ...drain }) => drain);
    return { byNode, time: this.#time.save() };
  }

  /** To be called when the shards have been loaded. */
  load({ byNode, time }: SavedDrains): void {
    for (const { shards, remaining, progress, ...saved } of byNode) {
      const moving = this.#movingOff(saved.node);
      const drain: Drain = { ...saved, shards: 0, remaining: 0, moving, progress: { ...progress } };
      this.#shards.drain(drain, shards, remaining);
      this.byNode.set(drain.node, drain);
    }
    this.#time = new OverlapTimer(time);
  }

  /** Seconds in which any drain has run. */
  seconds(now: number): number {
    return this.#time.seconds(now);
  }

  /** The drain that a move off a node is part of. */
  of(source: string | undefined): Drain | undefined {
    return source === undefined ? undefined : this.byNode.get(source);
  }

  listOpen(): Drain[] {
    return [...this.byNode.values()].filter((drain) => drain.open);
  }

  /** @param startedAt undefined when the start was not seen */
  open(node: string, ordinal: number, startedAt: number | undefined, shards: number, seenAt: number): Drain {
    const before = this.byNode.get(node);
    if (before !== undefined) this.#shards.leaveOut(before);
    const at = startedAt ?? seenAt;
    const drain: Drain = {
      node,
      ordinal,
      shards: 0,
      remaining: 0,
      bytes: undefined,
      startedAt,
      open: true,
      isLost: false,
      moving: before?.moving ?? this.#movingOff(node),
      idleSince: before?.idleSince,
      progress: { at, most: shards, fewest: shards },
    };
    // Another attempt is no progress, and neither is what it reaches once more.
    if (before !== undefined && before.remaining > 0) {
      drain.progress.at = before.progress.at;
      if (shards >= before.progress.fewest) {
        Object.assign(drain.progress, before.progress);
        reachesLess(drain.progress, shards, shards);
      }
    }
    this.#shards.drain(drain, shards, shards);
    this.byNode.set(node, drain);
    this.#time.start(at);
    return drain;
  }

  /** Takes what a drain tells of its shards. */
  report(drain: Drain, shards: number, remaining: number, at: number, now: number): void {
    this.#shards.drain(drain, shards, remaining);
    if (reachesLess(drain.progress, shards, remaining)) advance(drain.progress, at, now);
  }

  close(drain: Drain, at: number): void {
    drain.open = false;
    this.#time.stop(at);
  }

  /** Stops a drain of which nothing is known since `at`. */
  lose(drain: Drain, at: number): void {
    drain.isLost = true;
    this.close(drain, at);
  }

  /** Goes on with a drain that was lost. */
  find(drain: Drain, at: number): void {
    drain.open = true;
    drain.isLost = false;
    drain.startedAt = undefined;
    this.#time.start(at);
  }

  /** Believes what a snapshot says of progress, unless more has been seen. */
  resumeFrom(at: number, isNew: boolean): void {
    for (const { progress, startedAt } of this.byNode.values()) {
      progress.at = Math.max((isNew ? startedAt : progress.at) ?? at, at);
    }
  }

  /** A move off a node begins: its drain's turn has come, at first or after it had to wait for slots. */
  startMove(source: string | undefined, at: number, now: number): void {
    const drain = this.of(source);
    if (drain === undefined) return;
    if (drain.moving === 0) {
      const { idleSince } = drain;
      const { full, freedAt = Number.NEGATIVE_INFINITY } = this.#slots;
      if (idleSince === undefined || full || freedAt > idleSince) {
        advance(drain.progress, at, now);
      }
    }
    drain.moving += 1;
  }

  /** A move off a node has ended, and is no longer counted. @returns the drain of the node */
  endMove(source: string | undefined, at: number): Drain | undefined {
    const drain = this.of(source);
    if (drain === undefined) return undefined;
    drain.moving = Math.max(0, drain.moving - 1);
    drain.idleSince = at;
    return drain;
  }

  #movingOff(node: string): number {
    let moving = 0;
    for (const { source } of this.#shards.moving) if (source === node) moving += 1;
    return moving;
  }
}
