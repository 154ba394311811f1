import { APPROVAL_MODES, DECISIONS, OUTCOMES, PLAN_TIMES, STATES, UNKNOWN } from '../contract/vocabulary.js';

/** Ways of a shard, seen from a node. */
export const DIRECTIONS = ['in', 'out'] as const;
/** Way of a shard, seen from a node. */
export type Direction = (typeof DIRECTIONS)[number];

/** Each label of the metrics: what it says and the set its values come from. */
export const LABELS = {
  namespace: { description: 'Namespace of the controller', values: undefined },
  cluster: { description: 'Cluster that is rebalanced', values: undefined },
  plan_id: { description: 'Id of the plan, or `_OTHER`', values: undefined },
  node: { description: 'Id of the node, or `_OTHER`', values: undefined },
  direction: { description: 'Way of a shard, seen from the node', values: DIRECTIONS },
  state: { description: 'State of the controller or plan', values: STATES },
  phase: { description: 'Phase of a plan, or `work` or `held`', values: PLAN_TIMES },
  outcome: { description: 'End of a plan or step; for `phase="approval"` the decision', values: OUTCOMES },
  decision: { description: 'Answer to a request for approval', values: DECISIONS },
  approval_mode: { description: 'Who approves, or `unknown`', values: [...APPROVAL_MODES, UNKNOWN] },
  trigger: { description: 'What caused the plan: a bounded set with `_OTHER`', values: undefined },
  error_type: { description: 'Why it failed: a bounded set with `_OTHER`', values: undefined },
  guardrail: { description: 'What held the controller back: a bounded set with `_OTHER`', values: undefined },
  trace_id: { description: "The plan's trace: 32 hex digits, empty without tracing", values: undefined },
  reason: {
    description:
      'What was wrong with an event; what holds a plan back: `approval`, `paused`, or a guardrail of a bounded set with `_OTHER`',
    values: undefined,
  },
} as const satisfies Record<string, { description: string; values: readonly string[] | undefined }>;
/** The name of a label. */
export type Label = keyof typeof LABELS;
