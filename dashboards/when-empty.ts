import type { PanelText } from './panel.js';

type WhenEmpty = Pick<PanelText, 'empty' | 'noValue'>;

/** Texts of a panel about the chosen plan. */
export const NO_SUCH_PLAN: WhenEmpty = {
  empty: 'the plan was not there in the shown time.',
  noValue: 'No such plan in the shown time',
};

/** Texts of a panel about nodes over time. */
export const NO_NODE: WhenEmpty = {
  empty: 'no node of the chosen clusters has been reported in the shown time.',
  noValue: 'No node is known',
};

/** Texts of a panel about what controllers export over time. */
export const NOTHING_EXPORTED: WhenEmpty = {
  empty: 'no controller of the chosen clusters exported anything in the shown time.',
  noValue: 'No controller reports',
};
