import { describe } from '../intake/describe.js';
import type { InvalidReason, Report } from '../intake/problem.js';

/** Why an event was refused. Not made where it is refused: a function that captures its arguments pays at each event. */
type Refusal = (what: string) => string;

/** A controller that never ends its plans must not fill the heap: most live plans for each plan of `maxPlans`. */
export const LIVE_PER_KEPT = 20;

export const WAITS_ALREADY: Refusal = (plan) => `plan ${plan} waits for a decision already`;
export const DECIDED_ALREADY: Refusal = (plan) => `plan ${plan} has been decided, and no request has been made since`;
export const PLAN_ENDED: Refusal = (plan) => `plan ${plan} has ended`;
export const DRAIN_STARTED: Refusal = (node) => `the drain of ${node} has started already`;
export const DRAIN_ENDED: Refusal = (node) => `the drain of ${node} has ended already`;
export const MOVE_STARTED: Refusal = (shard) => `the move of ${shard} has started already`;
export const MOVE_ENDED: Refusal = (shard) => `the move of ${shard} has ended already`;
export const NOT_TRIPPED: Refusal = (guardrail) => `guardrail ${guardrail} has not been tripped, or was cleared before`;
export const TOO_MANY_PLANS: Refusal = (count) =>
  `${count} plans are tracked already, ${LIVE_PER_KEPT} for each of maxPlans; they have not ended`;
export const TOO_MANY_DRAINS: Refusal = (count) => `the plan drains ${count} nodes already (maxNodes)`;
export const TOO_MANY_MOVES: Refusal = (count) => `the plan has moved ${count} shards already`;

/** Reports an event that changed nothing. */
export type Refuse = (
  reason: InvalidReason,
  event: string,
  field: string,
  says: Refusal,
  what: string | number,
) => undefined;

export function refuseTo(report: Report): Refuse {
  return (reason, event, field, says, what) => {
    report({ reason, event, field, says: () => `${says(describe(what))}; the event was dropped` });
  };
}
