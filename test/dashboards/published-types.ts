/** Panels of the dashboards, by the plugin that shows them, and the file in `@grafana/schema` with its options. */
const PANEL_TYPES = {
  barchart: 'BarChart',
  bargauge: 'BarGauge',
  gauge: 'Gauge',
  heatmap: 'Heatmap',
  logs: 'Logs',
  stat: 'Stat',
  'state-timeline': 'StateTimeline',
  'status-history': 'StatusHistory',
  table: 'Table',
  text: 'Text',
  timeseries: 'TimeSeries',
} as const;
/** Those whose fields have options of their own. */
const WITH_FIELDS = ['barchart', 'heatmap', 'state-timeline', 'status-history', 'table', 'timeseries'];
/** Plugins whose options are not published; there the parts are checked that all panels share. */
const UNPUBLISHED_PANELS = ['traces', 'alertlist', 'dashlist'];
/** Data sources, and the name of the type of their queries in the Foundation SDK. */
const QUERIES = { prometheus: 'Dataquery', tempo: 'Dataquery', loki: 'dataquery' } as const;

/**
 * A TypeScript program that compiles if a dashboard is what Grafana publishes types for: the dashboard, its panels with
 * the options of their plugins, and the queries. What is not in the types is an error too.
 */
export function typeCheckedDashboard(dashboard: object): string {
  return `${HEAD}
export const dashboard = ${JSON.stringify(dashboard, undefined, 2)} satisfies DashboardJson;
`;
}

/** The same for a manifest of \`dashboard.grafana.app/v2\`, which has no status before a server has seen it. */
export function typeCheckedManifest(manifest: object): string {
  return `import type { Spec } from '@grafana/schema/apis/dashboard.grafana.app/v2';
${JSON_TYPE}
interface Manifest {
  apiVersion: 'dashboard.grafana.app/v2';
  kind: 'Dashboard';
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Json<Spec>;
}
export const manifest = ${JSON.stringify(manifest, undefined, 2)} satisfies Manifest;
`;
}

/** A value as JSON has it: an enum is one of its values. Anything else stays as it is, so that a stray key is an error. */
const JSON_TYPE = `
type Json<T> = unknown extends T ? T
  : T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends (...args: never[]) => unknown ? never
  : T extends readonly (infer E)[] ? Json<E>[]
  : { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]: Json<T[K]> };
`;

const panelImports = Object.values(PANEL_TYPES).map((name) => {
  const folder = name.toLowerCase();
  const path = `@grafana/schema/dist/esm/raw/composable/${folder}/panelcfg/x/${name}PanelCfg_types.gen`;
  return `import type * as ${name} from '${path}';`;
});
const panelUnion = [
  ...Object.entries(PANEL_TYPES).map(
    ([type, name]) =>
      `PanelOf<'${type}', ${name}.Options, ${WITH_FIELDS.includes(type) ? `${name}.FieldConfig` : '{}'}>`,
  ),
  ...UNPUBLISHED_PANELS.map((type) => `PanelOf<'${type}', Record<string, unknown>, {}>`),
];
const queryUnion = Object.entries(QUERIES).map(
  ([source, type]) =>
    `(Omit<Json<${source}.${type}>, 'datasource'> & { datasource: { type: '${source}'; uid: string } })`,
);

const HEAD = `
import type * as raw from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';
${panelImports.join('\n')}
${Object.keys(QUERIES)
  .map((name) => `import type * as ${name} from '@grafana/grafana-foundation-sdk/${name}';`)
  .join('\n')}
${JSON_TYPE}
type Query =
  | ${queryUnion.join('\n  | ')}
  | { refId: string; datasource: { type: 'jaeger'; uid: string }; [key: string]: unknown };
type Fields<Custom> = Omit<Json<raw.FieldConfigSource>, 'defaults'> & {
  defaults: Omit<Json<raw.FieldConfig>, 'custom'> & { custom?: Partial<Json<Custom>> };
};
type PanelOf<Type extends string, Options, Custom> = Omit<Json<raw.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
  type: Type;
  options?: Partial<Json<Options>>;
  fieldConfig?: Fields<Custom>;
  targets?: Query[];
};
type Panel =
  | ${panelUnion.join('\n  | ')};
type DashboardJson = Omit<Json<raw.Dashboard>, 'panels' | 'annotations'> & {
  panels: (Panel | (Omit<Json<raw.RowPanel>, 'panels'> & { panels: Panel[] }))[];
  // The query of an annotation is that of its data source; the published type knows only Grafana's own.
  annotations: { list: (Omit<Json<raw.AnnotationQuery>, 'target'> & Record<string, unknown>)[] };
};
`;
