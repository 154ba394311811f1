import { DECISIONS, type Outcome, type RebalanceState } from '../contract/vocabulary.js';
import type { EventOf } from '../intake/parsed-event.js';
import type { RestoredPlan } from '../intake/restored-facts.js';
import type { Ownership } from './ownership.js';
import type { Plan } from './plan.js';
import type { PlanBook } from './plan-book.js';
import { DECIDED_ALREADY, PLAN_ENDED, type Refuse, WAITS_ALREADY } from './refusal.js';
import type { Steps } from './steps.js';
import type { Transition } from './transition.js';

/** What is known of a decision that nobody was told. */
const UNTOLD = { decision: undefined, actor: undefined, reason: undefined, traceparent: undefined } as const;

const STATE_AT_END: Readonly<Record<Outcome, RebalanceState>> = {
  completed: 'completed',
  failed: 'failed',
  // None of the seven states says "given up": nothing is being done for the plan any more.
  cancelled: 'steady',
};

type Decided = Pick<Extract<Transition, { type: 'approvalClosed' }>, 'decision' | 'actor' | 'reason' | 'traceparent'>;

/** The plans from their creation to their end: what their events change, but for those of their steps. */
export class PlanLife {
  readonly #book: PlanBook;
  readonly #steps: Steps;
  readonly #ownership: Ownership;
  readonly #observe: (transition: Transition) => void;
  readonly #refuse: Refuse;

  constructor(
    book: PlanBook,
    steps: Steps,
    ownership: Ownership,
    observe: (transition: Transition) => void,
    refuse: Refuse,
  ) {
    this.#book = book;
    this.#steps = steps;
    this.#ownership = ownership;
    this.#observe = observe;
    this.#refuse = refuse;
  }

  create(parsed: EventOf<'planCreated'>, now: number): void {
    let plan = this.#book.plans.get(parsed.planId);
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
    plan ??= this.#book.add(parsed.planId, parsed.event, parsed.at, false, now);
    if (plan === undefined) return;
    this.#book.resumption?.name(plan);
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
      this.#book.states.enter(plan, parsed.state ?? 'rebalancePending', parsed.at, now, undefined);
  }

  /** @param planId of the plan that entered the state */
  enter(parsed: EventOf<'stateChanged'>, planId: string, now: number): void {
    const known = this.#book.plans.get(planId);
    // The end of a plan sets its state; a controller may well report the same state after it.
    if (known !== undefined && !known.live && known.state === parsed.to) return;
    const plan = this.#book.of({ event: parsed.event, at: parsed.at, planId }, now);
    if (plan === undefined) return;
    plan.stateReported = true;
    this.#book.states.enter(plan, parsed.to, parsed.at, now, parsed.reason, parsed.from);
  }

  requestApproval(parsed: EventOf<'approvalRequested'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    if (plan.approvalSince !== undefined) {
      return this.#refuse('out_of_order', parsed.event, 'planId', WAITS_ALREADY, plan.id);
    }
    plan.openApproval(parsed.at);
    this.#observe({ type: 'approvalOpened', at: parsed.at, plan });
  }

  decideApproval(parsed: EventOf<'approvalDecided'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    if (plan.decision !== undefined) {
      return this.#refuse('out_of_order', parsed.event, 'decision', DECIDED_ALREADY, plan.id);
    }
    this.#closeApproval(plan, parsed, parsed.at, now);
  }

  /** Ends a wait of which a snapshot knows no more: the decision was taken while nobody listened. */
  endWait(plan: Plan, { tellsState, waits, decisions }: RestoredPlan, now: number): void {
    const { approvalSince } = plan;
    if (approvalSince === undefined || waits) return;
    const decision = DECISIONS.find((each) => (decisions[each] ?? 0) > plan.tally.decisions[each]);
    if (decision === undefined && !(tellsState && plan.isAtWork)) return;
    const at = plan.stateSince > approvalSince ? plan.stateSince : now;
    this.#closeApproval(plan, { ...UNTOLD, decision }, at, now);
  }

  finish(parsed: EventOf<'planFinished'>, now: number): void {
    const plan = this.#book.of(parsed, now);
    if (plan === undefined) return;
    const { at } = parsed;
    this.#steps.cancelOpen(plan, at, now);
    if (plan.approvalSince !== undefined) this.#closeApproval(plan, UNTOLD, at, now);
    const ending = { outcome: parsed.outcome, failure: parsed.failure };
    this.#book.states.enter(plan, STATE_AT_END[parsed.outcome], at, now, parsed.reason, plan.state, parsed.failure);
    plan.end(ending, at);
    const seconds = plan.seenLate ? undefined : plan.seconds('total', at);
    this.#observe({ type: 'planClosed', at, plan, ending, seconds });
    if (parsed.outcome === 'completed') for (const node of plan.nodes ?? []) this.#ownership.empty(node, at);
    this.#book.keepEnded(plan, now);
  }

  #closeApproval(plan: Plan, { decision, actor, reason, traceparent }: Decided, at: number, now: number): void {
    const seconds = plan.closeApproval(decision, at, now);
    this.#observe({ type: 'approvalClosed', at, plan, decision, actor, reason, traceparent, seconds });
  }
}
