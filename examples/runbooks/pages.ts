import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';

/** The folder of the package, from which the paths of pages begin. */
export const PAGES_ROOT = new URL(
  '.',
  import.meta.resolve('opentelemetry-instrumentation-mesh-rebalance/package.json'),
);
const RUNBOOKS = 'docs/runbooks';
/** Folders that the links of a runbook lead to; the package's own has README and changelog. */
const FOLDERS = [RUNBOOKS, 'docs/observability', 'collector', 'rules', 'rules/alertmanager', '.'];
/** Pictures of the pages. They are in the repository only: an installed package is small. */
const PICTURES = 'docs/screenshots';

/** The file of each page and picture, by the path at which it is served. A path that is not here is nowhere. */
export function listPages(): ReadonlyMap<string, string> {
  const pictures = existsSync(new URL(PICTURES, PAGES_ROOT)) ? filesIn(PICTURES, '.png') : [];
  const files = [...FOLDERS.flatMap((folder) => filesIn(folder, '.md')), ...pictures];
  return new Map(files.map((file) => [pathOf(file), file]));
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(new URL(`${folder}/`, PAGES_ROOT))
    .filter((name) => name.endsWith(ending))
    .map((name) => posix.join(folder, name));
}

/**
 * Path at which a file is served: a runbook under the name of its alert, all else under that of
 * its file.
 */
function pathOf(file: string): string {
  if (posix.dirname(file) !== RUNBOOKS) return `/${file}`;
  const name = posix.basename(file, '.md');
  return name === 'README' ? '/runbooks/' : `/runbooks/${name}`;
}

/**
 * Where a link or a picture of a page leads.
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
