import { BAD, COLOUR, GOOD, valueMap, WATCH } from './palette.js';
import {
  ACTIVE_PLANS,
  CLUSTER_WAITING,
  CRITICAL,
  HELD_PLANS,
  inside,
  KEEP_FAILING,
  OLDEST_WAIT,
  OVER_LIMIT,
  PLANS_THAT_MOVED,
  SILENT_CONTROLLERS,
  STUCK_PLANS,
  verdict,
} from './queries.js';
import { seconds } from './thresholds.js';

/** A question with its answer in words: the first that holds. */
export interface Verdict {
  readonly expression: string;
  readonly words: ReturnType<typeof valueMap>;
}

interface Case {
  readonly code: number;
  readonly text: string;
  readonly color: string;
  /** What must be found; none for the last, which holds else. */
  readonly when?: string;
}

function verdictOf(cases: readonly Case[]): Verdict {
  return {
    expression: verdict(cases.flatMap(({ code, when }) => (when === undefined ? [] : [[code, when] as const]))),
    words: valueMap(cases.map(({ code, text, color }) => [String(code), { text, color }])),
  };
}

export const IS_IT_MOVING = verdictOf([
  { code: 4, text: '✖ Stuck', color: BAD, when: STUCK_PLANS },
  { code: 3, text: '▶ Moving', color: GOOD, when: PLANS_THAT_MOVED },
  {
    code: 2,
    text: '‖ Held back',
    color: WATCH,
    when: `${ACTIVE_PLANS}\nand on (namespace, cluster, plan_id) (${inside(HELD_PLANS)})`,
  },
  { code: 1, text: '◌ Not yet', color: COLOUR.sky, when: ACTIVE_PLANS },
  { code: 0, text: '● Nothing to do', color: COLOUR.grey },
]);

export const IS_IT_SAFE = verdictOf([
  { code: 3, text: '✖ Controller silent', color: BAD, when: SILENT_CONTROLLERS },
  { code: 2, text: '✖ Too many moves', color: BAD, when: OVER_LIMIT },
  { code: 1, text: '▲ Plans keep failing', color: WATCH, when: KEEP_FAILING },
  { code: 0, text: '✔ Yes', color: GOOD },
]);

export const WHO_MUST_ACT = verdictOf([
  {
    code: 3,
    text: '✖ On-call, now',
    color: BAD,
    when: `group by (namespace, cluster) (${CRITICAL})
or
group by (namespace, cluster) (${inside(STUCK_PLANS)})
or
group by (namespace, cluster) (${SILENT_CONTROLLERS})`,
  },
  { code: 2, text: '▲ Approver, overdue', color: WATCH, when: `${OLDEST_WAIT} > ${seconds('approvalOverdue')}` },
  { code: 1, text: '‖ Approver', color: COLOUR.purple, when: `${CLUSTER_WAITING} > 0` },
  { code: 0, text: '✔ Nobody', color: GOOD },
]);

export const IS_THE_FLEET_WELL = verdictOf([
  { code: 2, text: '✖ Controllers silent', color: BAD, when: SILENT_CONTROLLERS },
  {
    code: 1,
    text: '▲ Needs attention',
    color: WATCH,
    when: `group by (namespace, cluster) (${inside(STUCK_PLANS)})
or
group by (namespace, cluster) (${OVER_LIMIT})
or
group by (namespace, cluster) (${KEEP_FAILING})`,
  },
  { code: 0, text: '✔ Healthy', color: GOOD },
]);
