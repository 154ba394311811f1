import { FOLDED, type Outcome, type RebalanceState } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import type { Fact, FailureFact } from '../intake/fact.js';
import type { InvalidReason, Report } from '../intake/problem.js';
import { type Drain, type Ending, type Move, Plan } from './plan.js';
import type { Transition } from './transition.js';

/** How much a ledger remembers. Times in milliseconds. */
export interface LedgerLimits {
  /** Plans kept; ended ones give way to others first, and live ones may be {@link LIVE_PER_KEPT} times as many. */
  readonly maxPlans: number;
  readonly maxNodes: number;
  readonly retention: number;
}

/** A controller that never ends its plans must not fill the heap. */
const LIVE_PER_KEPT = 20;
/** Moves remembered per plan. */
const MAX_MOVES_PER_PLAN = 100_000;

type PlanFact = Pick<Fact, 'event' | 'at'> & { readonly planId: string };
type DrainFact = Extract<Fact, { node: string }>;
type MoveFact = Extract<Fact, { shard: string }>;
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
 * What is known of one cluster's rebalancing: its plans, their states, drains, moves and times. It takes facts in any
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
  #toldState: RebalanceState | undefined;
  #impliedState: RebalanceState = 'steady';

  constructor(limits: LedgerLimits, observe: (transition: Transition) => void, report: Report) {
    this.#limits = limits;
    this.#observe = observe;
    this.#report = report;
  }

  /** State of the controller: as it told, else the state that its plans last entered. */
  get state(): RebalanceState {
    return this.#toldState ?? this.#impliedState;
  }

  /** @param now the time of arrival, which may differ from `fact.at` */
  apply(fact: Fact, now: number): void {
    switch (fact.event) {
      case 'moveStarted':
        return this.#startMove(fact, now);
      case 'moveFinished':
        return this.#finishMove(fact, now);
      case 'drainStarted':
        return this.#startDrain(fact, now);
      case 'drainProgressed':
        return this.#progressDrain(fact, now);
      case 'drainFinished':
        return this.#finishDrain(fact, now);
      case 'planCreated':
        return this.#createPlan(fact, now);
      case 'stateChanged':
        return this.#changeState(fact, now);
      case 'approvalRequested':
        return this.#requestApproval(fact, now);
      case 'approvalDecided':
        return this.#decideApproval(fact, now);
      case 'planFinished':
        return this.#finishPlan(fact, now);
      case 'ownershipChanged':
        return this.#setOwnership(fact.nodes, fact.complete);
      case 'policyChanged':
        this.maxConcurrentMoves = fact.maxConcurrentMoves;
        return;
      case 'guardrailTripped':
        return this.#tripGuardrail(fact);
      case 'paused':
        this.paused = true;
        return;
      case 'resumed':
        this.paused = false;
        return;
      case 'heartbeat':
        this.heartbeatAt = fact.at;
    }
  }

  /** Drops the plans whose retention is over. */
  retire(now: number): void {
    for (const plan of this.#ended) {
      // A clock set back must not keep plans for longer than their retention.
      plan.retireAt = Math.min(plan.retireAt, now + this.#limits.retention);
      if (plan.retireAt > now) break;
      this.#drop(plan, now);
    }
  }

  #createPlan(fact: Extract<Fact, { event: 'planCreated' }>, now: number): void {
    let plan = this.plans.get(fact.planId);
    if (plan !== undefined && !plan.live) {
      // The id is used again before its first plan has retired.
      this.#drop(plan, now);
      plan = undefined;
    }
    const known = plan !== undefined;
    plan ??= this.#addPlan(fact.planId, fact.at, false, now);
    if (plan === undefined) return this.#refuse('limit', fact.event, 'planId', this.#tooManyPlans);
    plan.createdAt = Math.min(plan.createdAt, fact.at);
    plan.trigger = fact.trigger ?? plan.trigger;
    plan.approvalMode = fact.approvalMode ?? plan.approvalMode;
    plan.requestedBy = fact.requestedBy ?? plan.requestedBy;
    plan.changeTicket = fact.changeTicket ?? plan.changeTicket;
    plan.nodes = fact.nodes ?? plan.nodes;
    plan.tellShards(fact.shards, fact.shardsRemaining);
    if (known) this.#observe({ type: 'planAmended', at: fact.at, plan });
    else this.#observe({ type: 'planOpened', at: fact.at, plan, traceparent: fact.traceparent });
    if (fact.state !== undefined) plan.stateTold = true;
    if (!known || fact.state !== undefined) this.#enter(plan, fact.state ?? 'rebalancePending', fact.at, undefined);
  }

  #changeState(fact: Extract<Fact, { event: 'stateChanged' }>, now: number): void {
    if (fact.planId === undefined) {
      const from = fact.from ?? this.state;
      this.#toldState = fact.to;
      const { at, to, reason } = fact;
      this.#observe({ type: 'stateChanged', at, plan: undefined, from, to, reason, failure: undefined });
      return;
    }
    const known = this.plans.get(fact.planId);
    // The end of a plan sets its state; a controller may well tell the same state after it.
    if (known !== undefined && !known.live && known.state === fact.to) return;
    const plan = this.#livePlan({ event: fact.event, at: fact.at, planId: fact.planId }, now);
    if (plan === undefined) return;
    plan.stateTold = true;
    this.#enter(plan, fact.to, fact.at, fact.reason, fact.from);
  }

  #requestApproval(fact: Extract<Fact, { event: 'approvalRequested' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    if (plan.approvalSince !== undefined) {
      return this.#refuse(
        'out_of_order',
        fact.event,
        'planId',
        () => `plan ${describe(plan.id)} waits for a decision already`,
      );
    }
    plan.openApproval(fact.at);
    this.#observe({ type: 'approvalOpened', at: fact.at, plan });
  }

  #decideApproval(fact: Extract<Fact, { event: 'approvalDecided' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    if (plan.approvalSince === undefined && plan.decided) {
      const says = () => `plan ${describe(plan.id)} has been decided, and no request has been made since`;
      return this.#refuse('out_of_order', fact.event, 'decision', says);
    }
    plan.decided = true;
    const { at, decision, actor, reason, traceparent } = fact;
    const seconds = plan.closeApproval(at);
    this.#observe({ type: 'approvalClosed', at, plan, decision, actor, reason, traceparent, seconds });
  }

  #startDrain(fact: Extract<Fact, { event: 'drainStarted' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    const running = plan.drains.get(fact.node);
    if (running?.open) {
      if (running.startedAt !== undefined) {
        const says = () => `the drain of ${describe(fact.node)} has started already`;
        return this.#refuse('out_of_order', fact.event, 'node', says);
      }
      running.startedAt = fact.at;
      running.shards = Math.max(fact.shards, running.remaining);
      return;
    }
    this.#openDrain(plan, fact, fact.at, fact.shards);
  }

  #progressDrain(fact: Extract<Fact, { event: 'drainProgressed' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, fact);
    if (drain === undefined) return;
    drain.shards = Math.max(fact.shards ?? drain.shards, fact.shardsRemaining);
    drain.remaining = fact.shardsRemaining;
    drain.bytes = fact.bytes ?? drain.bytes;
    this.#observe({ type: 'drainProgressed', at: fact.at, plan, drain });
  }

  #finishDrain(fact: Extract<Fact, { event: 'drainFinished' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    const drain = this.#runningDrain(plan, fact);
    if (drain === undefined) return;
    drain.bytes = fact.bytes ?? drain.bytes;
    this.#closeDrain(plan, drain, fact, fact.at);
  }

  #startMove(fact: Extract<Fact, { event: 'moveStarted' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    if (typeof plan.move(fact.shard) === 'object') {
      const says = () => `the move of ${describe(fact.shard)} has started already`;
      return this.#refuse('out_of_order', fact.event, 'shard', says);
    }
    this.#openMove(plan, fact, { source: fact.source, target: fact.target, startedAt: fact.at });
  }

  #finishMove(fact: Extract<Fact, { event: 'moveFinished' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    const known = plan.move(fact.shard);
    if (typeof known === 'string') {
      const says = () => `the move of ${describe(fact.shard)} has ended already`;
      return this.#refuse('out_of_order', fact.event, 'shard', says);
    }
    const move = known ?? this.#openMove(plan, fact, UNSEEN_START);
    if (move === undefined) return;
    move.bytes = fact.bytes;
    this.#closeMove(plan, move, fact, fact.at);
  }

  #finishPlan(fact: Extract<Fact, { event: 'planFinished' }>, now: number): void {
    const plan = this.#livePlan(fact, now);
    if (plan === undefined) return;
    const { at } = fact;
    for (const move of plan.openMoves()) this.#closeMove(plan, move, CANCELLED, at);
    for (const drain of plan.openDrains()) this.#closeDrain(plan, drain, CANCELLED, at);
    if (plan.approvalSince !== undefined) {
      const seconds = plan.closeApproval(at);
      const undecided = { decision: undefined, actor: undefined, reason: undefined, traceparent: undefined };
      this.#observe({ type: 'approvalClosed', at, plan, ...undecided, seconds });
    }
    const ending = { outcome: fact.outcome, failure: fact.failure };
    this.#enter(plan, STATE_AT_END[fact.outcome], at, fact.reason, plan.state, fact.failure);
    plan.end(ending, at);
    const seconds = plan.late ? undefined : plan.seconds('total', at);
    this.#observe({ type: 'planClosed', at, plan, ending, seconds });
    plan.retireAt = now + this.#limits.retention;
    this.#ended.add(plan);
    if (this.plans.size > this.#limits.maxPlans) this.#dropOldestEnded(now);
  }

  #tripGuardrail(fact: Extract<Fact, { event: 'guardrailTripped' }>): void {
    // A guardrail may well stop a plan that never came to be: that plan is not adopted.
    const plan = fact.planId === undefined ? undefined : this.plans.get(fact.planId);
    const { at, reason } = fact;
    this.#observe({ type: 'guardrailTripped', at, plan, guardrail: fact.guardrail, reason });
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
        (complete ? `the rest is summed up as node ${FOLDED}` : 'the rest was left out'),
    });
    // A report of some nodes cannot correct a sum over all the others.
    if (complete) this.otherNodesShards = folded;
  }

  /** The live plan of an event; one that was never seen is adopted. Reports an event of an ended plan. */
  #livePlan({ planId, event, at }: PlanFact, now: number): Plan | undefined {
    const plan = this.plans.get(planId);
    if (plan?.live) return plan;
    const adopted = plan === undefined ? this.#addPlan(planId, at, true, now) : undefined;
    if (adopted === undefined) {
      if (plan === undefined) this.#refuse('limit', event, 'planId', this.#tooManyPlans);
      else this.#refuse('out_of_order', event, 'planId', () => `plan ${describe(planId)} has ended`);
      return undefined;
    }
    this.#observe({ type: 'planOpened', at, plan: adopted, traceparent: undefined });
    this.#enter(adopted, 'rebalancePending', at, undefined);
    return adopted;
  }

  #addPlan(id: string, createdAt: number, late: boolean, now: number): Plan | undefined {
    this.retire(now);
    const { maxPlans } = this.#limits;
    if (this.plans.size >= maxPlans) this.#dropOldestEnded(now);
    if (this.plans.size >= maxPlans * LIVE_PER_KEPT) return undefined;
    const plan = new Plan(id, createdAt, late);
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

  /** Enters a state that follows from another event, unless the controller tells the plan's states itself. */
  #imply(plan: Plan, to: RebalanceState, at: number): void {
    if (!plan.stateTold) this.#enter(plan, to, at, undefined);
  }

  #enter(
    plan: Plan,
    to: RebalanceState,
    at: number,
    reason: string | undefined,
    from = plan.state,
    failure?: FailureFact,
  ): void {
    this.#impliedState = to;
    if (plan.state === to) return;
    plan.state = to;
    plan.stateSince = at;
    this.#observe({ type: 'stateChanged', at, plan, from, to, reason, failure });
  }

  /** The open drain of an event; one whose start was never seen is opened. Reports an event of an ended drain. */
  #runningDrain(plan: Plan, fact: DrainFact): Drain | undefined {
    const drain = plan.drains.get(fact.node);
    if (drain === undefined) return this.#openDrain(plan, fact, undefined, 0);
    if (drain.open) return drain;
    this.#refuse('out_of_order', fact.event, 'node', () => `the drain of ${describe(fact.node)} has ended already`);
    return undefined;
  }

  #openDrain(plan: Plan, fact: DrainFact, startedAt: number | undefined, shards: number): Drain | undefined {
    const { node, at } = fact;
    if (plan.drains.size >= this.#limits.maxNodes && !plan.drains.has(node)) {
      this.#refuse(
        'limit',
        fact.event,
        'node',
        () => `the plan drains ${this.#limits.maxNodes} nodes already (maxNodes)`,
      );
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

  #openMove(plan: Plan, fact: MoveFact, { source, target, startedAt }: MoveStart): Move | undefined {
    const { shard, at } = fact;
    if (plan.rememberedMoves >= MAX_MOVES_PER_PLAN && plan.move(shard) === undefined) {
      this.#refuse('limit', fact.event, 'shard', () => `the plan has moved ${MAX_MOVES_PER_PLAN} shards already`);
      return undefined;
    }
    const move = { shard, source, target, startedAt, bytes: undefined };
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

  readonly #tooManyPlans = () =>
    `${this.plans.size} plans are tracked already, ${LIVE_PER_KEPT} for each of maxPlans; they have not ended`;

  /** Reports an event that changed nothing. */
  #refuse(reason: InvalidReason, event: string, field: string, says: () => string): void {
    this.#report({ reason, event, field, says: () => `${says()}; the event was dropped` });
  }
}
