import { type Annotation, annotationParts } from './annotations.js';
import { METRICS_SOURCE } from './data-sources.js';
import { COLUMNS, layOut } from './layout.js';
import type { Panel, RowPanel } from './model.js';
import { COMMON, type Page, pageText } from './page.js';
import type { Print } from './panel.js';
import { panelModel } from './panel-model.js';
import { ALL_VALUES, type Variable, valuesQuery } from './variables.js';

const HEADING_HEIGHT = 1;

/** The dashboard as Grafana's classic JSON model. */
export function classicDashboard(page: Page, print: Print = String): object {
  return {
    ...pageText(page),
    uid: page.uid,
    title: page.title,
    timezone: COMMON.timezone,
    weekStart: COMMON.weekStart,
    editable: false,
    fiscalYearStartMonth: 0,
    // A crosshair that all graphs share.
    graphTooltip: 1,
    schemaVersion: 42,
    time: { from: page.from, to: COMMON.to },
    timepicker: { hidden: false, refresh_intervals: COMMON.refreshIntervals },
    refresh: page.refresh,
    templating: { list: page.variables.map((variable) => classicVariable(variable, print)) },
    annotations: { list: page.annotations.map((annotation) => classicAnnotation(annotation, print)) },
    panels: panelsOf(page, print),
  };
}

function panelsOf(page: Page, print: Print): (Panel | RowPanel)[] {
  let top = 0;
  return layOut(page.rows).flatMap(({ heading, collapsed, panels, height }) => {
    const above = heading === undefined ? 0 : HEADING_HEIGHT;
    const models = panels.map((placed) => {
      const { x, y, w, h } = placed.at;
      return panelModel({ ...placed, at: { x, y: top + above + y, w, h } }, print);
    });
    const gridPos = { x: 0, y: top, w: COLUMNS, h: HEADING_HEIGHT };
    top += above + (collapsed ? 0 : height);
    if (heading === undefined) return models;
    const row: RowPanel = { ...heading, type: 'row', collapsed, gridPos, panels: collapsed ? models : [] };
    return collapsed ? [row] : [row, ...models];
  });
}

const HIDDEN = 2;
const ON_TIME_RANGE_CHANGED = 2;
const NATURAL_ASCENDING = 7;
const NATURAL_DESCENDING = 8;

function classicVariable({ name, label, description, choices, hidden = false }: Variable, print: Print): object {
  const common = { name, label, description, allowCustomValue: true, skipUrlSync: false };
  if (choices.kind === 'data sources') {
    return { ...common, type: 'datasource', query: choices.type, multi: false, includeAll: false };
  }
  const { of, several, descending } = choices;
  return {
    ...common,
    type: 'query',
    datasource: METRICS_SOURCE,
    query: valuesQuery(name, print(of)),
    refresh: ON_TIME_RANGE_CHANGED,
    sort: descending ? NATURAL_DESCENDING : NATURAL_ASCENDING,
    multi: several,
    includeAll: several,
    ...(several ? ALL_VALUES : {}),
    ...(hidden ? { hide: HIDDEN } : {}),
  };
}

function classicAnnotation(annotation: Annotation, print: Print): object {
  return { ...annotationParts(annotation, print), builtIn: 0, datasource: METRICS_SOURCE, hide: false };
}
