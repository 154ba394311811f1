import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pageHtml } from './page-html.js';
import { followLink, listPages, PAGES_ROOT } from './pages.js';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // Nothing but the page's own style and pictures.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'",
  'x-content-type-options': 'nosniff',
};

const PAGES = listPages();

/**
 * Sends the page or the picture at a path.
 *
 * @param home text of a link to the server's own page, where it has one
 * @returns false where there is none, and nothing was sent
 */
export async function sendRunbook(path: string, response: ServerResponse, home?: string): Promise<boolean> {
  const file = PAGES.get(path) ?? PAGES.get(path.replace(/\.md$/, ''));
  if (file?.endsWith('.png')) {
    response.writeHead(200, { ...HEADERS, 'content-type': 'image/png' });
    response.end(await readFile(new URL(file, PAGES_ROOT)));
  } else if (file !== undefined) {
    const markdown = await readFile(new URL(file, PAGES_ROOT), 'utf8');
    response.writeHead(200, HEADERS).end(pageHtml(markdown, (href) => followLink(PAGES, file, href), home));
  } else if (path === '/runbooks') {
    response.writeHead(302, { location: '/runbooks/' }).end();
  } else if (path.startsWith('/runbooks/')) {
    sendNothing(response, home);
  } else {
    return false;
  }
  return true;
}

/** Says that there is no such page, and where all are. */
export function sendNothing(response: ServerResponse, home?: string): void {
  const nothing = '# No such page\n\nIt is not here. The [index](README.md) has every runbook.';
  response.writeHead(404, HEADERS).end(pageHtml(nothing, () => '/runbooks/', home));
}
