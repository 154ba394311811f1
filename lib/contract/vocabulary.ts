/** The states of a controller and of a plan. Any transition between them may occur. */
export const STATES = [
  'steady',
  'investigating',
  'draining',
  'rebalancePending',
  'rebalancing',
  'completed',
  'failed',
] as const;
/** A state of a controller or of a plan. */
export type RebalanceState = (typeof STATES)[number];

/** The phases of a plan. `total` runs from creation to end: waiting and working time together. */
export const PHASES = ['approval', 'drain', 'move', 'total'] as const;
/** A phase of a plan. */
export type Phase = (typeof PHASES)[number];

/**
 * What the time of a plan is told for: its phases, and besides them `work`, which is everything but the wait for
 * approval, and `held`, the part of `work` in which something held the plan back on purpose.
 */
export const PLAN_TIMES = [...PHASES, 'work', 'held'] as const;
/** What the time of a plan is told for. */
export type PlanTime = (typeof PLAN_TIMES)[number];

/** Reasons for which a plan is held that are no guardrails. */
export const HELD_BY_APPROVAL = 'approval';
/** See {@link HELD_BY_APPROVAL}. */
export const HELD_BY_PAUSE = 'paused';
/** The guardrail that follows from the policy and the moves under way, also where the controller says nothing of it. */
export const MAX_CONCURRENT_MOVES = 'maxConcurrentMoves';

/** Ends of a request for approval. */
export const DECISIONS = ['approved', 'rejected', 'expired'] as const;
/** The answer to a request for approval. */
export type Decision = (typeof DECISIONS)[number];

/** Ends of a plan, a drain or a move. */
export const OUTCOMES = ['completed', 'failed', 'cancelled'] as const;
/** The end of a plan, a drain or a move. */
export type Outcome = (typeof OUTCOMES)[number];

/** Approvers of a plan: a person, or the controller itself. */
export const APPROVAL_MODES = ['manual', 'auto'] as const;
/** Approver of a plan. */
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

/**
 * Label value for the rest: an `error_type`, `trigger`, `guardrail` or `reason` outside its bounded set, an `error_type`
 * that nobody told, and the `plan_id` and `node` of what is folded together past `maxPlans` and `maxNodes`.
 */
export const OTHER = '_OTHER';
/** Label value of `trigger` and `approval_mode` for a plan whose creation was never seen. */
export const UNKNOWN = 'unknown';
