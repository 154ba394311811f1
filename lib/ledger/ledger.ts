import { OTHER, type Outcome, type RebalanceState } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import type { ParsedEvent, ParsedFailure } from '../intake/parsed-event.js';
import type { InvalidReason, Report } from '../intake/problem.js';
import { type Drain, type Ending, type Move, Plan } from './plan.js';
import type { Transition } from './transition.js';

/** Limits of a ledger. Times in milliseconds. */
export interface LedgerLimits {
  /** Plans kept; ended ones give way to others first, and live ones may be {@link LIVE_PER_KEPT} times as many. */
  readonly maxPlans: number;
  readonly maxNodes: number;
  readonly retentionMillis: number;
}

/** A controller that never ends its plans must not fill the heap. */
const LIVE_PER_KEPT = 20;
/** Moves remembered per plan. */
const MAX_MOVES_PER_PLAN = 100_000;

/** Why an event was refused. Not made where it is refused: a function that captures its arguments pays at each event. */
type Refusal = (what: string) => string;
const WAITS_ALREADY: Refusal = (plan) => `plan ${plan} waits for a decision already`;
const DECIDED_ALREADY: Refusal = (plan) => `plan ${plan} has been decided, and no request has been made since`;
const PLAN_ENDED: Refusal = (plan) => `plan ${plan} has ended`;
const DRAIN_STARTED: Refusal = (node) => `the drain of ${node} has started already`;
const DRAIN_ENDED: Refusal = (node) => `the drain of ${node} has ended already`;
const MOVE_STARTED: Refusal = (shard) => `the move of ${shard} has started already`;
const MOVE_ENDED: Refusal = (shard) => `the move of ${shard} has ended already`;
const TOO_MANY_PLANS: Refusal = (count) =>
  `${count} plans are tracked already, ${LIVE_PER_KEPT} for each of maxPlans; they have not ended`;
const TOO_MANY_DRAINS: Refusal = (count) => `the plan drains ${count} nodes already (maxNodes)`;
const TOO_MANY_MOVES: Refusal = (count) => `the plan has moved ${count} shards already`;

type PlanEvent = Pick<ParsedEvent, 'event' | 'at'> & { readonly planId: string };
type DrainEvent = Extract<ParsedEvent, { node: string }>;
type MoveEvent = Extract<ParsedEvent, { shard: string }>;
type MoveStart = Pick<Move, 'source' | 'target' | 'startedAt'>;

const UNSEEN_START: MoveStart = Object.freeze({ source: undefined, target: undefined, startedAt: undefined });
const CANCELLED: Ending = Object.freeze({ outcome: 'cancelled', failure: undefined });

const STATE_AT_END: Readonly<Record<Outcome, RebalanceState>> = {
  completed: 'completed',
  failed: 'failed',
  // None of the seven states says "given up": nothing is being done for the plan any more.
  cancelled: 'steady',
};

/**
 * Knowledge of one cluster's rebalancing: its plans, their states, drains, moves and times. It takes events in any
 * order and keeps its invariants under all of them; it knows no telemetry. Times are milliseconds since the Unix epoch.
 */
export class Ledger {
  /** Every plan that is tracked, by id: live ones, and ended ones until they retire. */
  readonly plans = new Map<string, Plan>();
  /** Shards by node. */
  readonly nodes = new Map<string, number>();
  /** Shards of the nodes past `maxNodes`, where there are any. */
  otherNodesShards: number | undefined;

  maxConcurrentMoves: number | undefined;
  paused = false;
  heartbeatAt: number | undefined;

  readonly #limits: LedgerLimits;
  readonly #observe: (transition: Transition) => void;
  readonly #report: Report;
  /** Ended plans in the order of their retirement. */
  readonly #ended = new Set<Plan>();
  #reportedState: RebalanceState | undefined;
  #impliedState: RebalanceState = 'steady';

  constructor(limits: LedgerLimits, observe: (transition: Transition) => void, report: Report) {
    this.#limits = limits;
    this.#observe = observe;
    this.#report = report;
  }

  /** State of the controller: as it reported, else the state that its plans last entered. */
  get state(): RebalanceState {
    return this.#reportedState ?? this.#impliedState;
  }

  /** @param now the time of arrival, which may differ from `parsed.at` */
  apply(parsed: ParsedEvent, now: number): void {
    switch (parsed.event) {
      case 'moveStarted':
        return this.#startMove(parsed, now);
      case 'moveFinished':
        return this.#finishMove(parsed, now);
      case 'drainStarted':
        return this.#startDrain(parsed, now);
      case 'drainProgressed':
        return this.#progressDrain(parsed, now);
      case 'drainFinished':
        return this.#finishDrain(parsed, now);
      case 'planCreated':
        return this.#createPlan(parsed, now);
      case 'stateChanged':
        return this.#changeState(parsed, now);
      case 'approvalRequested':
        return this.#requestApproval(parsed, now);
      case 'approvalDecided':
        return this.#decideApproval(parsed, now);
      case 'planFinished':
        return this.#finishPlan(parsed, now);
      case 'ownershipChanged':
        return this.#setOwnership(parsed.nodes, parsed.complete);
      case 'policyChanged':
        this.maxConcurrentMoves = parsed.maxConcurrentMoves;
        return;
      case 'guardrailTripped':
        return this.#tripGuardrail(parsed);
      case 'paused':
        this.paused = true;
        return;
      case 'resumed':
        this.paused = false;
        return;
      case 'heartbeat':
        this.heartbeatAt = parsed.at;
    }
  }

  /** Drops the plans whose retention is over. */
  retire(now: number): void {
    for (const plan of this.#ended) {
      // A clock set back must not keep plans for longer than their retention.
      plan.retireAt = Math.min(plan.retireAt, now + this.#limits.retentionMillis);
      if (plan.retireAt > now) break;
      this.#drop(plan, now);
    }
  }

  #createPlan(parsed: Extract<ParsedEvent, { event: 'planCreated' }>, now: number): void {
    let plan = this.plans.get(parsed.planId);
    if (plan !== undefined && !plan.live) {
      // The id is used again before its first plan has retired.
      this.#drop(plan, now);
      plan = undefined;
    }
    const known = plan !== undefined;
    plan ??= this.#addPlan(parsed.planId, parsed.at, false, now);
    if (plan === undefined) return this.#refuse('limit', parsed.event, 'planId', TOO_MANY_PLANS, this.plans.size);
    plan.createdAt = Math.min(plan.createdAt, parsed.at);
    plan.trigger = parsed.trigger ?? plan.trigger;
    plan.approvalMode = parsed.approvalMode ?? plan.approvalMode;
    plan.requestedBy = parsed.requestedBy ?? plan.requestedBy;
    plan.changeTicket = parsed.changeTicket ?? plan.changeTicket;
    plan.nodes = parsed.nodes ?? plan.nodes;
    plan.reportTotals(parsed.shards, parsed.shardsRemaining);
    if (known) this.#observe({ type: 'planAmended', at: parsed.at, plan });
    else this.#observe({ type: 'planOpened', at: parsed.at, plan, traceparent: parsed.traceparent });
    if (parsed.state !== undefined) plan.stateReported = true;
    if (!known || parsed.state !== undefined)
      this.#enter(plan, parsed.state ?? 'rebalancePending', parsed.at, undefined);
  }

  #changeState(parsed: Extract<ParsedEvent, { event: 'stateChanged' }>, now: number): void {
    if (parsed.planId === undefined) {
      const from = parsed.from ?? this.state;
      this.#reportedState = parsed.to;
      const { at, to, reason } = parsed;
      this.#observe({ type: 'stateChanged', at, plan: undefined, from, to, reason, failure: undefined });
      return;
    }
    const known = this.plans.get(parsed.planId);
    // The end of a plan sets its state; a controller may well report the same state after it.
    if (known !== undefined && !known.live && known.state === parsed.to) return;
    const plan = this.#livePlan({ event: parsed.event, at: parsed.at, planId: parsed.planId }, now);
    if (plan === undefined) return;
    plan.stateReported = true;
    this.#enter(plan, parsed.to, parsed.at, parsed.reason, parsed.from);
  }

  #requestApproval(parsed: Extract<ParsedEvent, { event: 'approvalRequested' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    if (plan.approvalSince !== undefined) {
      return this.#refuse('out_of_order', parsed.event, 'planId', WAITS_ALREADY, plan.id);
    }
    plan.openApproval(parsed.at);
    this.#observe({ type: 'approvalOpened', at: parsed.at, plan });
  }

  #decideApproval(parsed: Extract<ParsedEvent, { event: 'approvalDecided' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    if (plan.approvalSince === undefined && plan.decided) {
      return this.#refuse('out_of_order', parsed.event, 'decision', DECIDED_ALREADY, plan.id);
    }
    plan.decided = true;
    const { at, decision, actor, reason, traceparent } = parsed;
    const seconds = plan.closeApproval(at);
    this.#observe({ type: 'approvalClosed', at, plan, decision, actor, reason, traceparent, seconds });
  }

  #startDrain(parsed: Extract<ParsedEvent, { event: 'drainStarted' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    const running = plan.drains.get(parsed.node);
    if (running?.open) {
      if (running.startedAt !== undefined) {
        return this.#refuse('out_of_order', parsed.event, 'node', DRAIN_STARTED, parsed.node);
      }
      running.startedAt = parsed.at;
      running.shards = Math.max(parsed.shards, running.remaining);
      return;
    }
    this.#openDrain(plan, parsed, parsed.at, parsed.shards);
  }

  #progressDrain(parsed: Extract<ParsedEvent, { event: 'drainProgressed' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, parsed);
    if (drain === undefined) return;
    drain.shards = Math.max(parsed.shards ?? drain.shards, parsed.shardsRemaining);
    drain.remaining = parsed.shardsRemaining;
    drain.bytes = parsed.bytes ?? drain.bytes;
    this.#observe({ type: 'drainProgressed', at: parsed.at, plan, drain });
  }

  #finishDrain(parsed: Extract<ParsedEvent, { event: 'drainFinished' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, parsed);
    if (drain === undefined) return;
    drain.bytes = parsed.bytes ?? drain.bytes;
    this.#closeDrain(plan, drain, parsed, parsed.at);
  }

  #startMove(parsed: Extract<ParsedEvent, { event: 'moveStarted' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    if (typeof plan.move(parsed.shard) === 'object') {
      return this.#refuse('out_of_order', parsed.event, 'shard', MOVE_STARTED, parsed.shard);
    }
    this.#openMove(plan, parsed, { source: parsed.source, target: parsed.target, startedAt: parsed.at });
  }

  #finishMove(parsed: Extract<ParsedEvent, { event: 'moveFinished' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    const known = plan.move(parsed.shard);
    if (typeof known === 'string') {
      return this.#refuse('out_of_order', parsed.event, 'shard', MOVE_ENDED, parsed.shard);
    }
    const move = known ?? this.#openMove(plan, parsed, UNSEEN_START);
    if (move === undefined) return;
    move.bytes = parsed.bytes;
    this.#closeMove(plan, move, parsed, parsed.at);
  }

  #finishPlan(parsed: Extract<ParsedEvent, { event: 'planFinished' }>, now: number): void {
    const plan = this.#livePlan(parsed, now);
    if (plan === undefined) return;
    const { at } = parsed;
    for (const move of plan.openMoves()) this.#closeMove(plan, move, CANCELLED, at);
    for (const drain of plan.openDrains()) this.#closeDrain(plan, drain, CANCELLED, at);
    if (plan.approvalSince !== undefined) {
      const seconds = plan.closeApproval(at);
      const undecided = { decision: undefined, actor: undefined, reason: undefined, traceparent: undefined };
      this.#observe({ type: 'approvalClosed', at, plan, ...undecided, seconds });
    }
    const ending = { outcome: parsed.outcome, failure: parsed.failure };
    this.#enter(plan, STATE_AT_END[parsed.outcome], at, parsed.reason, plan.state, parsed.failure);
    plan.end(ending, at);
    const seconds = plan.seenLate ? undefined : plan.seconds('total', at);
    this.#observe({ type: 'planClosed', at, plan, ending, seconds });
    plan.retireAt = now + this.#limits.retentionMillis;
    this.#ended.add(plan);
    if (this.plans.size > this.#limits.maxPlans) this.#dropOldestEnded(now);
  }

  #tripGuardrail(parsed: Extract<ParsedEvent, { event: 'guardrailTripped' }>): void {
    // A guardrail may well stop a plan that never came to be: that plan is not adopted.
    const plan = parsed.planId === undefined ? undefined : this.plans.get(parsed.planId);
    const { at, reason } = parsed;
    this.#observe({ type: 'guardrailTripped', at, plan, guardrail: parsed.guardrail, reason });
  }

  #setOwnership(nodes: ReadonlyMap<string, number>, complete: boolean): void {
    if (complete) {
      this.nodes.clear();
      this.otherNodesShards = undefined;
    }
    let folded = 0;
    let full = false;
    for (const [node, shards] of nodes) {
      if (this.nodes.has(node) || this.nodes.size < this.#limits.maxNodes) {
        this.nodes.set(node, shards);
      } else {
        folded += shards;
        full = true;
      }
    }
    if (!full) return;
    this.#report({
      reason: 'limit',
      event: 'ownershipChanged',
      field: 'nodes',
      says: () =>
        `${nodes.size} nodes came, and maxNodes is ${this.#limits.maxNodes}; ` +
        (complete ? `the rest is summed up as node ${OTHER}` : 'the rest was left out'),
    });
    // A report of some nodes cannot correct a sum over all the others.
    if (complete) this.otherNodesShards = folded;
  }

  /** The live plan of an event; one that was never seen is adopted. Reports an event of an ended plan. */
  #livePlan({ planId, event, at }: PlanEvent, now: number): Plan | undefined {
    const plan = this.plans.get(planId);
    if (plan?.live) return plan;
    const adopted = plan === undefined ? this.#addPlan(planId, at, true, now) : undefined;
    if (adopted === undefined) {
      if (plan === undefined) this.#refuse('limit', event, 'planId', TOO_MANY_PLANS, this.plans.size);
      else this.#refuse('out_of_order', event, 'planId', PLAN_ENDED, planId);
      return undefined;
    }
    this.#observe({ type: 'planOpened', at, plan: adopted, traceparent: undefined });
    this.#enter(adopted, 'rebalancePending', at, undefined);
    return adopted;
  }

  #addPlan(id: string, createdAt: number, seenLate: boolean, now: number): Plan | undefined {
    this.retire(now);
    const { maxPlans } = this.#limits;
    if (this.plans.size >= maxPlans) this.#dropOldestEnded(now);
    if (this.plans.size >= maxPlans * LIVE_PER_KEPT) return undefined;
    const plan = new Plan(id, createdAt, seenLate);
    this.plans.set(id, plan);
    return plan;
  }

  /** A plan that still runs is worth more than the last values of one that has ended. */
  #dropOldestEnded(now: number): void {
    const [oldest] = this.#ended;
    if (oldest !== undefined) this.#drop(oldest, now);
  }

  #drop(plan: Plan, now: number): void {
    this.plans.delete(plan.id);
    this.#ended.delete(plan);
    if (this.plans.size === 0) this.#impliedState = 'steady';
    this.#observe({ type: 'planForgotten', at: now, plan });
  }

  /** Enters a state that follows from another event, unless the controller reports the plan's states itself. */
  #imply(plan: Plan, to: RebalanceState, at: number): void {
    if (!plan.stateReported) this.#enter(plan, to, at, undefined);
  }

  #enter(
    plan: Plan,
    to: RebalanceState,
    at: number,
    reason: string | undefined,
    from = plan.state,
    failure?: ParsedFailure,
  ): void {
    this.#impliedState = to;
    if (plan.state === to) return;
    plan.state = to;
    plan.stateSince = at;
    this.#observe({ type: 'stateChanged', at, plan, from, to, reason, failure });
  }

  /** The open drain of an event; one whose start was never seen is opened. Reports an event of an ended drain. */
  #runningDrain(plan: Plan, parsed: DrainEvent): Drain | undefined {
    const drain = plan.drains.get(parsed.node);
    if (drain === undefined) return this.#openDrain(plan, parsed, undefined, 0);
    if (drain.open) return drain;
    this.#refuse('out_of_order', parsed.event, 'node', DRAIN_ENDED, parsed.node);
    return undefined;
  }

  #openDrain(plan: Plan, parsed: DrainEvent, startedAt: number | undefined, shards: number): Drain | undefined {
    const { node, at } = parsed;
    if (plan.drains.size >= this.#limits.maxNodes && !plan.drains.has(node)) {
      this.#refuse('limit', parsed.event, 'node', TOO_MANY_DRAINS, this.#limits.maxNodes);
      return undefined;
    }
    const drain = plan.openDrain(node, startedAt, at);
    drain.shards = shards;
    drain.remaining = shards;
    this.#observe({ type: 'drainOpened', at, plan, drain });
    this.#imply(plan, 'draining', at);
    return drain;
  }

  #closeDrain(plan: Plan, drain: Drain, { outcome, failure }: Ending, at: number): void {
    const ending = { outcome, failure };
    const seconds = plan.closeDrain(drain, outcome, at);
    this.#observe({ type: 'drainClosed', at, plan, drain, ending, seconds });
  }

  #openMove(plan: Plan, parsed: MoveEvent, { source, target, startedAt }: MoveStart): Move | undefined {
    const { shard, at } = parsed;
    if (plan.rememberedMoves >= MAX_MOVES_PER_PLAN && plan.move(shard) === undefined) {
      this.#refuse('limit', parsed.event, 'shard', TOO_MANY_MOVES, MAX_MOVES_PER_PLAN);
      return undefined;
    }
    const move = { shard, ordinal: plan.nextOrdinal(), source, target, startedAt, bytes: undefined };
    plan.openMove(move, at);
    this.#observe({ type: 'moveOpened', at, plan, move });
    this.#imply(plan, 'rebalancing', at);
    return move;
  }

  #closeMove(plan: Plan, move: Move, { outcome, failure }: Ending, at: number): void {
    const ending = { outcome, failure };
    const seconds = plan.closeMove(move, outcome, at);
    this.#observe({ type: 'moveClosed', at, plan, move, ending, seconds });
  }

  /** Reports an event that changed nothing. */
  #refuse(reason: InvalidReason, event: string, field: string, says: Refusal, what: string | number): void {
    this.#report({ reason, event, field, says: () => `${says(describe(what))}; the event was dropped` });
  }
}
