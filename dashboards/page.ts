import { createRequire } from 'node:module';
import type { Annotation } from './annotations.js';
import { METRICS_SOURCE } from './data-sources.js';
import { SIBLINGS, TAG } from './links.js';
import type { GridPosition, Link, Panel, RowPanel } from './model.js';
import { type PagePanel, type Print, panelModel } from './panel.js';
import type { Variable } from './variables.js';

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
/** The version of the package, which is also that of its dashboards. */
export const { version: VERSION } = createRequire(import.meta.url)(`${NAME}/package.json`) as { version: string };

/** Columns of a page. */
const COLUMNS = 24;
const HEADING_HEIGHT = 1;

/** A group of panels under a heading. */
export interface PageRow {
  /** Without one, the panels stand at the top of the page. */
  readonly title?: string;
  /** Closed until it is clicked; its queries do not run before. */
  readonly collapsed?: boolean;
  readonly id?: number;
  /** From left to right; the next line begins where a line of 24 is full. */
  readonly panels: readonly PagePanel[];
}

/** A dashboard. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  /** Whom it is for and what it answers. */
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Annotation[];
  readonly rows: readonly PageRow[];
}

/** What a page and its manifest have in common. */
export const COMMON = {
  // Everybody on a call reads the same times, and those of logs and of the command line.
  timezone: 'utc',
  weekStart: 'monday',
  to: 'now',
  refreshIntervals: ['30s', '1m', '5m', '15m', '1h'],
} as const;

/** What a page says of itself. */
export function pageText({ purpose, tags }: Page): { description: string; tags: string[]; links: readonly Link[] } {
  return {
    description: `${purpose} From ${NAME} ${VERSION}.`,
    tags: [TAG, ...tags, `version-${VERSION}`],
    links: [SIBLINGS],
  };
}

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
    panels: panelsOf(page.rows, print),
  };
}

function panelsOf(rows: readonly PageRow[], print: Print): (Panel | RowPanel)[] {
  let top = 0;
  return rows.flatMap(({ title, id, collapsed = false, panels }) => {
    const heading: GridPosition | undefined =
      title === undefined ? undefined : { x: 0, y: top, w: COLUMNS, h: HEADING_HEIGHT };
    top += heading?.h ?? 0;
    const { placed, height } = layOut(panels);
    const models = placed.map(({ panel, at }) => panelModel(panel, { ...at, y: top + at.y }, print));
    top += height;
    if (heading === undefined || title === undefined || id === undefined) return models;
    const row: RowPanel = { id, type: 'row', title, collapsed, gridPos: heading, panels: collapsed ? models : [] };
    return collapsed ? [row] : [row, ...models];
  });
}

/** A panel in its place, from the upper left corner of its row. */
export interface PlacedPanel {
  readonly panel: PagePanel;
  readonly at: GridPosition;
}

/** Where the panels of a row stand, and how high they are together. */
export function layOut(panels: readonly PagePanel[]): { placed: PlacedPanel[]; height: number } {
  let x = 0;
  let y = 0;
  let lineHeight = 0;
  const placed = panels.map((panel): PlacedPanel => {
    const at = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
    if (x >= COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    return { panel, at };
  });
  return { placed, height: y + lineHeight };
}

const HIDDEN = 2;
const ON_TIME_RANGE_CHANGED = 2;
const NATURAL_ASCENDING = 7;
const NATURAL_DESCENDING = 8;

/** What a choice of several begins with. */
export const ALL_VALUES = { allValue: '.+', current: { selected: true, text: ['All'], value: ['$__all'] } } as const;

/** What Grafana asks for the values of a choice. */
export function valuesQuery(name: string, of: string): { qryType: number; query: string; refId: string } {
  return { qryType: 1, query: `label_values(${of}, ${name})`, refId: `variable-${name}` };
}

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

/** An annotation as both schemas have it. */
export function annotationParts({ marks, ...rest }: Annotation, print: Print) {
  return { ...rest, expr: print(marks), step: '60s' };
}

function classicAnnotation(annotation: Annotation, print: Print): object {
  return { ...annotationParts(annotation, print), builtIn: 0, datasource: METRICS_SOURCE, hide: false };
}
