import type { ApprovalMode, Decision, Outcome, RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance';

/** A drain as an operator sees it. Times are milliseconds since the Unix epoch. */
export interface DrainView {
  readonly node: string;
  readonly shards: number;
  readonly shardsRemaining: number;
  readonly startedAt: number | undefined;
  readonly outcome: Outcome | undefined;
  /** Bytes that have left the node so far. */
  readonly bytes: number;
}

/** A move as an operator sees it. Times are milliseconds since the Unix epoch. */
export interface MoveView {
  readonly shard: string;
  readonly source: string;
  readonly target: string;
  /** One that failed is tried again, unless its plan has ended. */
  readonly status: 'moving' | 'failed' | 'waiting' | 'moved';
  /** When it began, failed or arrived; undefined for one that has yet to begin. */
  readonly since: number | undefined;
  /** Why its last attempt failed, where one did. */
  readonly errorType: string | undefined;
}

/** What holds a plan back that is approved. */
export interface HoldView {
  /** `paused`, or the name of a guardrail. */
  readonly reason: string;
  /** What the plan waits for, in words that follow "waits for". */
  readonly waitsFor: string;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
}

/** Who gave a plan up. */
export interface CancellationView {
  readonly actor: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly reason?: string | undefined;
}

/** A decision about a plan. */
export interface DecisionView {
  readonly decision: Decision;
  readonly actor: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly reason?: string | undefined;
}

/** A plan as an operator sees it. Times are milliseconds since the Unix epoch. */
export interface PlanView {
  readonly id: string;
  readonly namespace: string;
  readonly cluster: string;
  readonly state: RebalanceState;
  readonly stateSince: number;
  readonly trigger: string;
  readonly approvalMode: ApprovalMode;
  /** A dry run shows what would be done, and is never carried out. */
  readonly dryRun: boolean;
  readonly createdAt: number;
  readonly requestedBy: string | undefined;
  readonly changeTicket: string | undefined;
  /** Since when, and until when at most, the plan waits for a decision; undefined while it does not wait. */
  readonly approval: { readonly requestedAt: number; readonly expiresAt: number } | undefined;
  readonly decision: DecisionView | undefined;
  /** Undefined unless a person cancelled it. */
  readonly cancellation: CancellationView | undefined;
  readonly held: readonly HoldView[];
  /** When a shard last arrived that had not arrived before, or its work began; undefined before that. */
  readonly progressAt: number | undefined;
  readonly shards: number;
  readonly shardsRemaining: number;
  readonly shardsMoving: number;
  readonly drains: readonly DrainView[];
  /**
   * At most a hundred moves: those under way, the oldest first; those that failed, the last one first; those to come;
   * those that have arrived.
   */
  readonly moves: readonly MoveView[];
  readonly endedAt: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly errorType: string | undefined;
}

/** A request of an operator for a plan. */
export interface PlanRequest {
  /** Nodes to empty; none to even out the cluster. */
  readonly drain: readonly string[];
  readonly dryRun: boolean;
  readonly approvalMode: ApprovalMode;
  readonly requestedBy: string;
  readonly changeTicket?: string | undefined;
}

/** Reasons for which a controller refuses a request. */
export type RefusalReason = 'unknown_plan' | 'unknown_node' | 'conflict' | 'nothing_to_do';

/** Thrown by the verbs of {@link Controllable}; the message advises the operator. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Members that the control API needs of the controller of one cluster. Plan ids are unique within a process. */
export interface Controllable {
  readonly namespace: string;
  readonly cluster: string;
  /** Live plans and those that ended of late, newest first. */
  plans(): readonly PlanView[];
  /** @throws Refusal */
  propose(request: PlanRequest): PlanView;
  /** @throws Refusal when the plan is unknown, or does not wait for a decision any more */
  approve(planId: string, actor: string, reason: string | undefined): PlanView;
  /** @throws Refusal when the plan is unknown, or does not wait for a decision any more */
  reject(planId: string, actor: string, reason: string | undefined): PlanView;
  /** @throws Refusal when the plan is unknown or has ended */
  cancel(planId: string, actor: string, reason: string | undefined): PlanView;
  readonly paused: boolean;
  /** Takes no further step until {@link resume}; moves under way go on. */
  pause(): void;
  resume(): void;
}
