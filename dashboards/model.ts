/**
 * The parts of Grafana's dashboard JSON that the pages are made of. A test holds what comes out against the types that
 * Grafana publishes; nothing of Grafana's is needed to write them.
 *
 * @module
 */

/** Data source of a query. */
export interface DataSourceReference {
  readonly type: string;
  readonly uid: string;
}

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly datasource: DataSourceReference;
  readonly [option: string]: unknown;
}

/** One property of fields, such as a unit or a colour. */
export interface FieldProperty {
  readonly id: string;
  readonly value: unknown;
}

/** Properties of some fields of a panel. */
export interface Override {
  readonly matcher: { readonly id: 'byName' | 'byRegexp' | 'byFrameRefID'; readonly options: string };
  readonly properties: readonly FieldProperty[];
}

/** Colours from certain values on. */
export interface Thresholds {
  readonly mode: 'absolute';
  readonly steps: readonly { readonly value: number | null; readonly color: string }[];
}

/** Words for a value. */
interface MappedText {
  readonly text: string;
  readonly color?: string;
  readonly index: number;
}

/** Shows certain values, or whatever meets a regular expression, as words. */
export type ValueMapping =
  | { readonly type: 'value'; readonly options: Readonly<Record<string, MappedText>> }
  | { readonly type: 'regex'; readonly options: { readonly pattern: string; readonly result: MappedText } };

/** Defaults for every field of a panel. */
export interface FieldDefaults {
  readonly unit?: string;
  readonly noValue?: string;
  readonly decimals?: number;
  readonly min?: number;
  readonly color?: { readonly mode: string };
  readonly thresholds?: Thresholds;
  readonly mappings?: readonly ValueMapping[];
  readonly custom?: Readonly<Record<string, unknown>>;
}

/** Step that changes the answers of the queries before they are shown. */
export interface Transformation {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A link of a panel or of a dashboard. */
export interface Link {
  readonly title: string;
  readonly type: 'link' | 'dashboards';
  readonly [option: string]: unknown;
}

/** A link of a cell. */
export interface CellLink {
  readonly title: string;
  readonly url: string;
  readonly targetBlank: boolean;
}

/** A link of a cell, which may hold the value that a query gives for the row. */
export type RowLink<Key extends string> = (fieldOf: (query: Key) => string) => CellLink;

/** Place and size of a panel on its page. */
export interface GridPosition {
  readonly w: number;
  readonly h: number;
  readonly x: number;
  readonly y: number;
}

/** A panel. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly datasource: DataSourceReference;
  readonly gridPos: GridPosition;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fieldConfig: { readonly defaults: FieldDefaults; readonly overrides: readonly Override[] };
  readonly targets?: readonly Target[];
  readonly transformations?: readonly Transformation[];
  readonly maxDataPoints?: number;
  /** Least step of its queries. */
  readonly interval?: string;
  readonly links?: readonly Link[];
  readonly transparent: boolean;
  readonly repeatDirection: 'h';
}

/** A heading; what is closed holds its panels. */
export interface RowPanel {
  readonly id: number;
  readonly type: 'row';
  readonly title: string;
  readonly collapsed: boolean;
  readonly gridPos: GridPosition;
  readonly panels: readonly Panel[];
}
