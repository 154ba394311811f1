/*
 * The same dashboards as manifests of Grafana's second schema (`dashboard.grafana.app/v2`), which the API of Grafana 12
 * and later takes, but provisioning from files does not.
 */
import { type Annotation, annotationParts } from './annotations.js';
import { METRICS_SOURCE } from './data-sources.js';
import { layOut, type PlacedPanel, type PlacedRow } from './layout.js';
import type { DataSourceReference, Panel, Target } from './model.js';
import { COMMON, type Page, pageText } from './page.js';
import type { Print } from './panel.js';
import { panelModel } from './panel-model.js';
import { ALL_VALUES, type Variable, valuesQuery } from './variables.js';

/** The dashboard as a manifest of the second schema. */
export function v2Manifest(page: Page, print: Print = String): object {
  const rows = layOut(page.rows);
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
      elements: Object.fromEntries(
        rows.flatMap(({ panels }) =>
          panels.map((placed) => [elementName(placed), elementKind(panelModel(placed, print))]),
        ),
      ),
      layout: { kind: 'RowsLayout', spec: { rows: rows.map(rowKind) } },
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

function elementName({ id }: PlacedPanel): string {
  return `panel-${id}`;
}

function elementKind(panel: Panel): object {
  const {
    id,
    type,
    title,
    description,
    links = [],
    targets = [],
    transformations = [],
    maxDataPoints,
    interval,
  } = panel;
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
          queryOptions: {
            ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
            ...(interval === undefined ? {} : { interval }),
          },
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

function rowKind({ heading, collapsed, panels }: PlacedRow): object {
  const items = panels.map((placed) => {
    const { x, y, w, h } = placed.at;
    const element = { kind: 'ElementReference', name: elementName(placed) };
    return { kind: 'GridLayoutItem', spec: { x, y, width: w, height: h, element } };
  });
  return {
    kind: 'RowsLayoutRow',
    spec: {
      ...(heading === undefined ? { hideHeader: true } : { title: heading.title }),
      collapse: collapsed,
      layout: { kind: 'GridLayout', spec: { items } },
    },
  };
}
