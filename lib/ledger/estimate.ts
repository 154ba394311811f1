import { MAX_CONCURRENT_MOVES } from '../contract/vocabulary.js';
import type { MoveSlots } from './move-slots.js';
import type { Pace } from './pace.js';
import type { Plan } from './plan.js';
import type { Move } from './step.js';

/** Moves of a plan that are remembered before those of its neighbours are no longer asked. */
const ENOUGH = 5;
/** Most moves that are played one by one; past it each stands for several. */
const MAX_PLAYED = 1_000;
/** Share of the longest known time after which a move is late. */
const LATE = 0.9;
/** Milliseconds without progress that say nothing yet, however short the moves are. */
const PATIENCE_MS = 120_000;
/** Times the longest move after which a plan without progress has no pace any more. */
const PATIENCE = 2;

/** A plan at work, as its moves are played on. Times in milliseconds. */
interface Work {
  readonly plan: Plan;
  /** When each move under way will end, as a Unix time. */
  readonly underWay: number[];
  /** Moves that have yet to begin, and how long each of them will take. */
  queued: number;
  readonly each: number;
  /** The longest that a move takes. */
  longest: number;
  /** Held back by anything but the want of a free slot. */
  readonly isHeld: boolean;
  end: number;
}

/**
 * When each plan will be done at its pace, in milliseconds since the Unix epoch: its moves are played on. One that is
 * under way takes as long as the last ones did that took longer than it has so far, for its size where that is told.
 * Those that wait begin when others have ended: in turn with the other plans where the policy's limit is reached, else
 * as many at once as the plan had of late.
 *
 * A plan has no estimate before one of its moves has ended, while anything but the want of a free slot holds it back
 * (nobody knows for how long), and when nothing has moved for longer than two of its moves take: no end is better than
 * one that recedes with the clock.
 */
export function estimatedEnds(plans: Iterable<Plan>, slots: MoveSlots, pace: Pace, now: number): Map<Plan, number> {
  const works: Work[] = [];
  for (const plan of plans) {
    const work = plan.progressAt === undefined ? undefined : workOf(plan, pace, now);
    if (work !== undefined) works.push(work);
  }
  const isShared = pace.width >= (slots.limit ?? Number.POSITIVE_INFINITY);
  if (isShared) play(works, pace.width, now);
  else for (const work of works) play([work], work.plan.pace.width, now);
  const lastProgress = isShared ? works.reduce((last, work) => Math.max(last, progressOf(work)), 0) : 0;
  const ends = new Map<Plan, number>();
  for (const work of works) {
    const { plan, end } = work;
    const silent = now - Math.max(progressOf(work), lastProgress);
    const patience = Math.max(PATIENCE_MS, PATIENCE * work.longest);
    if (plan.pace.moves > 0 && silent <= patience && !work.isHeld) ends.set(plan, end);
  }
  return ends;
}

function progressOf({ plan }: Work): number {
  return plan.progressAt ?? 0;
}

/** The moves of a plan as they are expected. Undefined when nothing is left, and without anything to go by. */
function workOf(plan: Plan, ofCluster: Pace, now: number): Work | undefined {
  const moves = plan.openMoves();
  const left = Math.max(plan.shardsRemaining, moves.length);
  // The controller tells of drains alone, not of moves, and no drain tells sizes.
  const isByDrains = plan.rememberedMoves === 0 && plan.pace.moves > 0;
  const isSized = !isByDrains && ofCluster.sized > 0;
  const size = isSized ? meanSize(plan, moves, left - moves.length) : undefined;
  const kind = size === undefined ? 'perShard' : 'perByte';
  const pace = isByDrains || plan.pace[kind].length >= ENOUGH ? plan.pace : ofCluster;
  if (left === 0 || pace[kind].length === 0) return undefined;
  const known = [...pace[kind]].sort((a, b) => a - b);
  const each = midmean(known) * (size ?? 1);
  const longest = (known.at(-1) as number) * (size ?? 1);
  const isHeld = plan.heldReasons(now).some((reason) => reason !== MAX_CONCURRENT_MOVES);
  const queued = isHeld ? 0 : left - moves.length;
  const work: Work = { plan, underWay: [], queued, each, longest, isHeld, end: now };
  for (const move of moves) add(work, known, size === undefined ? 1 : (move.size ?? 0), move.startedAt ?? now, now);
  if (isByDrains && queued > 0) {
    // The next shard has been on its way since the last one had moved.
    add(work, known, 1, progressOf(work), now);
    work.queued -= 1;
  }
  return work;
}

/** Adds a move under way. @param known ascending */
function add(work: Work, known: readonly number[], size: number, startedAt: number, now: number): void {
  const age = Math.max(0, now - startedAt);
  const longest = (known.at(-1) as number) * size;
  // One that takes longer than any did will go on for about as long as it is late.
  const longer = known.findIndex((unit) => unit * size > age);
  const left = longer < 0 ? age - LATE * longest : midmean(known, longer) * size - age;
  work.underWay.push(now + left);
  work.end = Math.max(work.end, now + left);
  work.longest = Math.max(work.longest, longest);
}

/** Bytes of the moves that have yet to begin, on average; undefined where those or the ones under way are not known. */
function meanSize(plan: Plan, moves: readonly Move[], queued: number): number | undefined {
  let underWay = 0;
  for (const { size } of moves) {
    if (size === undefined) return undefined;
    underWay += size;
  }
  const { bytes, pace } = plan;
  if (bytes !== undefined && queued > 0) return Math.max(0, bytes - pace.bytes - underWay) / queued;
  const sized = pace.sized + moves.length;
  return sized === 0 ? undefined : (pace.bytes + underWay) / sized;
}

/** Lets the moves that wait begin one after the other, each as soon as one under way has ended. */
function play(works: readonly Work[], width: number, now: number): void {
  // The next one to be free comes last.
  const slots = works.flatMap(({ underWay }) => underWay).sort((a, b) => b - a);
  while (slots.length < width) slots.push(now);
  const waiting = works.filter(({ queued }) => queued > 0).sort((a, b) => a.plan.pace.beganAt - b.plan.pace.beganAt);
  const moves = waiting.reduce((sum, { queued }) => sum + queued, 0);
  const atOnce = Math.ceil(moves / MAX_PLAYED);
  // Those that still wait come again at the end.
  for (const work of waiting) {
    const count = Math.min(atOnce, work.queued);
    const end = (slots.pop() ?? now) + count * work.each;
    insert(slots, end);
    work.end = Math.max(work.end, end);
    work.queued -= count;
    if (work.queued > 0) waiting.push(work);
  }
}

/** Keeps the order of `slots`, which is descending. */
function insert(slots: number[], end: number): void {
  let index = slots.length;
  while ((slots[index - 1] ?? Number.POSITIVE_INFINITY) < end) index -= 1;
  slots.splice(index, 0, end);
}

/**
 * The mean of the middle half: as steady as a mean, and no more moved by the odd one out than a median.
 *
 * @param values ascending; those before `from` are left out
 */
function midmean(values: readonly number[], from = 0): number {
  const cut = Math.floor((values.length - from) / 4);
  let sum = 0;
  for (let index = from + cut; index < values.length - cut; index += 1) sum += values[index] as number;
  return sum / (values.length - from - 2 * cut);
}
