import { type RebalanceState, STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { ValueMapping } from './model.js';

/**
 * The hues of Okabe and Ito, which people with any common colour vision tell apart; each as dark or as light as Grafana
 * needs it, which writes white on what is dark and black on what is light, to be read at a contrast of 4.5 to 1. Nothing
 * is said by colour alone: each has a symbol or words beside it.
 */
export const COLOUR = {
  orange: '#F5B73D',
  sky: '#8ED1F7',
  green: '#007A59',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermilion: '#B34700',
  purple: '#A8457F',
  grey: '#6B6B6B',
} as const;

/** Colours of the good, of what is worth a look, and of the bad. */
export const GOOD = COLOUR.green;
export const WATCH = COLOUR.orange;
export const BAD = COLOUR.vermilion;
/** Neutral colours: of bars and lines, and of the ground behind a text. */
export const PLAIN = COLOUR.blue;
export const CLEAR = 'transparent';

interface Look {
  readonly text: string;
  readonly color?: string;
}

const STATE_LOOKS: Readonly<Record<RebalanceState, Look>> = {
  steady: { text: '● steady', color: COLOUR.grey },
  investigating: { text: '◌ investigating', color: COLOUR.yellow },
  draining: { text: '▼ draining', color: COLOUR.sky },
  rebalancePending: { text: '‖ rebalancePending', color: COLOUR.purple },
  rebalancing: { text: '▶ rebalancing', color: COLOUR.blue },
  completed: { text: '✔ completed', color: COLOUR.green },
  failed: { text: '✖ failed', color: COLOUR.vermilion },
};

/** The number that stands for a state in a query's answer. */
export function stateCode(state: RebalanceState): number {
  return STATES.indexOf(state);
}

/** Numbers that stand for a pause and for silence, beside those of the states. */
export const PAUSED_CODE = STATES.length;
export const SILENT_CODE = STATES.length + 1;

/** Shows each state's number as its symbol and name. */
export const STATE_NUMBERS = valueMap([
  ...STATES.map((state): [string, Look] => [String(stateCode(state)), STATE_LOOKS[state]]),
  [String(PAUSED_CODE), { text: '■ paused', color: COLOUR.orange }],
  [String(SILENT_CODE), { text: '✖ silent', color: BAD }],
]);
/** Shows each state's name with its symbol. */
export const STATE_NAMES = valueMap(STATES.map((state): [string, Look] => [state, STATE_LOOKS[state]]));

/** How urgent an alert is. */
export const SEVERITY_CODES = { info: 1, warning: 2, critical: 3 } as const;
/** Shows that as a word. */
export const SEVERITY_NAMES = valueMap([
  [String(SEVERITY_CODES.critical), { text: '✖ critical', color: BAD }],
  [String(SEVERITY_CODES.warning), { text: '▲ warning', color: WATCH }],
  [String(SEVERITY_CODES.info), { text: '● info', color: PLAIN }],
]);

/** How a plan stands, from what is ordinary to what somebody must be woken for: the greater number stands first. */
export const PLAN_CODES = {
  moving: 1,
  queued: 2,
  investigating: 3,
  waits: 4,
  held: 5,
  failed: 6,
  stuck: 7,
} as const;
/** Shows that as a word, with whom it is for. */
export const PLAN_STANDINGS = valueMap([
  [String(PLAN_CODES.moving), { text: '▶ moving', color: CLEAR }],
  [String(PLAN_CODES.queued), { text: '◌ waits its turn', color: CLEAR }],
  [String(PLAN_CODES.investigating), { text: '◌ looked into', color: COLOUR.yellow }],
  [String(PLAN_CODES.waits), { text: '‖ to approve', color: COLOUR.purple }],
  [String(PLAN_CODES.held), { text: '‖ held back', color: WATCH }],
  [String(PLAN_CODES.failed), { text: '✖ failed', color: BAD }],
  [String(PLAN_CODES.stuck), { text: '✖ stuck: on-call', color: BAD }],
]);

/** What a node does, in the same way. */
export const NODE_CODES = { serves: 0, takesOver: 1, waits: 2, drains: 3, failed: 4, stalled: 5 } as const;
export const NODE_STANDINGS = valueMap([
  [String(NODE_CODES.serves), { text: '● serves', color: CLEAR }],
  [String(NODE_CODES.takesOver), { text: '↑ took shards', color: CLEAR }],
  [String(NODE_CODES.waits), { text: '◌ waits its turn', color: CLEAR }],
  [String(NODE_CODES.drains), { text: '▼ drains', color: COLOUR.sky }],
  [String(NODE_CODES.failed), { text: '✖ plan failed', color: BAD }],
  [String(NODE_CODES.stalled), { text: '✖ gives up none', color: BAD }],
]);

/** What a cluster needs somebody for, in the same way. */
export const CLUSTER_CODES = {
  waits: 1,
  failing: 2,
  overLimit: 3,
  failingBadly: 4,
  farOverLimit: 5,
  stuck: 6,
  silent: 7,
} as const;
export const CLUSTER_STANDINGS = valueMap([
  [String(CLUSTER_CODES.waits), { text: '‖ plan waits', color: COLOUR.purple }],
  [String(CLUSTER_CODES.failing), { text: '▲ plans keep failing', color: WATCH }],
  [String(CLUSTER_CODES.overLimit), { text: '▲ too many moves', color: WATCH }],
  [String(CLUSTER_CODES.failingBadly), { text: '✖ plans keep failing', color: BAD }],
  [String(CLUSTER_CODES.farOverLimit), { text: '✖ too many moves', color: BAD }],
  [String(CLUSTER_CODES.stuck), { text: '✖ plan stuck', color: BAD }],
  [String(CLUSTER_CODES.silent), { text: '✖ controller silent', color: BAD }],
]);

/** Reasons that are known, in words; what a controller says besides stays as it is. */
export const REASONS = valueMap([
  ['approval', { text: 'undecided' }],
  ['paused', { text: 'controller paused' }],
  ['maxConcurrentMoves', { text: 'no free slot' }],
  ['minHealthyReplicas', { text: 'too few replicas' }],
]);

/** Shows a word for whatever is there. */
export function wordFor(text: string): ValueMapping {
  return { type: 'regex', options: { pattern: '.+', result: { text, index: 0 } } };
}

/** Shows numbers or names as words with a symbol. */
export function valueMap(looks: readonly (readonly [string, Look])[]): ValueMapping {
  const options = looks.map(([value, look], index) => [value, { ...look, index }]);
  return { type: 'value', options: Object.fromEntries(options) };
}
