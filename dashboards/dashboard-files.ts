import type { Expression } from '../rules/promql/index.js';
import { within } from '../rules/scope.js';
import type { Settings } from '../rules/settings.js';
import { allPages } from './all-pages.js';
import { classicDashboard } from './dashboard-schema-classic.js';
import { inOrder } from './json-text.js';

/** The dashboards as Grafana imports them, by the name of their file. */
export function dashboardFiles(settings: Settings): Readonly<Record<string, object>> {
  const print = (expression: Expression) => String(within(settings, expression));
  const files = allPages(settings).map((page) => [`${page.uid}.json`, inOrder(classicDashboard(page, print))]);
  return Object.fromEntries(files);
}
