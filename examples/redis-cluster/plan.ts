import type {
  ApprovalMode,
  PlanCreated,
  PlanSnapshot,
  RebalanceState,
  RebalanceStep,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import type { SlotRange } from './slots.js';

/** One shard of a plan: a range of slots that goes from one node to another. */
export interface PlannedMove {
  /** Such as `slots-0-255`. */
  readonly shard: string;
  readonly slots: SlotRange;
  readonly source: string;
  readonly target: string;
}

/** A move of a plan, as `executeStep` takes it. */
export interface MoveStep extends RebalanceStep, PlannedMove {
  readonly shard: string;
}

/** State from which a controller goes on with a plan after a restart. */
export interface Plan {
  readonly id: string;
  readonly trigger: string;
  readonly approvalMode: ApprovalMode;
  readonly requestedBy?: string | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Moves it began with. */
  readonly shards: number;
  readonly approved: boolean;
  /** Moves that have not ended well. */
  readonly moves: readonly PlannedMove[];
  /** Keeps the plan in one trace over a restart. */
  readonly traceparent?: string | undefined;
}

/** The nodes that give up slots. */
export function sourcesOf(moves: readonly PlannedMove[]): string[] {
  return [...new Set(moves.map(({ source }) => source))];
}

/** The state that a live plan puts the controller in. */
export function stateOf({ approved, trigger }: Plan): RebalanceState {
  if (!approved) return 'rebalancePending';
  return trigger === 'node_removed' ? 'draining' : 'rebalancing';
}

/** A new plan in the form of the contract. */
export function planCreated({ id, trigger, approvalMode, requestedBy, shards, moves }: Plan): PlanCreated {
  return { planId: id, trigger, approvalMode, requestedBy, shards, nodes: sourcesOf(moves) };
}

/** A live plan in the form of the contract, but for the steps that run. */
export function planSnapshot(plan: Plan): PlanSnapshot {
  return {
    ...planCreated(plan),
    shardsRemaining: plan.moves.length,
    state: stateOf(plan),
    traceparent: plan.traceparent,
    time: plan.createdAt,
    approvalRequestedAt: plan.approved ? undefined : plan.createdAt,
  };
}
