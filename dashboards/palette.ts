import { type RebalanceState, STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { ValueMapping } from './model.js';

/**
 * Okabe and Ito's colours, which people with any common colour vision tell apart, on light and on dark. Nothing is said
 * by colour alone: each has a symbol or words beside it.
 */
export const COLOUR = {
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermilion: '#D55E00',
  purple: '#CC79A7',
  grey: '#999999',
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
  readonly color: string;
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

/** The number that stands for a pause, beside those of the states. */
export const PAUSED_CODE = STATES.length;

/** Shows each state's number as its symbol and name. */
export const STATE_NUMBERS = valueMap([
  ...STATES.map((state): [string, Look] => [String(stateCode(state)), STATE_LOOKS[state]]),
  [String(PAUSED_CODE), { text: '■ paused', color: COLOUR.orange }],
]);
/** Shows each state's name with its symbol. */
export const STATE_NAMES = valueMap(STATES.map((state): [string, Look] => [state, STATE_LOOKS[state]]));

/** Shows how urgent an alert is; what pages comes first in the alphabet too. */
export const SEVERITY_NAMES = valueMap([
  ['critical', { text: '✖ critical', color: BAD }],
  ['warning', { text: '▲ warning', color: WATCH }],
  ['info', { text: '● info', color: PLAIN }],
]);

/** Shows numbers or names as words with a symbol. */
export function valueMap(looks: readonly (readonly [string, Look])[]): ValueMapping {
  const options = looks.map(([value, look], index) => [value, { ...look, index }]);
  return { type: 'value', options: Object.fromEntries(options) };
}
