/// <reference lib="dom" />
/* Links of tables: where each leads, held against its row. */
import type { Page } from 'playwright-core';

/** A link as it stands in a table. */
export interface TableLink {
  readonly panel: string;
  readonly column: string;
  readonly text: string;
  readonly href: string;
}

function linksInTables(): TableLink[] {
  return [...document.querySelectorAll<HTMLAnchorElement>('[data-panel] [role=gridcell] a[href]')].map((link) => {
    const index = link.closest('[role=gridcell]')?.getAttribute('aria-colindex');
    const head = link.closest('[role=grid]')?.querySelector(`[role=columnheader][aria-colindex="${index}"]`);
    return {
      panel: link.closest('[data-panel]')?.getAttribute('data-panel') ?? '',
      column: head?.textContent?.trim() ?? '',
      text: link.textContent?.trim() ?? '',
      href: link.href,
    };
  });
}

/** Links that can be seen: Grafana makes one of nothing for a row without the value. */
export async function tableLinks(page: Page): Promise<TableLink[]> {
  return (await page.evaluate(linksInTables)).filter(({ text }) => text !== '');
}

/** Namespaces of the lab's clusters, in the order of their numbers. */
const NAMESPACES = ['payments', 'search', 'orders', 'media'];
const PLAN = /^([a-z]+)-(eu-\d+)-\d{4}$/;
const TRACE_ID = /[0-9a-f]{32}/;

function namespaceOf(cluster: string): string | undefined {
  return NAMESPACES[(Number(cluster.replace('eu-', '')) - 1) % NAMESPACES.length];
}

/** Whether a link leads where its text says, with the variables of its row; undefined for a column that is not known. */
export function leadsRight({ column, text, href }: TableLink): boolean | undefined {
  const { pathname, searchParams } = new URL(href);
  const has = (name: string, value: string | undefined) => searchParams.get(`var-${name}`) === value;
  switch (column) {
    case 'Alert':
      return pathname === `/runbooks/${text}`;
    case 'Cluster':
      return pathname === '/d/mesh-rebalance-oncall' && has('cluster', text) && has('namespace', namespaceOf(text));
    case 'Plan': {
      const [, namespace, cluster] = PLAN.exec(text) ?? [];
      const isOfRow = has('plan_id', text) && has('cluster', cluster) && has('namespace', namespace);
      return cluster !== undefined && pathname === '/d/mesh-rebalance-plan' && isOfRow;
    }
    case 'Trace':
      return text === 'trace' && pathname === '/explore' && TRACE_ID.test(searchParams.get('panes') ?? '');
    case 'Span':
      return /^[0-9a-f]{16}$/.test(text) && pathname.startsWith('/trace/') && TRACE_ID.test(pathname);
    default:
      return undefined;
  }
}
