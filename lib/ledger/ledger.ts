import { type RebalanceState, STATES } from '../contract/vocabulary.js';
import type { ParsedSnapshot } from '../intake/parse-snapshot.js';
import type { EventOf, ParsedEvent } from '../intake/parsed-event.js';
import type { Report } from '../intake/problem.js';
import type { RestoredFacts } from '../intake/restored-facts.js';
import { aNumber, aText, listOf, maybe, oneOf, type ReadBy, record } from '../intake/schema.js';
import { estimatedEnds } from './estimate.js';
import { Guardrails } from './guardrails.js';
import { MoveSlots, SAVED_SLOTS } from './move-slots.js';
import { Ownership, SAVED_OWNERSHIP } from './ownership.js';
import { Pace, SAVED_PACE } from './pace.js';
import type { Plan } from './plan.js';
import { PlanBook, type PlanLimits } from './plan-book.js';
import { PlanLife } from './plan-life.js';
import { refuseTo } from './refusal.js';
import type { Resumption } from './resumption.js';
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

/** Events that a cluster may well end with after it was taken out of service: they are no sign of life. */
const LAST_EVENTS: ReadonlySet<ParsedEvent['event']> = new Set([
  'decommissioned',
  'moveFinished',
  'drainFinished',
  'planFinished',
  'approvalDecided',
  'guardrailCleared',
]);

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
  readonly #life: PlanLife;
  readonly #guardrails: Guardrails;
  readonly #observe: (transition: Transition) => void;
  readonly #report: Report;
  #reportedState: RebalanceState | undefined;

  constructor(limits: LedgerLimits, observe: (transition: Transition) => void, report: Report) {
    this.#limits = limits;
    this.#observe = observe;
    this.#report = report;
    const refuse = refuseTo(report);
    this.ownership = new Ownership(limits.maxNodes, report);
    const { holdForMillis } = limits;
    this.slots = new MoveSlots(holdForMillis);
    this.#book = new PlanBook(limits, { slots: this.slots, pace: this.#pace, holdForMillis }, observe, refuse);
    this.#steps = new Steps(this.#book, this.ownership, limits.maxNodes, observe, refuse);
    this.#life = new PlanLife(this.#book, this.#steps, this.ownership, observe, refuse);
    this.#guardrails = new Guardrails(this.#book, observe, report, refuse);
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
    return this.#reportedState ?? this.#book.states.implied;
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
        return this.#life.create(parsed, now);
      case 'stateChanged':
        return this.#changeState(parsed, now);
      case 'approvalRequested':
        return this.#life.requestApproval(parsed, now);
      case 'approvalDecided':
        return this.#life.decideApproval(parsed, now);
      case 'planFinished':
        return this.#life.finish(parsed, now);
      case 'ownershipChanged':
        return this.#reportOwnership(parsed);
      case 'policyChanged':
        return this.slots.setLimit(parsed.maxConcurrentMoves, parsed.at);
      case 'guardrailTripped':
        return this.#guardrails.trip(parsed);
      case 'leadershipChanged':
        return this.#changeLeadership(parsed, now);
      case 'decommissioned':
        return this.#decommission(parsed.at, now);
      case 'guardrailCleared':
        return this.#guardrails.clear(parsed, now);
      case 'paused':
        return this.#book.pause(parsed.at);
      case 'resumed':
        return this.#book.resume(parsed.at, now);
      case 'heartbeat':
        this.heartbeatAt = parsed.at;
        return;
      default:
        parsed satisfies never;
    }
  }

  /** What is known beside the plans, as plain data. */
  save(): SavedLedger {
    return {
      ownership: this.ownership.save(),
      slots: this.slots.save(),
      pace: this.#pace.save(),
      pausedSince: this.#book.pausedSince,
      tripped: this.#guardrails.save(),
      standing: this.#standing.save(),
      heartbeatAt: this.heartbeatAt,
      reportedState: this.#reportedState,
      impliedState: this.#book.states.implied,
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
    this.#guardrails.load(saved.tripped);
    this.#standing.load(saved.standing);
    this.heartbeatAt = saved.heartbeatAt;
    this.#reportedState = saved.reportedState;
    this.#book.states.implied = saved.impliedState;
    this.#book.load(plans, lostAt, now);
    this.retire(now);
  }

  /** Takes a snapshot for what it is: a list of the live plans, and of the steps of those that it tells the steps of. */
  endSnapshot({ listsPlans, withDrains, withMoves }: Omit<ParsedSnapshot, 'events'>): void {
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
    // No election takes so long: another one leads, or will have led.
    if (this.leading === false) return this.#standDown(now);
    this.#giveUpSteps(resumption);
    for (const plan of resumption.missing) {
      this.#observe({ type: 'planLost', at: resumption.lostAt, plan });
      this.#book.drop(plan, now);
    }
    this.#book.resumption = undefined;
  }

  /** Takes what a snapshot knows, after the events that lead to it. */
  restore(facts: RestoredFacts, now: number): void {
    if (facts.event === 'nodesRestored') {
      for (const node of facts.emptied) this.ownership.empty(node, now);
      return;
    }
    const plan = this.plans.get(facts.planId);
    if (plan?.live !== true) return;
    this.#life.endWait(plan, facts, now);
    plan.restore(facts, now);
    this.#observe({ type: 'planRestored', at: now, plan });
  }

  /** Drops the plans whose retention is over. */
  retire(now: number): void {
    this.#book.retire(now);
    // A clock set back must not keep it for longer than its retention.
    this.#standing.goneAt = Math.min(this.#standing.goneAt, now + this.#limits.retentionMillis);
  }

  #changeLeadership({ event, leading }: EventOf<'leadershipChanged'>, now: number): void {
    if (leading !== this.leading && this.#standing.lead(leading, now)) {
      const says = () =>
        'changed for the third time within 10 s; the last one is believed, but no election is that fast';
      this.#report({ reason: 'out_of_order', event, field: 'leading', says });
    }
    // Also one that has stood by since its process died: what it had known then is another leader's.
    if (!leading) this.#standDown(now);
  }

  /** Another leader goes on with the plans, and nobody tells this one what becomes of them. */
  #standDown(now: number): void {
    const { resumption } = this.#book;
    if (resumption !== undefined) this.#giveUpSteps(resumption);
    this.#book.forgetLive(now);
    this.#book.resumption = undefined;
    this.ownership.set(NOTHING_OWNED, true);
    this.#reportedState = undefined;
    this.#guardrails.forget();
  }

  /** Of these nothing is known since the process died. */
  #giveUpSteps({ waiting }: Resumption): void {
    for (const plan of waiting) this.#steps.giveUp(plan);
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

  /** The state of a plan, or the controller's own. */
  #changeState(parsed: EventOf<'stateChanged'>, now: number): void {
    const { at, planId, to, reason } = parsed;
    if (planId !== undefined) return this.#life.enter(parsed, planId, now);
    const from = parsed.from ?? this.state;
    this.#reportedState = to;
    this.#observe({ type: 'stateChanged', at, plan: undefined, from, to, reason, failure: undefined });
  }

  #reportOwnership({ at, nodes, complete }: EventOf<'ownershipChanged'>): void {
    this.ownership.set(nodes, complete);
    if (complete) this.#observe({ type: 'nodesReported', at, plan: undefined, nodes });
  }
}

const NOTHING_OWNED: ReadonlyMap<string, number> = new Map();

/** Whether an event shows that its cluster lives. */
function isLife(parsed: ParsedEvent): boolean {
  return parsed.event === 'leadershipChanged' ? parsed.leading : !LAST_EVENTS.has(parsed.event);
}
