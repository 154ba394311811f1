import type { Expression } from '../rules/promql/index.js';
import type { ValueMapping } from './model.js';
import { valueMap } from './palette.js';
import { now, type Query } from './panel.js';
import { firstThatHolds } from './queries/shapes.js';
import { answer } from './visuals.js';

/** One of the answers to a question. */
interface Case {
  readonly text: string;
  readonly color: string;
  /** Series that must exist for it; none for the last, which holds else. */
  readonly when?: Expression;
}

/** A question that is answered in a word: by the first of its cases that holds. */
export function verdict(cases: readonly Case[]): Query {
  const coded = cases.map((each, index) => ({ ...each, code: cases.length - 1 - index }));
  const conditions = coded.flatMap(({ code, when }) => (when === undefined ? [] : [[code, when] as const]));
  const words: ValueMapping = valueMap(coded.map(({ code, text, color }) => [String(code), { text, color }]));
  return now(firstThatHolds(conditions), 'Answer', answer(words));
}
