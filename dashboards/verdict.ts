import { secondsOf } from '../rules/duration.js';
import type { Expression } from '../rules/promql/index.js';
import type { Link, ValueMapping } from './model.js';
import { valueMap } from './palette.js';
import { now, type Query, type Visual } from './panel.js';
import { firstThatHolds } from './queries/shapes.js';
import { answer, answerStat } from './visuals.js';

/** One of the answers to a question. */
interface Case {
  readonly text: string;
  readonly color: string;
  /** Of these, series of one must exist for it; none for the last, which holds else. */
  readonly when?: readonly Expression[];
}

type Condition = readonly [code: number, condition: Expression];

/** Seconds within which Prometheus finds about as many series as are there now. */
const OF_LATE = 3_600;

/** A question that is answered in a word: by the first of its cases that holds, which has the greatest number. */
export function verdict(
  cases: readonly Case[],
  links?: readonly Link[],
): { visual: Visual; queries: readonly Query[] } {
  const coded = cases.map((each, index) => ({ ...each, code: cases.length - 1 - index }));
  const conditions = coded.flatMap(({ code, when = [] }) => when.map((each): Condition => [code, each]));
  const words: ValueMapping = valueMap(coded.map(({ code, text, color }) => [String(code), { text, color }]));
  const [first, ...others] = byReach(conditions).map(firstThatHolds);
  if (first === undefined) throw new TypeError('a question without a case to ask for');
  return {
    visual: answerStat(links),
    queries: [now(first, 'Answer', answer(words)), ...others.map((other) => now(other, 'Answer'))],
  };
}

/**
 * Conditions apart by how far they look back. Prometheus looks for every series of a query in all the time that any of its
 * selectors reaches back: beside one of a day, those of plans would be looked for among all plans of that day.
 */
function byReach(conditions: readonly Condition[]): Condition[][] {
  const reaches = new Set(conditions.map(reachOf));
  return [...reaches].map((reach) => conditions.filter((condition) => reachOf(condition) === reach));
}

function reachOf([, condition]: Condition): number {
  const longest = Math.max(0, ...condition.ranges.map((range) => secondsOf(range) ?? Number.POSITIVE_INFINITY));
  return longest > OF_LATE ? longest : 0;
}
