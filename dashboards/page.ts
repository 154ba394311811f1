import { createRequire } from 'node:module';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type AnnotationQuery,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  RowBuilder,
  TimePickerBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { siblings, TAG } from './links.js';
import type { PagePanel } from './panel.js';

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
/** The version of the package, which is also that of its dashboards. */
export const { version: VERSION } = createRequire(import.meta.url)(`${NAME}/package.json`) as { version: string };

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
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly rows: readonly PageRow[];
}

/** The dashboard as Grafana's classic JSON model. */
export function classicDashboard(page: Page): Dashboard {
  const builder = new DashboardBuilder(page.title)
    .uid(page.uid)
    .description(`${page.purpose} From ${NAME} ${VERSION}.`)
    .tags([TAG, ...page.tags, `version-${VERSION}`])
    // Everybody on a call reads the same times, and those of logs and of the command line.
    .timezone('utc')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: page.from, to: 'now' })
    .timepicker(new TimePickerBuilder().refreshIntervals(['30s', '1m', '5m', '15m', '1h']))
    .refresh(page.refresh)
    .weekStart('monday')
    .variables([...page.variables])
    .annotations([...page.annotations])
    .link(siblings());
  for (const { title, id, collapsed = false, panels } of page.rows) {
    if (title === undefined || id === undefined) {
      for (const panel of panels) builder.withPanel(panel);
      continue;
    }
    const row = new RowBuilder(title).id(id).collapsed(collapsed);
    if (collapsed) for (const panel of panels) row.withPanel(panel);
    builder.withRow(row);
    if (!collapsed) for (const panel of panels) builder.withPanel(panel);
  }
  return withoutStrayDefaults(builder.build());
}

/** The SDK gives every variable what only intervals have, and hides annotations and links in a menu. */
function withoutStrayDefaults(dashboard: Dashboard): Dashboard {
  const { templating, annotations, links = [] } = dashboard;
  return {
    ...dashboard,
    templating: { list: (templating.list ?? []).map(({ auto: _, auto_min: __, auto_count: ___, ...rest }) => rest) },
    annotations: { list: (annotations.list ?? []).map(({ placement: _, ...rest }) => rest) },
    links: links.map(({ placement: _, ...rest }) => rest),
  };
}
