import { readdirSync } from 'node:fs';
import { posix } from 'node:path';

/** The folder of the package, from which the paths of pages begin. */
export const PAGES_ROOT = new URL(
  '.',
  import.meta.resolve('opentelemetry-instrumentation-mesh-rebalance/package.json'),
);
const RUNBOOKS = 'docs/runbooks';
/** Folders that the links of a runbook lead to; the package's own has README and changelog. */
const FOLDERS = [RUNBOOKS, 'docs/observability', 'collector', 'rules', 'rules/alertmanager', '.'];

/** The file of each page, by the path at which it is served. A path that is not here is nowhere. */
export function listPages(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  for (const folder of FOLDERS) {
    for (const name of readdirSync(new URL(`${folder}/`, PAGES_ROOT))) {
      const file = posix.join(folder, name);
      if (name.endsWith('.md')) pages.set(pathOf(file), file);
    }
  }
  return pages;
}

/**
 * Path at which the page of a Markdown file is served: a runbook under the name of its alert, all else under that of
 * its file.
 */
function pathOf(file: string): string {
  if (posix.dirname(file) !== RUNBOOKS) return `/${file}`;
  const name = posix.basename(file, '.md');
  return name === 'README' ? '/runbooks/' : `/runbooks/${name}`;
}

/**
 * Where a link of a page leads.
 *
 * @param file the page's own
 * @returns undefined when it leads to nothing that is served
 */
export function followLink(pages: ReadonlyMap<string, string>, file: string, href: string): string | undefined {
  if (URL.canParse(href) || href.startsWith('#')) return href;
  const [target = '', anchor] = href.split('#');
  const path = pathOf(posix.join(posix.dirname(file), target));
  if (!pages.has(path)) return undefined;
  return anchor === undefined ? path : `${path}#${anchor}`;
}
