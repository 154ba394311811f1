import { randomUUID } from 'node:crypto';
import type { ApprovalMode } from 'opentelemetry-instrumentation-mesh-rebalance';
import { movesToBalance } from './balance.js';
import type { ClusterNode } from './cluster-nodes.js';
import type { Plan } from './plan.js';

/** Request for a plan. */
export interface Wish {
  /** Masters that are to be removed. */
  readonly leaving: ReadonlySet<string>;
  readonly approvalMode: ApprovalMode;
  readonly slotsPerMove: number;
  readonly requestedBy: string | undefined;
}

/**
 * A plan that evens out the masters.
 *
 * @returns undefined when there is nothing to move
 * @throws RangeError when a leaving node is no master, or no master would be left
 */
export function proposePlan(masters: readonly ClusterNode[], wish: Wish): Plan | undefined {
  const { leaving, approvalMode, slotsPerMove, requestedBy } = wish;
  for (const id of leaving) if (!masters.some((node) => node.id === id)) throw new RangeError(`no master ${id}`);
  const moves = movesToBalance(masters, leaving, slotsPerMove);
  if (moves.length === 0) return undefined;
  const trigger = triggerOf(masters, leaving);
  return {
    id: `${trigger}-${randomUUID().slice(0, 8)}`,
    trigger,
    approvalMode,
    requestedBy,
    createdAt: Date.now(),
    shards: moves.length,
    approved: false,
    moves,
  };
}

function triggerOf(masters: readonly ClusterNode[], leaving: ReadonlySet<string>): string {
  if (leaving.size > 0) return 'node_removed';
  return masters.some(({ slots }) => slots.length === 0) ? 'node_added' : 'imbalance';
}
