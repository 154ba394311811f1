import type { ApprovalMode } from 'opentelemetry-instrumentation-mesh-rebalance';

/** Limits and patience of a controller. All times are in milliseconds. */
export interface Policy {
  /** Approval of the plans that the controller proposes itself. */
  readonly approvalMode: ApprovalMode;
  /** Time after which a plan that waits for a decision is given up. */
  readonly approvalTimeout: number;
  /** Time between two rounds of the control loop. */
  readonly tick: number;
  /** Time that a finding must last before a plan is made of it. */
  readonly confirmFor: number;
  /** Most moves at once, over all plans. */
  readonly maxConcurrentMoves: number;
  /** Healthy replicas that a shard must have while it moves. */
  readonly minHealthyReplicas: number;
  /** Time after a plan in which no other plan of the controller's own is begun. */
  readonly cooldown: number;
  /** Time in which a node closes its connections before its shards move. */
  readonly settle: number;
  /** Attempts at one move before its plan fails. */
  readonly moveAttempts: number;
  /** Time before a failed move is tried again. */
  readonly retryAfter: number;
  /** Time after which a hold that lasts is reported again. */
  readonly repeatHoldAfter: number;
  /** Share of the mean by which the fullest node may exceed it before the cluster is evened out; 0.3 is 30 %. */
  readonly imbalance: number;
}

const MINUTE = 60_000;

export const DEFAULT_POLICY: Policy = {
  approvalMode: 'manual',
  approvalTimeout: 60 * MINUTE,
  tick: 5_000,
  confirmFor: MINUTE,
  maxConcurrentMoves: 8,
  minHealthyReplicas: 1,
  cooldown: 5 * MINUTE,
  settle: 30_000,
  moveAttempts: 3,
  retryAfter: 30_000,
  repeatHoldAfter: MINUTE,
  imbalance: 0.6,
};
