import type { Expression } from '../rules/promql/index.js';
import { ofChosenClusters } from './chosen.js';
import type { DataSourceReference, FieldDefaults, FieldProperty, Link, Override, Transformation } from './model.js';

/** What a reader is told of a panel, on the page and in the documentation. */
export interface PanelText {
  readonly title: string;
  /** What it tells. */
  readonly tells: string;
  /** What to do. */
  readonly act: string;
  /** What it means when it shows nothing. */
  readonly empty: string;
  /** The same in a few words, shown in the panel's place. */
  readonly noValue: string;
}

/** A panel as a page holds it. */
export interface PagePanel extends PanelText {
  /** Of 24. */
  readonly width: number;
  /** In steps of 30 pixels and a gap of 8. */
  readonly height: number;
  readonly unit: string;
  /** Where its queries are asked, unless it is Prometheus. */
  readonly source?: DataSourceReference;
  readonly visual: Visual;
  readonly queries: readonly Query[];
}

/** How a panel draws. */
export interface Visual {
  /** The name of Grafana's plugin. */
  readonly type: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fields?: FieldDefaults;
  readonly overrides?: readonly Override[];
  readonly transformations?: readonly Transformation[];
  readonly maxDataPoints?: number;
  readonly links?: readonly Link[];
}

/** A query, without the letter that Grafana knows it by. */
export interface Query {
  /** What Prometheus is asked; its options say how. */
  readonly expression?: Expression;
  readonly options: Readonly<Record<string, unknown>>;
  /** How what it answers looks, by its legend. */
  readonly look?: Override;
}

/** Makes of an expression what is asked of this Prometheus. */
export type Print = (expression: Expression) => string;

/** A query over the shown time. */
export function overTime(expression: Expression, legend: string, look?: readonly FieldProperty[]): Query {
  const options = { range: true, instant: false, format: 'time_series', legendFormat: legend };
  return { expression: ofChosenClusters(expression), options, ...looking(legend, look) };
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

/** How the fields of a name look. */
export function named(name: string, properties: readonly FieldProperty[]): Override {
  return { matcher: { id: 'byName', options: name }, properties };
}

/** The letter by which Grafana knows the query that stands at this place. */
export function refIdAt(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
