import { allPages } from '../dashboards/all-pages.js';
import type { Page } from '../dashboards/page.js';
import { DEFAULTS } from '../rules/settings.js';
import { code, table } from './markdown-table.js';

/** What each dashboard and each panel tells. */
export function panelTables(): string {
  return allPages(DEFAULTS).map(panelTable).join('\n\n');
}

function panelTable({ uid, title, purpose, rows }: Page): string {
  const panels = rows.flatMap((row) => row.panels);
  const cells = panels.map((panel) => [`**${panel.title}**`, panel.shows, panel.act, panel.empty]);
  return `### ${title}\n\n${code(uid)}. ${purpose}\n\n${table(['panel', 'what it tells', 'what to do', 'shows nothing when'], cells)}`;
}
