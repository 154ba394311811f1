import { OTHER, type Outcome, type RebalanceState, STATES } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import type { ParsedEvent } from '../intake/parsed-event.js';
import type { Report } from '../intake/problem.js';
import type { RestoredFacts } from '../intake/restored-facts.js';
import { aNumber, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { estimatedEnds } from './estimate.js';
import { MoveSlots, SAVED_SLOTS } from './move-slots.js';
import { Ownership, SAVED_OWNERSHIP } from './ownership.js';
import { Pace, SAVED_PACE } from './pace.js';
import type { Plan } from './plan.js';
import { PlanBook, type PlanLimits } from './plan-book.js';
import { DECIDED_ALREADY, NOT_TRIPPED, PLAN_ENDED, type Refuse, refuseTo, WAITS_ALREADY } from './refusal.js';
import type { SavedPlan } from './saved-plan.js';
import { SAVED_STANDING, Standing } from './standing.js';
import { Steps } from './steps.js';
import type { Transition } from './transition.js';

/** Limits of a ledger. Times in milliseconds. */
export interface LedgerLimits extends PlanLimits {
  readonly maxNodes: number;
  /** Time after which a trip of a guardrail that is not repeated no longer holds a plan. */
  readonly holdForMillis: number;
}

/** Names of guardrails remembered that were tripped for no plan in particular. */
const MAX_TRIPPED = 64;

/** Schema of {@link SavedLedger}. */
export const SAVED_LEDGER = record({
  ownership: SAVED_OWNERSHIP,
  slots: SAVED_SLOTS,
  pace: SAVED_PACE,
  pausedSince: maybe(aNumber),
  tripped: listOf(aText),
  standing: SAVED_STANDING,
  heartbeatAt: maybe(aNumber),
  reportedState: maybe(oneOf(STATES)),
  impliedState: oneOf(STATES),
});
/** What a ledger knows beside its plans, as plain data. */
export type SavedLedger = ReadBy<typeof SAVED_LEDGER>;

/** How far a snapshot goes, with the plans of which it tells which drains and moves are under way. */
export interface SnapshotScope {
  /** True when it tells which plans are live. */
  readonly listsPlans: boolean;
  readonly withDrains: ReadonlySet<string>;
  readonly withMoves: ReadonlySet<string>;
}

type EventOf<E extends ParsedEvent['event']> = Extract<ParsedEvent, { event: E }>;

/** Events that a cluster may well end with after it was taken out of service: they are no sign of life. */
const LAST_EVENTS: ReadonlySet<ParsedEvent['event']> = new Set([
  'decommissioned',
  'moveFinished',
  'drainFinished',
  'planFinished',
  'approvalDecided',
  'guardrailCleared',
]);

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
  readonly ownership: Ownership;
  readonly slots: MoveSlots;
  heartbeatAt: number | undefined;

  readonly #pace = new Pace();
  readonly #standing = new Standing();
  readonly #limits: LedgerLimits;
  readonly #book: PlanBook;
  readonly #steps: Steps;
  readonly #observe: (transition: Transition) => void;
  readonly #report: Report;
  readonly #refuse: Refuse;
  /** Guardrails tripped for no plan in particular, and not cleared since. */
  readonly #tripped = new Set<string>();
  #reportedState: RebalanceState | undefined;

  constructor(limits: LedgerLimits, observe: (transition: Transition) => void, report: Report) {
    this.#limits = limits;
    this.#observe = observe;
    this.#report = report;
    this.#refuse = refuseTo(report);
    this.ownership = new Ownership(limits.maxNodes, report);
    const { holdForMillis } = limits;
    this.slots = new MoveSlots(holdForMillis);
    this.#book = new PlanBook(limits, { slots: this.slots, pace: this.#pace, holdForMillis }, observe, this.#refuse);
    this.#steps = new Steps(this.#book, this.ownership, limits.maxNodes, observe, this.#refuse);
  }

  /** Every plan that is tracked, by id: live ones, and ended ones until they retire. */
  get plans(): ReadonlyMap<string, Plan> {
    return this.#book.plans;
  }

  /** True while the controller takes no steps. */
  get paused(): boolean {
    return this.#book.pausedSince !== undefined;
  }

  /** Whether the controller leads its cluster; undefined until it has said so. */
  get leading(): boolean | undefined {
    return this.#standing.leading;
  }

  /** Since when the cluster is out of service. */
  get decommissionedAt(): number | undefined {
    return this.#standing.decommissionedAt;
  }

  /** True once the retention of a cluster that was taken out of service is over. */
  isGone(now: number): boolean {
    return this.decommissionedAt !== undefined && now >= this.#standing.goneAt;
  }

  /** When each plan will be done at its pace, where there is any. */
  estimatedEnds(now: number): ReadonlyMap<Plan, number> {
    return estimatedEnds(this.#book.live(), this.slots, this.#pace, now);
  }

  /** State of the controller: as it reported, else the state that its plans last entered. */
  get state(): RebalanceState {
    return this.#reportedState ?? this.#book.impliedState;
  }

  /** @param now the time of arrival, which may differ from `parsed.at` */
  apply(parsed: ParsedEvent, now: number): void {
    if (this.decommissionedAt !== undefined && isLife(parsed)) this.#revive(parsed);
    switch (parsed.event) {
      case 'moveStarted':
        return this.#steps.startMove(parsed, now);
      case 'moveFinished':
        return this.#steps.finishMove(parsed, now);
      case 'drainStarted':
        return this.#steps.startDrain(parsed, now);
      case 'drainProgressed':
        return this.#steps.progressDrain(parsed, now);
      case 'drainFinished':
        return this.#steps.finishDrain(parsed, now);
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
        return this.#reportOwnership(parsed);
      case 'policyChanged':
        return this.slots.setLimit(parsed.maxConcurrentMoves, parsed.at);
      case 'guardrailTripped':
        return this.#tripGuardrail(parsed);
      case 'leadershipChanged':
        return this.#changeLeadership(parsed, now);
      case 'decommissioned':
        return this.#decommission(parsed.at, now);
      case 'guardrailCleared':
        return this.#clearGuardrail(parsed, now);
      case 'paused':
        return this.#book.pause(parsed.at);
      case 'resumed':
        return this.#book.resume(parsed.at, now);
      case 'heartbeat':
        this.heartbeatAt = parsed.at;
    }
  }

  /** What is known beside the plans, as plain data. */
  save(): SavedLedger {
    return {
      ownership: this.ownership.save(),
      slots: this.slots.save(),
      pace: this.#pace.save(),
      pausedSince: this.#book.pausedSince,
      tripped: [...this.#tripped],
      standing: this.#standing.save(),
      heartbeatAt: this.heartbeatAt,
      reportedState: this.#reportedState,
      impliedState: this.#book.impliedState,
    };
  }

  /**
   * Takes over what a process before this one has saved. To be called before any event.
   *
   * @param lostAt when it was saved, which is the last that is known of that process
   */
  load(saved: SavedLedger, plans: readonly SavedPlan[], lostAt: number, now: number): void {
    this.ownership.load(saved.ownership);
    this.slots.load(saved.slots);
    this.#pace.load(saved.pace);
    this.#book.pausedSince = saved.pausedSince;
    for (const guardrail of saved.tripped.slice(0, MAX_TRIPPED)) this.#tripped.add(guardrail);
    this.#standing.load(saved.standing);
    this.heartbeatAt = saved.heartbeatAt;
    this.#reportedState = saved.reportedState;
    this.#book.impliedState = saved.impliedState;
    this.#book.load(plans, lostAt, now);
    this.retire(now);
  }

  /** Takes a snapshot for what it is: a list of the live plans, and of the steps of those that it tells the steps of. */
  endSnapshot({ listsPlans, withDrains, withMoves }: SnapshotScope): void {
    const { resumption } = this.#book;
    if (resumption === undefined) return;
    resumption.isListed ||= listsPlans;
    for (const plan of resumption.waiting) {
      this.#steps.giveUp(plan, (step) => ('node' in step ? withDrains : withMoves).has(plan.id));
    }
  }

  /** Gives up what was open in a process that died, if nobody has spoken of it for too long. */
  giveUp(now: number): void {
    const { resumption } = this.#book;
    if (resumption === undefined || !resumption.isOver(now)) return;
    const { lostAt: at, waiting, missing } = resumption;
    for (const plan of waiting) this.#steps.giveUp(plan);
    for (const plan of missing) {
      this.#observe({ type: 'planLost', at, plan });
      this.#book.drop(plan, now);
    }
    this.#book.resumption = undefined;
  }

  /** Takes what a snapshot knows, after the events that lead to it. */
  restore(facts: RestoredFacts, now: number): void {
    if (facts.event === 'nodesRestored') {
      for (const node of facts.emptied) this.ownership.empty(node, facts.at);
      return;
    }
    const plan = this.plans.get(facts.planId);
    if (plan?.live !== true) return;
    plan.restore(facts, now);
    this.#observe({ type: 'planRestored', at: facts.at, plan });
  }

  /** Drops the plans whose retention is over. */
  retire(now: number): void {
    this.#book.retire(now);
    // A clock set back must not keep it for longer than its retention.
    this.#standing.goneAt = Math.min(this.#standing.goneAt, now + this.#limits.retentionMillis);
  }

  #changeLeadership({ event, leading }: EventOf<'leadershipChanged'>, now: number): void {
    if (leading === this.leading) {
      // It has stood by since its process died, and knows now that what it had known then is another leader's.
      if (!leading && this.#book.resumption !== undefined) this.#standDown(now);
      return;
    }
    if (this.#standing.lead(leading, now)) {
      const says = () =>
        'changed for the third time within 10 s; the last one is believed, but no election is that fast';
      this.#report({ reason: 'out_of_order', event, field: 'leading', says });
    }
    if (!leading) this.#standDown(now);
  }

  /** Another leader goes on with the plans, and nobody tells this one what becomes of them. */
  #standDown(now: number): void {
    this.#book.resumption = undefined;
    this.#book.forgetLive(now);
    this.ownership.set(NOTHING_OWNED, true);
    this.#reportedState = undefined;
    this.#tripped.clear();
  }

  #decommission(at: number, now: number): void {
    if (this.decommissionedAt !== undefined) return;
    this.#standing.decommissionedAt = at;
    this.#standing.goneAt = now + this.#limits.retentionMillis;
  }

  #revive({ event, at }: ParsedEvent): void {
    if (at < (this.decommissionedAt ?? at)) return;
    this.#standing.decommissionedAt = undefined;
    const says = () => 'came after the cluster was decommissioned, which is taken back';
    this.#report({ reason: 'out_of_order', event, field: 'time', says });
  }

  #createPlan(parsed: EventOf<'planCreated'>, now: number): void {
    let plan = this.plans.get(parsed.planId);
    if (plan !== undefined && !plan.live) {
      // A controller that died after it had told of the end, and before it had saved that, may list the plan once more.
      if (this.#book.resumption !== undefined && parsed.at === plan.createdAt) {
        return this.#refuse('out_of_order', parsed.event, 'planId', PLAN_ENDED, plan.id);
      }
      // The id is used again before its first plan has retired.
      this.#book.drop(plan, now);
      plan = undefined;
    }
    const known = plan !== undefined;
    if (plan !== undefined) this.#book.resumption?.name(plan);
    plan ??= this.#book.add(parsed.planId, parsed.event, parsed.at, false, now);
    if (plan === undefined) return;
    plan.createdAt = Math.min(plan.createdAt, parsed.at);
    plan.trigger = parsed.trigger ?? plan.trigger;
    plan.approvalMode = parsed.approvalMode ?? plan.approvalMode;
    plan.requestedBy = parsed.requestedBy ?? plan.requestedBy;
    plan.changeTicket = parsed.changeTicket ?? plan.changeTicket;
    plan.nodes = parsed.nodes ?? plan.nodes;
    plan.bytes = parsed.bytes ?? plan.bytes;
    plan.reportTotals(parsed.shards, parsed.shardsRemaining, now);
    if (known) this.#observe({ type: 'planAmended', at: parsed.at, plan });
    else this.#observe({ type: 'planOpened', at: parsed.at, plan, traceparent: parsed.traceparent });
    if (parsed.state !== undefined) plan.stateReported = true;
    if (!known || parsed.state !== undefined)
      this.#book.enter(plan, parsed.state ?? 'rebalancePending', parsed.at, now, undefined);
  }

  #changeState(parsed: EventOf<'stateChanged'>, now: number): void {
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
    const plan = this.#book.of({ event: parsed.event, at: parsed.at, planId: parsed.planId }, now);
    if (plan === undefined) return;
    plan.stateReported = true;
    this.#book.enter(plan, parsed.to, parsed.at, now, parsed.reason, parsed.from);
  }

  #requestApproval(parsed: EventOf<'approvalRequested'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    if (plan.approvalSince !== undefined) {
      return this.#refuse('out_of_order', parsed.event, 'planId', WAITS_ALREADY, plan.id);
    }
    plan.openApproval(parsed.at);
    this.#observe({ type: 'approvalOpened', at: parsed.at, plan });
  }

  #decideApproval(parsed: EventOf<'approvalDecided'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    if (plan.approvalSince === undefined && plan.decision !== undefined) {
      return this.#refuse('out_of_order', parsed.event, 'decision', DECIDED_ALREADY, plan.id);
    }
    const { at, decision, actor, reason, traceparent } = parsed;
    const seconds = plan.closeApproval(decision, at, now);
    this.#observe({ type: 'approvalClosed', at, plan, decision, actor, reason, traceparent, seconds });
  }

  #finishPlan(parsed: EventOf<'planFinished'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const { at } = parsed;
    this.#steps.cancelOpen(plan, at, now);
    if (plan.approvalSince !== undefined) {
      const seconds = plan.closeApproval(undefined, at, now);
      const undecided = { decision: undefined, actor: undefined, reason: undefined, traceparent: undefined };
      this.#observe({ type: 'approvalClosed', at, plan, ...undecided, seconds });
    }
    const ending = { outcome: parsed.outcome, failure: parsed.failure };
    this.#book.enter(plan, STATE_AT_END[parsed.outcome], at, now, parsed.reason, plan.state, parsed.failure);
    plan.end(ending, at);
    const seconds = plan.seenLate ? undefined : plan.seconds('total', at);
    this.#observe({ type: 'planClosed', at, plan, ending, seconds });
    if (parsed.outcome === 'completed') for (const node of plan.nodes ?? []) this.ownership.empty(node, at);
    this.#book.keepEnded(plan, now);
  }

  #reportOwnership({ at, nodes, complete }: EventOf<'ownershipChanged'>): void {
    this.ownership.set(nodes, complete);
    if (complete) this.#observe({ type: 'nodesReported', at, plan: undefined, nodes });
  }

  #tripGuardrail(parsed: EventOf<'guardrailTripped'>): void {
    // A guardrail may well stop a plan that never came to be: that plan is not adopted.
    const { at, guardrail, planId, reason } = parsed;
    const plan = planId === undefined ? undefined : this.plans.get(planId);
    if (planId === undefined && this.#tripped.size < MAX_TRIPPED) this.#tripped.add(guardrail);
    for (const held of this.#heldBy(planId)) if (!held.course.trip(guardrail, at)) this.#reportTooManyHolds(held);
    this.#observe({ type: 'guardrailTripped', at, plan, guardrail, reason });
  }

  #clearGuardrail({ event, at, guardrail, planId }: EventOf<'guardrailCleared'>, now: number): void {
    // Like the trip of a plan that never came to be.
    if (planId !== undefined && !this.plans.has(planId)) return;
    let isKnown = planId === undefined && (this.#tripped.delete(guardrail) || this.#tripped.size === MAX_TRIPPED);
    for (const plan of this.#heldBy(planId)) {
      if (!plan.holds.hasTripped(guardrail)) continue;
      isKnown = true;
      plan.course.clear(guardrail, at, now);
    }
    if (!isKnown) return this.#refuse('out_of_order', event, 'guardrail', NOT_TRIPPED, guardrail);
    const plan = planId === undefined ? undefined : this.plans.get(planId);
    this.#observe({ type: 'guardrailCleared', at, plan, guardrail });
  }

  /** The live plans that an event about one plan, or about no plan in particular, speaks of. */
  #heldBy(planId: string | undefined): Iterable<Plan> {
    if (planId === undefined) return this.#book.live();
    const plan = this.plans.get(planId);
    return plan?.live ? [plan] : [];
  }

  #reportTooManyHolds(plan: Plan): void {
    this.#report({
      reason: 'limit',
      event: 'guardrailTripped',
      field: 'guardrail',
      says: () => `too many guardrails hold plan ${describe(plan.id)} back; the rest of them is one, ${OTHER}`,
    });
  }
}

const NOTHING_OWNED: ReadonlyMap<string, number> = new Map();

/** Whether an event shows that its cluster lives. */
function isLife(parsed: ParsedEvent): boolean {
  return parsed.event === 'leadershipChanged' ? parsed.leading : !LAST_EVENTS.has(parsed.event);
}
