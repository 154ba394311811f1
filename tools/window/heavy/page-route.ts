import { keptFilesOf } from '../server/files.js';
import type { WindowRoute } from '../server/route.js';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Dashboards</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/heavy/page.css">
<script type="module" src="/heavy/page.js"></script>
<body><div id="page"></div><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
const PAGES = /^\/(d\/[^/]+|trace\/[^/]+|explore)$/;

/**
 * Serves the page of the dashboards and of traces.
 *
 * @param folder of the bundle, which another checkout may replace by its own while this one is served
 * @param home where `/` leads, if it leads here
 */
export function heavyPage(folder: URL, home?: string): WindowRoute {
  const bundle = keptFilesOf(folder, '/heavy/');
  return async (asked) => {
    const { path, response } = asked;
    if (path === '/' && home !== undefined) {
      response.writeHead(302, { location: home }).end();
      return true;
    }
    if (!PAGES.test(path)) return bundle(asked);
    response.setHeader('content-security-policy', policyOf(String(response.getHeader('content-security-policy'))));
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    return true;
  };
}

/** Grafana's components write the rules of their styles into the page. */
function policyOf(policy: string): string {
  return policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'");
}
