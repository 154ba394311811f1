/*
 * The same dashboards as manifests of Grafana's second schema (`dashboard.grafana.app/v2`), which the API of Grafana 12
 * and later takes, but provisioning from files does not.
 */
import type * as classic from '@grafana/grafana-foundation-sdk/dashboard';
import * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { Manifest } from '@grafana/grafana-foundation-sdk/resource';
import { classicDashboard, type Page, type PageRow } from './page.js';

/** Columns of a page. */
const COLUMNS = 24;

const CURSOR_SYNC = [v2.DashboardCursorSync.Off, v2.DashboardCursorSync.Crosshair, v2.DashboardCursorSync.Tooltip];
const HIDE = [
  v2.VariableHide.DontHide,
  v2.VariableHide.HideLabel,
  v2.VariableHide.HideVariable,
  v2.VariableHide.InControlsMenu,
];
const REFRESH = [v2.VariableRefresh.Never, v2.VariableRefresh.OnDashboardLoad, v2.VariableRefresh.OnTimeRangeChanged];
const SORT = Object.values(v2.VariableSort);

/** The dashboard as a manifest of the second schema. */
export function v2Manifest(page: Page): Manifest {
  const dashboard = classicDashboard(page);
  const spec: v2.Dashboard = {
    ...v2.defaultDashboard(),
    title: page.title,
    description: dashboard.description ?? '',
    tags: dashboard.tags ?? [],
    editable: false,
    cursorSync: CURSOR_SYNC[dashboard.graphTooltip ?? 0] ?? v2.DashboardCursorSync.Off,
    timeSettings: timeSettings(dashboard),
    variables: (dashboard.templating.list ?? []).map(variable),
    annotations: (dashboard.annotations.list ?? []).map(annotation),
    links: (dashboard.links ?? []).map((link) => ({ ...v2.defaultDashboardLink(), ...plain(link) })),
    elements: Object.fromEntries(page.rows.flatMap(({ panels }) => panels.map((panel) => element(panel.build())))),
    layout: { kind: 'RowsLayout', spec: { rows: page.rows.map(row) } },
  };
  return v2.manifest(page.uid, { build: () => spec }).build();
}

/** Enumerations of the two schemas differ in name only where values are the same. */
function plain<T extends object>(value: T): object {
  return { ...value };
}

function timeSettings({ timezone, time, refresh, timepicker, weekStart }: classic.Dashboard): v2.TimeSettingsSpec {
  return {
    ...v2.defaultTimeSettingsSpec(),
    ...(timezone === undefined ? {} : { timezone }),
    ...(time === undefined ? {} : { from: time.from, to: time.to }),
    autoRefresh: refresh ?? '',
    autoRefreshIntervals: timepicker?.refresh_intervals ?? [],
    ...(weekStart === 'monday' ? { weekStart } : {}),
  };
}

function variable(model: classic.VariableModel): v2.VariableKind {
  const {
    name,
    label = name,
    description = '',
    hide = 0,
    current,
    multi = false,
    includeAll = false,
    allValue,
  } = model;
  const common = {
    name,
    label,
    description,
    hide: HIDE[hide] ?? v2.VariableHide.DontHide,
    current: current ?? v2.defaultVariableOption(),
    multi,
    includeAll,
    ...(allValue === undefined ? {} : { allValue }),
  };
  if (model.type === 'datasource') {
    const spec = { ...v2.defaultDatasourceVariableSpec(), ...common, pluginId: String(model.query) };
    return { kind: 'DatasourceVariable', spec: { ...spec, refresh: v2.VariableRefresh.OnDashboardLoad } };
  }
  if (model.type !== 'query' || typeof model.query !== 'object') throw new Error(`${name}: a ${model.type} variable`);
  return {
    kind: 'QueryVariable',
    spec: {
      ...v2.defaultQueryVariableSpec(),
      ...common,
      query: dataQuery(model.datasource, model.query),
      definition: String(model.query['query']),
      refresh: REFRESH[model.refresh ?? 0] ?? v2.VariableRefresh.Never,
      sort: SORT[model.sort ?? 0] ?? v2.VariableSort.Disabled,
    },
  };
}

function annotation(query: classic.AnnotationQuery): v2.AnnotationQueryKind {
  const { name, enable, hide = false, iconColor, datasource, expr, ...rest } = query;
  const {
    builtIn: _,
    filter: __,
    mappings: ___,
    placement: ____,
    target: _____,
    type: ______,
    ...legacyOptions
  } = rest;
  return {
    kind: 'AnnotationQuery',
    spec: {
      ...v2.defaultAnnotationQuerySpec(),
      name,
      enable,
      hide,
      iconColor,
      query: dataQuery(datasource, { refId: 'Anno', expr }),
      legacyOptions: { expr, ...legacyOptions },
    },
  };
}

/** A source is named by its uid, which is a variable. */
function dataQuery(source: { type?: string; uid?: string } | undefined, spec: object): v2.DataQueryKind {
  if (source?.type === undefined || source.uid === undefined) throw new Error('a query without a data source');
  return { ...v2.defaultDataQueryKind(), group: source.type, datasource: { name: source.uid }, spec };
}

function elementName(id: number): string {
  return `panel-${id}`;
}

function element(panel: classic.Panel): [string, v2.PanelKind] {
  const { id = 0, title = '', description = '', links = [], targets = [], transformations = [] } = panel;
  const spec: v2.PanelSpec = {
    id,
    title,
    description,
    links: links.map(({ title: name, url = '', targetBlank }) => ({ title: name, url, targetBlank })),
    data: {
      kind: 'QueryGroup',
      spec: {
        queries: targets.map((target) => panelQuery(target, panel.datasource)),
        transformations: transformations.map(({ id: group, options }) => ({
          kind: 'Transformation',
          group,
          spec: { options },
        })),
        queryOptions: queryOptions(panel),
      },
    },
    vizConfig: {
      ...v2.defaultVizConfigKind(),
      group: panel.type,
      spec: {
        options: panel.options ?? {},
        // The same in both schemas but for the names of types, and thresholds without a value, which TypeScript refuses.
        fieldConfig: (panel.fieldConfig ?? { defaults: {}, overrides: [] }) as unknown as v2.FieldConfigSource,
      },
    },
  };
  return [elementName(id), { kind: 'Panel', spec }];
}

function panelQuery(target: object, ofPanel: classic.Panel['datasource']): v2.PanelQueryKind {
  const { refId, datasource = ofPanel, ...spec } = target as { refId: string; datasource?: classic.DataSourceRef };
  return { kind: 'PanelQuery', spec: { refId, hidden: false, query: dataQuery(datasource, spec) } };
}

function queryOptions({ maxDataPoints, interval, timeFrom }: classic.Panel): v2.QueryOptionsSpec {
  return {
    ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
    ...(interval === undefined ? {} : { interval }),
    ...(timeFrom === undefined ? {} : { timeFrom }),
  };
}

function row({ title, collapsed = false, panels }: PageRow): v2.RowsLayoutRowKind {
  let x = 0;
  let y = 0;
  const items = panels.map((panel): v2.GridLayoutItemKind => {
    const { id = 0, gridPos = { w: 0, h: 0 } } = panel.build();
    const at = { x, y };
    x += gridPos.w;
    if (x >= COLUMNS) [x, y] = [0, y + gridPos.h];
    const reference: v2.ElementReference = { kind: 'ElementReference', name: elementName(id) };
    return { kind: 'GridLayoutItem', spec: { ...at, width: gridPos.w, height: gridPos.h, element: reference } };
  });
  const heading = title === undefined ? { hideHeader: true } : { title };
  return {
    kind: 'RowsLayoutRow',
    spec: { ...heading, collapse: collapsed, layout: { kind: 'GridLayout', spec: { items } } },
  };
}
