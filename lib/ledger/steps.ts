import type { EventOf, ParsedEvent } from '../intake/parsed-event.js';
import type { Ownership } from './ownership.js';
import type { Plan } from './plan.js';
import type { PlanBook } from './plan-book.js';
import {
  DRAIN_ENDED,
  DRAIN_STARTED,
  MOVE_ENDED,
  MOVE_STARTED,
  type Refuse,
  TOO_MANY_DRAINS,
  TOO_MANY_MOVES,
} from './refusal.js';
import type { Drain, Ending, Move } from './step.js';
import type { Transition } from './transition.js';

/** Moves remembered per plan. */
const MAX_MOVES_PER_PLAN = 100_000;

type DrainEvent = Extract<ParsedEvent, { node: string }>;
type MoveEvent = Extract<ParsedEvent, { shard: string }>;

const CANCELLED: Ending = Object.freeze({ outcome: 'cancelled', failure: undefined });

/** The drains and moves of the plans: what their events change. */
export class Steps {
  readonly #book: PlanBook;
  readonly #ownership: Ownership;
  readonly #maxNodes: number;
  readonly #observe: (transition: Transition) => void;
  readonly #refuse: Refuse;

  constructor(
    book: PlanBook,
    ownership: Ownership,
    maxNodes: number,
    observe: (transition: Transition) => void,
    refuse: Refuse,
  ) {
    this.#book = book;
    this.#ownership = ownership;
    this.#maxNodes = maxNodes;
    this.#observe = observe;
    this.#refuse = refuse;
  }

  startDrain(parsed: EventOf<'drainStarted'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const running = plan.drains.get(parsed.node);
    if (running?.open) {
      const isResumed = this.#resume(plan, running, parsed.at);
      if (running.startedAt !== undefined) {
        if (isResumed) return;
        return this.#refuse('out_of_order', parsed.event, 'node', DRAIN_STARTED, parsed.node);
      }
      running.startedAt = parsed.at;
      plan.steps.reportDrain(running, Math.max(parsed.shards, running.remaining), running.remaining, parsed.at, now);
      return;
    }
    this.#openDrain(plan, parsed, parsed.at, parsed.shards, now);
  }

  progressDrain(parsed: EventOf<'drainProgressed'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, parsed, now);
    if (drain === undefined) return;
    const shards = Math.max(parsed.shards ?? drain.shards, parsed.shardsRemaining);
    plan.steps.reportDrain(drain, shards, parsed.shardsRemaining, parsed.at, now);
    if (parsed.bytes !== undefined) plan.tally.countDrain(drain, parsed.bytes, now);
    this.#observe({ type: 'drainProgressed', at: parsed.at, plan, drain });
  }

  finishDrain(parsed: EventOf<'drainFinished'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, parsed, now);
    if (drain === undefined) return;
    if (parsed.bytes !== undefined) plan.tally.countDrain(drain, parsed.bytes, now);
    this.#closeDrain(plan, drain, parsed, parsed.at, now);
  }

  startMove(parsed: EventOf<'moveStarted'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const known = plan.move(parsed.shard);
    if (typeof known === 'object') {
      if (this.#resume(plan, known, parsed.at)) return;
      return this.#refuse('out_of_order', parsed.event, 'shard', MOVE_STARTED, parsed.shard);
    }
    this.#openMove(plan, parsed, parsed, known === 'moved' || known === 'returned', now);
  }

  finishMove(parsed: EventOf<'moveFinished'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const known = plan.move(parsed.shard);
    if (typeof known === 'string') {
      return this.#refuse('out_of_order', parsed.event, 'shard', MOVE_ENDED, parsed.shard);
    }
    const move = known ?? this.#openMove(plan, parsed, undefined, false, now);
    if (move === undefined) return;
    this.#takeUp(plan, move);
    move.bytes = parsed.bytes;
    if (parsed.bytes !== undefined) plan.tally.countMove(parsed.bytes, now);
    this.#closeMove(plan, move, parsed, parsed.at, now);
  }

  /** Gives up the steps of a plan that were open in a process that died, and of which nobody has spoken since. */
  giveUp(plan: Plan, which?: (step: Drain | Move) => boolean): void {
    const { resumption } = this.#book;
    if (resumption === undefined) return;
    for (const step of resumption.takeLost(plan, which)) {
      const at = resumption.lostAt;
      plan.steps.lose(step, at);
      this.#observe({ type: 'stepLost', at, plan, step });
    }
  }

  /** Closes as cancelled what is still open of a plan that ends. */
  cancelOpen(plan: Plan, at: number, now: number): void {
    this.giveUp(plan);
    for (const move of plan.openMoves()) this.#closeMove(plan, move, CANCELLED, at, now);
    for (const drain of plan.openDrains()) this.#closeDrain(plan, drain, CANCELLED, at, now);
  }

  /** The open drain of an event; one whose start was never seen is opened. Reports an event of an ended drain. */
  #runningDrain(plan: Plan, parsed: DrainEvent, now: number): Drain | undefined {
    const drain = plan.drains.get(parsed.node);
    if (drain === undefined) return this.#openDrain(plan, parsed, undefined, 0, now);
    if (drain.isLost) {
      plan.steps.drains.find(drain, parsed.at);
      this.#observe({ type: 'drainOpened', at: parsed.at, plan, drain });
    }
    if (drain.open) {
      this.#takeUp(plan, drain);
      return drain;
    }
    return this.#refuse('out_of_order', parsed.event, 'node', DRAIN_ENDED, parsed.node);
  }

  #openDrain(
    plan: Plan,
    parsed: DrainEvent,
    startedAt: number | undefined,
    shards: number,
    now: number,
  ): Drain | undefined {
    const { node, at } = parsed;
    if (plan.drains.size >= this.#maxNodes && !plan.drains.has(node)) {
      return this.#refuse('limit', parsed.event, 'node', TOO_MANY_DRAINS, this.#maxNodes);
    }
    const drain = plan.steps.openDrain(node, startedAt, shards, at, now);
    this.#observe({ type: 'drainOpened', at, plan, drain });
    this.#book.states.imply(plan, 'draining', at, now);
    return drain;
  }

  /** Notes that a step which was open in a process that died goes on. */
  #takeUp(plan: Plan, step: Drain | Move): boolean {
    return this.#book.resumption?.takeUp(plan, step) ?? false;
  }

  /** Goes on with such a step, without a new start. */
  #resume(plan: Plan, step: Drain | Move, at: number): boolean {
    if (!this.#takeUp(plan, step)) return false;
    this.#observe({ type: 'stepResumed', at, plan, step });
    return true;
  }

  #closeDrain(plan: Plan, drain: Drain, { outcome, failure }: Ending, at: number, now: number): void {
    const ending = { outcome, failure };
    const seconds = plan.steps.closeDrain(drain, ending, at, now);
    // Of a drain that was first seen at its end nobody knows what was left.
    if (drain.remaining === 0 && (outcome === 'completed' || drain.shards > 0)) this.#ownership.empty(drain.node, at);
    this.#observe({ type: 'drainClosed', at, plan, drain, ending, seconds });
  }

  #openMove(
    plan: Plan,
    parsed: MoveEvent,
    start: EventOf<'moveStarted'> | undefined,
    again: boolean,
    now: number,
  ): Move | undefined {
    const { shard, at } = parsed;
    const source = start?.source;
    const drain = plan.steps.drains.of(source);
    if (drain !== undefined) this.#takeUp(plan, drain);
    if (plan.rememberedMoves >= MAX_MOVES_PER_PLAN && plan.move(shard) === undefined) {
      return this.#refuse('limit', parsed.event, 'shard', TOO_MANY_MOVES, MAX_MOVES_PER_PLAN);
    }
    const move: Move = {
      shard,
      ordinal: plan.steps.nextOrdinal(),
      source,
      target: start?.target,
      size: start?.bytes,
      startedAt: start?.at,
      bytes: undefined,
      again,
      place: 0,
    };
    plan.steps.openMove(move, at, now);
    this.#observe({ type: 'moveOpened', at, plan, move });
    this.#book.states.imply(plan, 'rebalancing', at, now);
    return move;
  }

  /** @param ending also the event itself, because nothing of a move outlives its end */
  #closeMove(plan: Plan, move: Move, ending: Ending, at: number, now: number): void {
    if (ending.outcome === 'completed' && move.target !== undefined) this.#ownership.fill(move.target);
    const seconds = plan.steps.closeMove(move, ending, at, now);
    this.#observe({ type: 'moveClosed', at, plan, move, ending, seconds });
  }
}
