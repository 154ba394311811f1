import type { MetricDefinition } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Expression, type RangeVector, Series } from './expression.js';
import { type LabelName, type Labels, type Matcher, type OtherLabel, quoted } from './selector.js';

/** Series of a metric of the package. */
export function series<const M extends MetricDefinition>(
  metric: M,
  ...matchers: readonly Matcher<M['labels'][number] | OtherLabel>[]
): Series {
  return new Series({ origin: 'package', name: metric.name, matchers });
}

/** One of the three kinds of series of a histogram of the package. */
export function histogramSeries<const M extends MetricDefinition & { readonly kind: 'histogram' }>(
  metric: M,
  part: 'bucket' | 'count' | 'sum',
  ...matchers: readonly Matcher<M['labels'][number] | OtherLabel>[]
): Series {
  return new Series({ origin: 'package', name: `${metric.name}_${part}`, matchers });
}

/** Series that the rules of this folder make. */
export function madeByRules(name: string, ...matchers: readonly Matcher<LabelName>[]): Series {
  return new Series({ origin: 'rules', name, matchers });
}

/** Series of another program, such as a Collector. */
export function otherSeries(name: string, ...matchers: readonly Matcher<LabelName>[]): Series {
  return new Series({ origin: 'other', name, matchers });
}

/** A number, or a threshold as it is written. */
export function number(value: number | string): Expression {
  return new Expression({ kind: 'literal', text: String(value) });
}

/** A series of one number, without labels. */
export function vector(value: number): Expression {
  return new Expression({ kind: 'literal', text: `vector(${value})` });
}

/** The moment of evaluation, in seconds since 1970. */
export function time(): Expression {
  return new Expression({ kind: 'literal', text: 'time()' });
}

const call =
  <Of extends Expression | RangeVector>(name: string) =>
  ({ node }: Of): Expression =>
    new Expression({ kind: 'call', name, of: node, rest: [] });
export const lastOverTime: (range: RangeVector) => Expression = call('last_over_time');
export const minOverTime: (range: RangeVector) => Expression = call('min_over_time');
export const maxOverTime: (range: RangeVector) => Expression = call('max_over_time');
export const sumOverTime: (range: RangeVector) => Expression = call('sum_over_time');
export const increase: (range: RangeVector) => Expression = call('increase');
export const rate: (range: RangeVector) => Expression = call('rate');
export const abs: (of: Expression) => Expression = call('abs');
/** Time of a sample, in seconds since 1970: of a series only, for a function gives samples of the moment. */
export const timestamp: (of: Series) => Expression = call('timestamp');
export const round: (of: Expression) => Expression = call('round');

/** At least this much. */
export function clampMin({ node }: Expression, least: number): Expression {
  return new Expression({ kind: 'call', name: 'clamp_min', of: node, rest: [String(least)] });
}

/** Adds a label of a fixed text. */
export function withLabel({ node }: Expression, label: string, value: string): Expression {
  return new Expression({ kind: 'call', name: 'label_replace', of: node, rest: [label, value, '', ''].map(quoted) });
}

/** Adds a label of the texts of others, one after the other. */
export function withJoinedLabel(
  { node }: Expression,
  label: string,
  labels: readonly string[],
  separator = '',
): Expression {
  return new Expression({
    kind: 'call',
    name: 'label_join',
    of: node,
    rest: [label, separator, ...labels].map(quoted),
  });
}

/** Adds a label made of another (`$1`), to those whose other label meets a regular expression as a whole. */
export function withLabelFrom(
  { node }: Expression,
  label: string,
  text: string,
  other: string,
  pattern: string,
): Expression {
  return new Expression({
    kind: 'call',
    name: 'label_replace',
    of: node,
    rest: [label, text, other, pattern].map(quoted),
  });
}

const aggregation =
  (operator: string) =>
  (by: Labels, { node }: Expression): Expression =>
    new Expression({ kind: 'aggregation', operator, by, of: node });
export const max: Aggregation = aggregation('max');
export const min: Aggregation = aggregation('min');
export const sum: Aggregation = aggregation('sum');
export const avg: Aggregation = aggregation('avg');
export const group: Aggregation = aggregation('group');
export const count: Aggregation = aggregation('count');

const ranking =
  (operator: string) =>
  (by: Labels, most: number, { node }: Expression): Expression =>
    new Expression({ kind: 'aggregation', operator, by, of: node, parameter: most });
export const bottomk: Ranking = ranking('bottomk');
export const topk: Ranking = ranking('topk');

/** Brings series together that have the same of these labels. */
type Aggregation = (by: Labels, of: Expression) => Expression;
/** Keeps so many of those that have the same of these labels. */
type Ranking = (by: Labels, most: number, of: Expression) => Expression;

/** The labels of an aggregation over everything. */
export const TOGETHER: Labels = [];

/** Takes the first of several that has something for a set of labels. */
export function anyOf(first: Expression, ...others: readonly Expression[]): Expression {
  return others.reduce((either, other) => either.or(other), first);
}
