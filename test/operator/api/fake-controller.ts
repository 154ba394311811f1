import { EventEmitter } from 'node:events';
import {
  type Controllable,
  type PlanRequest,
  type PlanView,
  Refusal,
} from '../../../examples/operator/controllable.js';
import type { Decision, Outcome, RebalanceEventMap, RebalanceEventName, RebalanceEvents } from '../../../lib/index.js';

const APPROVAL_MS = 600_000;
const SHARDS_OF_A_NODE = 4;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A controller that keeps plans in memory and moves nothing until a test says so. */
export class FakeController extends EventEmitter<RebalanceEventMap> implements Controllable {
  readonly namespace: string;
  readonly cluster: string;
  paused = false;
  readonly #plans: Writable<PlanView>[] = [];

  constructor(namespace = 'payments', cluster = 'eu-1') {
    super();
    this.namespace = namespace;
    this.cluster = cluster;
  }

  /** Emits an event of the contract. */
  report<E extends RebalanceEventName>(event: E, payload: RebalanceEvents[E]): void {
    (this as EventEmitter).emit(event, payload);
  }

  plans(): readonly PlanView[] {
    return this.#plans.toReversed();
  }

  propose({ drain, dryRun, approvalMode, requestedBy, changeTicket }: PlanRequest): PlanView {
    const unknown = drain.find((node) => !node.startsWith('node-'));
    if (unknown !== undefined) throw new Refusal('unknown_node', `There is no node "${unknown}" in ${this.cluster}.`);
    if (drain.length === 0) throw new Refusal('nothing_to_do', 'The cluster is even already.');
    const now = Date.now();
    const shards = drain.length * SHARDS_OF_A_NODE;
    const plan: Writable<PlanView> = {
      id: `${this.cluster}-plan-${this.#plans.length + 1}`,
      namespace: this.namespace,
      cluster: this.cluster,
      state: dryRun ? 'steady' : 'rebalancePending',
      stateSince: now,
      trigger: 'operator',
      approvalMode,
      dryRun,
      createdAt: now,
      requestedBy,
      changeTicket,
      approval: dryRun ? undefined : { requestedAt: now, expiresAt: now + APPROVAL_MS },
      decision: undefined,
      cancellation: undefined,
      held: [],
      progressAt: undefined,
      shards,
      shardsRemaining: shards,
      shardsMoving: 0,
      drains: drain.map((node) => ({
        node,
        shards: SHARDS_OF_A_NODE,
        shardsRemaining: SHARDS_OF_A_NODE,
        startedAt: undefined,
        outcome: undefined,
        bytes: 0,
      })),
      moves: drain.map((node, index) => ({
        shard: `shard-${index}`,
        source: node,
        target: 'node-z',
        status: 'waiting',
        since: undefined,
        errorType: undefined,
      })),
      endedAt: undefined,
      outcome: undefined,
      errorType: undefined,
    };
    this.#plans.push(plan);
    if (dryRun) return plan;
    this.report('planCreated', { planId: plan.id, approvalMode, shards, nodes: drain, requestedBy, changeTicket });
    this.report('approvalRequested', { planId: plan.id });
    return plan;
  }

  pause(): void {
    this.paused = true;
    this.report('paused', undefined);
  }

  resume(): void {
    this.paused = false;
    this.report('resumed', undefined);
  }

  approve(planId: string, actor: string, reason?: string): PlanView {
    const plan = this.#decide(planId, 'approved', actor, reason);
    plan.state = 'rebalancing';
    return plan;
  }

  reject(planId: string, actor: string, reason?: string): PlanView {
    this.#decide(planId, 'rejected', actor, reason);
    return this.end(planId, 'cancelled');
  }

  cancel(planId: string, actor: string, reason?: string): PlanView {
    const plan = this.#find(planId);
    if (plan.endedAt !== undefined) throw new Refusal('conflict', `Plan "${planId}" has ended.`);
    plan.cancellation = { actor, at: Date.now(), reason };
    return this.end(planId, 'cancelled');
  }

  /** Changes what an operator sees of a plan. */
  show(planId: string, facts: Partial<PlanView>): void {
    Object.assign(this.#find(planId), facts);
  }

  /** Nobody decided in time. */
  expire(planId: string): void {
    this.#decide(planId, 'expired', 'nobody');
  }

  /** One shard arrives. */
  move(planId: string, shard: string): void {
    const plan = this.#find(planId);
    this.report('moveStarted', { planId, shard, source: 'node-a', target: 'node-z' });
    plan.shardsRemaining -= 1;
    this.report('moveFinished', { planId, shard, outcome: 'completed' });
  }

  /** The plan ends. */
  end(planId: string, outcome: Outcome, errorType?: string): PlanView {
    const plan = this.#find(planId);
    plan.state = outcome === 'cancelled' ? 'steady' : outcome;
    plan.outcome = outcome;
    plan.errorType = errorType;
    plan.endedAt = Date.now();
    plan.approval = undefined;
    this.report('planFinished', { planId, outcome, errorType });
    return plan;
  }

  #decide(planId: string, decision: Decision, actor: string, reason?: string): Writable<PlanView> {
    const plan = this.#find(planId);
    if (plan.approval === undefined) throw new Refusal('conflict', `Plan "${planId}" does not wait for a decision.`);
    plan.approval = undefined;
    plan.decision = { decision, actor, at: Date.now(), reason };
    this.report('approvalDecided', { planId, decision, actor, reason });
    return plan;
  }

  #find(planId: string): Writable<PlanView> {
    const plan = this.#plans.find(({ id }) => id === planId);
    if (plan === undefined) throw new Refusal('unknown_plan', `There is no plan "${planId}".`);
    return plan;
  }
}
