import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data';

/** The parts of Grafana's dashboard JSON that are drawn. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly refresh?: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly links?: readonly DashboardLink[];
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly AnnotationQuery[] };
}

interface DashboardLink {
  readonly title: string;
  readonly type: string;
  readonly url?: string;
  readonly tags?: readonly string[];
  readonly includeVars?: boolean;
  readonly keepTime?: boolean;
  readonly targetBlank?: boolean;
}

interface DataSourceReference {
  readonly type?: string;
  readonly uid?: string;
}

/** A query of a panel; each data source has properties of its own. */
export interface Target {
  readonly refId: string;
  readonly datasource?: DataSourceReference;
  readonly hide?: boolean;
  readonly expr?: string;
  readonly query?: string;
  readonly legendFormat?: string;
  readonly range?: boolean;
  readonly instant?: boolean;
  readonly exemplar?: boolean;
  readonly format?: string;
  readonly interval?: string;
  readonly tableType?: string;
  readonly maxLines?: number;
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: DataSourceReference;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  // biome-ignore lint/suspicious/noExplicitAny: each type of panel has options of its own
  readonly options?: any;
  readonly fieldConfig?: FieldConfigSource;
  readonly targets?: readonly Target[];
  readonly transformations?: DataTransformerConfig[];
  readonly maxDataPoints?: number;
  readonly interval?: string;
  readonly links?: readonly DashboardLink[];
  readonly transparent?: boolean;
  /** Of a row. */
  readonly collapsed?: boolean;
  readonly panels?: readonly Panel[];
}

export interface Variable {
  readonly name: string;
  readonly label?: string;
  readonly description?: string;
  readonly type: string;
  /** 2: it is not shown. */
  readonly hide?: number;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
  readonly query?: string | { readonly query?: string };
  readonly regex?: string;
  readonly sort?: number;
  readonly current?: { readonly value?: string | readonly string[] };
}

export interface AnnotationQuery {
  readonly name: string;
  readonly enable?: boolean;
  readonly hide?: boolean;
  readonly iconColor?: string;
  readonly expr?: string;
  readonly step?: string;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly tagKeys?: string;
  readonly useValueForTime?: boolean;
}
