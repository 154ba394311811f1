import { type Expression, increase, type Series, sum, TOGETHER } from '../rules/promql/index.js';
import { ofChosenClusters } from './chosen.js';
import type { DataSourceReference, FieldDefaults, FieldProperty, Link, Override, Transformation } from './model.js';

/** Texts of a panel, on the page and in the documentation. */
export interface PanelText {
  readonly title: string;
  /** Its content and how to read it. */
  readonly shows: string;
  /** Advice for the reader. */
  readonly act: string;
  /** Meaning of an empty panel. */
  readonly empty: string;
  /** The same in a few words, shown in the panel's place. */
  readonly noValue: string;
}

/** A panel as a page holds it. */
export interface PagePanel extends PanelText {
  /** Columns, of 24. */
  readonly width: number;
  /** Steps of 30 pixels and a gap of 8. */
  readonly height: number;
  readonly unit: string;
  /** Its data source, unless that is Prometheus. */
  readonly source?: DataSourceReference;
  readonly visual: Visual;
  readonly queries: readonly Query[];
}

/** Type and options of a panel's drawing. */
export interface Visual {
  /** The name of Grafana's plugin. */
  readonly type: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fields?: FieldDefaults;
  readonly overrides?: readonly Override[];
  readonly transformations?: readonly Transformation[];
  readonly maxDataPoints?: number;
  /** Least step of its queries. */
  readonly interval?: string;
  readonly links?: readonly Link[];
}

/** A query, without the letter that Grafana knows it by. */
export interface Query {
  /** Question to Prometheus; the options say how it is asked. */
  readonly expression?: Expression;
  readonly options: Readonly<Record<string, unknown>>;
  /** Looks of the answer's fields, found by their legend. */
  readonly look?: Override;
}

/** Makes of an expression what is asked of this Prometheus. */
export type Print = (expression: Expression) => string;

/** A query over the shown time. */
export function overTime(expression: Expression, legend: string, look?: readonly FieldProperty[]): Query {
  const options = { range: true, instant: false, format: 'time_series', legendFormat: legend };
  return { expression: ofChosenClusters(expression), options, ...looking(legend, look) };
}

/**
 * The exemplars of a histogram's buckets, which alone have any, and no series. Grafana asks for those of each selector
 * in a query.
 */
export function exemplarsOf(buckets: Series): Query {
  const query = overTime(sum(TOGETHER, increase(buckets.range('1m'))).below(0), '');
  return { ...query, options: { ...query.options, exemplar: true } };
}

/** A query at the end of the shown time. */
export function now(expression: Expression, legend: string, look?: readonly FieldProperty[]): Query {
  const options = { range: false, instant: true, format: 'time_series', legendFormat: legend };
  return { expression: ofChosenClusters(expression), options, ...looking(legend, look) };
}

/** A query at the end of the shown time, one row for each series. */
export function rows(expression: Expression): Query {
  return { expression: ofChosenClusters(expression), options: { range: false, instant: true, format: 'table' } };
}

function looking(legend: string, properties: readonly FieldProperty[] | undefined): Pick<Query, 'look'> {
  return properties === undefined ? {} : { look: named(legend, properties) };
}

/** Looks of the fields of one name. */
export function named(name: string, properties: readonly FieldProperty[]): Override {
  return { matcher: { id: 'byName', options: name }, properties };
}

/** The letter by which Grafana knows the query that stands at this place. */
export function refIdAt(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
