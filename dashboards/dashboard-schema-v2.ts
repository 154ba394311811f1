/*
 * The same dashboards as manifests of Grafana's second schema (`dashboard.grafana.app/v2`), which the API of Grafana 12
 * and later takes, but provisioning from files does not.
 */
import type { Annotation } from './annotations.js';
import { METRICS_SOURCE } from './data-sources.js';
import type { DataSourceReference, Panel, Target } from './model.js';
import { ALL_VALUES, annotationParts, COMMON, layOut, type Page, type PageRow, pageText, valuesQuery } from './page.js';
import { type Print, panelModel } from './panel.js';
import type { Variable } from './variables.js';

/** The dashboard as a manifest of the second schema. */
export function v2Manifest(page: Page, print: Print = String): object {
  return {
    apiVersion: 'dashboard.grafana.app/v2',
    kind: 'Dashboard',
    metadata: { name: page.uid },
    spec: {
      ...pageText(page),
      title: page.title,
      editable: false,
      preload: false,
      cursorSync: 'Crosshair',
      timeSettings: {
        timezone: COMMON.timezone,
        weekStart: COMMON.weekStart,
        from: page.from,
        to: COMMON.to,
        autoRefresh: page.refresh,
        autoRefreshIntervals: COMMON.refreshIntervals,
        fiscalYearStartMonth: 0,
        hideTimepicker: false,
      },
      variables: page.variables.map((variable) => variableKind(variable, print)),
      annotations: page.annotations.map((annotation) => annotationKind(annotation, print)),
      elements: Object.fromEntries(page.rows.flatMap((row) => elementsOf(row, print))),
      layout: { kind: 'RowsLayout', spec: { rows: page.rows.map(rowKind) } },
    },
  };
}

function variableKind({ name, label, description, choices, hidden = false }: Variable, print: Print): object {
  const common = {
    name,
    label,
    description,
    hide: hidden ? 'hideVariable' : 'dontHide',
    allowCustomValue: true,
    skipUrlSync: false,
    options: [],
    regex: '',
    current: { text: '', value: '' },
  };
  if (choices.kind === 'data sources') {
    const choice = { multi: false, includeAll: false, pluginId: choices.type, refresh: 'onDashboardLoad' };
    return { kind: 'DatasourceVariable', spec: { ...common, ...choice } };
  }
  const { of, several, descending } = choices;
  const query = valuesQuery(name, print(of));
  return {
    kind: 'QueryVariable',
    spec: {
      ...common,
      multi: several,
      includeAll: several,
      ...(several ? ALL_VALUES : {}),
      query: dataQuery(METRICS_SOURCE, query),
      definition: query.query,
      refresh: 'onTimeRangeChanged',
      regexApplyTo: 'value',
      sort: descending ? 'naturalDesc' : 'naturalAsc',
    },
  };
}

function annotationKind(annotation: Annotation, print: Print): object {
  const { name, enable, iconColor, ...legacyOptions } = annotationParts(annotation, print);
  return {
    kind: 'AnnotationQuery',
    spec: {
      name,
      enable,
      iconColor,
      hide: false,
      builtIn: false,
      query: dataQuery(METRICS_SOURCE, { refId: 'Anno', expr: legacyOptions.expr }),
      legacyOptions,
    },
  };
}

/** A source is named by its uid, which is a variable. */
function dataQuery({ type, uid }: DataSourceReference, spec: object): object {
  return { kind: 'DataQuery', version: 'v0', group: type, datasource: { name: uid }, spec };
}

function elementName(id: number): string {
  return `panel-${id}`;
}

function elementsOf({ panels }: PageRow, print: Print): [string, object][] {
  return layOut(panels).placed.map(({ panel, at }) => [
    elementName(panel.id),
    elementKind(panelModel(panel, at, print)),
  ]);
}

function elementKind(panel: Panel): object {
  const { id, type, title, description, links = [], targets = [], transformations = [], maxDataPoints } = panel;
  return {
    kind: 'Panel',
    spec: {
      id,
      title,
      description,
      links: links.map(({ title: name, url, targetBlank }) => ({ title: name, url, targetBlank })),
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: targets.map(queryKind),
          transformations: transformations.map(({ id: group, options }) => ({
            kind: 'Transformation',
            group,
            spec: { options },
          })),
          queryOptions: maxDataPoints === undefined ? {} : { maxDataPoints },
        },
      },
      vizConfig: {
        kind: 'VizConfig',
        group: type,
        version: '',
        spec: { options: panel.options ?? {}, fieldConfig: panel.fieldConfig },
      },
    },
  };
}

function queryKind({ refId, datasource, ...spec }: Target): object {
  return { kind: 'PanelQuery', spec: { refId, hidden: false, query: dataQuery(datasource, spec) } };
}

function rowKind({ title, collapsed = false, panels }: PageRow): object {
  const items = layOut(panels).placed.map(({ panel, at: { x, y, w, h } }) => {
    const element = { kind: 'ElementReference', name: elementName(panel.id) };
    return { kind: 'GridLayoutItem', spec: { x, y, width: w, height: h, element } };
  });
  const heading = title === undefined ? { hideHeader: true } : { title };
  return {
    kind: 'RowsLayoutRow',
    spec: { ...heading, collapse: collapsed, layout: { kind: 'GridLayout', spec: { items } } },
  };
}
