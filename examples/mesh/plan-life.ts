import type { EventEmitter } from 'node:events';
import type {
  Decision,
  Outcome,
  PlanFinished,
  RebalanceEventMap,
  RebalanceState,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import type { Mesh, Shard } from './mesh.js';
import { close, type Plan } from './plan.js';
import type { PlanBook } from './plan-book.js';
import type { Policy } from './policy.js';
import { draft, type Proposal } from './proposal.js';
import type { Timeline } from './timeline.js';

/** The actor of decisions that no person made. */
export const ITSELF = 'controller';

/** Parts of {@link PlanLife}. */
export interface PlanLifeOptions {
  readonly events: EventEmitter<RebalanceEventMap>;
  readonly book: PlanBook;
  readonly mesh: Mesh;
  readonly timeline: Timeline;
  readonly policy: Policy;
  /** Called once a plan has ended, before the event. */
  readonly onEnd: (plan: Plan, now: number) => void;
}

/** The stations of a plan from proposal to end: each is written into the plan, saved, and emitted. */
export class PlanLife {
  /** Gives the W3C `traceparent` of a plan, which is saved with it. */
  traceparentOf: (planId: string) => string | undefined = () => undefined;
  readonly #options: PlanLifeOptions;

  constructor(options: PlanLifeOptions) {
    this.#options = options;
  }

  /** @throws Refusal */
  propose(proposal: Proposal): Plan {
    const { events, book, mesh, timeline, policy } = this.#options;
    const now = timeline.now();
    const plan = draft(() => book.nextId(), proposal, mesh, book.busyNodes(), now);
    book.add(plan);
    if (plan.dryRun) return plan;
    const { id: planId, trigger, approvalMode, requestedBy, changeTicket } = plan;
    const nodes = plan.drains.map(({ node }) => node);
    const shards = plan.moves.length;
    const bytes = plan.moves.reduce((sum, { shard }) => sum + (mesh.shards.get(shard) as Shard).bytes, 0);
    events.emit('planCreated', {
      time: now,
      planId,
      trigger,
      approvalMode,
      shards,
      bytes,
      nodes,
      requestedBy,
      changeTicket,
    });
    plan.traceparent = this.traceparentOf(planId);
    plan.approval = { requestedAt: now, expiresAt: now + policy.approvalTimeout };
    book.save(plan);
    events.emit('approvalRequested', { planId });
    if (approvalMode === 'auto') this.decide(plan, 'approved', ITSELF);
    return plan;
  }

  decide(plan: Plan, decision: Decision, actor: string, reason?: string): void {
    const { events, book, timeline } = this.#options;
    plan.approval = undefined;
    plan.decision = { decision, actor, at: timeline.now(), ...(reason !== undefined && { reason }) };
    events.emit('approvalDecided', { planId: plan.id, decision, actor, reason });
    if (decision === 'approved') return book.save(plan);
    this.giveUp(plan, reason ?? `${decision} by ${actor}`);
  }

  enter(plan: Plan, to: RebalanceState, reason: string): void {
    const { events, book, timeline } = this.#options;
    const from = plan.state;
    plan.state = to;
    plan.stateSince = timeline.now();
    book.save(plan);
    events.emit('stateChanged', { planId: plan.id, from, to, reason });
  }

  giveUp(plan: Plan, reason: string): void {
    this.#end(plan, 'cancelled', { reason });
  }

  complete(plan: Plan): void {
    this.#end(plan, 'completed', {});
  }

  fail(plan: Plan, errorType: string, error: string): void {
    this.#end(plan, 'failed', { errorType, error, reason: error });
  }

  #end(plan: Plan, outcome: Outcome, why: Omit<PlanFinished, 'planId' | 'outcome'>): void {
    const { events, book, timeline, onEnd } = this.#options;
    const now = timeline.now();
    close(plan, outcome, why.errorType, now);
    if (outcome !== 'completed') this.#release(plan);
    onEnd(plan, now);
    book.save(plan);
    events.emit('planFinished', { planId: plan.id, outcome, ...why });
  }

  /** Opens the nodes again whose maintenance will not begin. A node that is not well stays closed until it is. */
  #release({ trigger, drains }: Plan): void {
    if (trigger !== 'operator') return;
    for (const { node } of drains) this.#options.mesh.open(node);
  }
}
