import { createHash } from 'node:crypto';
import { files, filesOf } from './files.js';
import type { WindowRoute } from './route.js';

/** What the browser's modules are compiled to, by a project of its own. */
const MODULES = new URL('../../../window/', import.meta.url);
const STYLE = new URL('../../../../tools/window/light/style.css', import.meta.url);
/** What they import by name. These are modules that a browser reads as they are, so nothing has to bundle them. */
const PACKAGES = ['preact', 'preact/hooks', 'preact/jsx-runtime'];

const addressOf = (name: string) => `/packages/${name}.mjs`;
const IMPORTS = JSON.stringify({ imports: Object.fromEntries(PACKAGES.map((name) => [name, addressOf(name)])) });
const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Mesh rebalancing</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
<script type="importmap">${IMPORTS}</script>
<script type="module" src="/modules/tools/window/light/main.js"></script>
<body><noscript>This page needs JavaScript.</noscript></body>
</html>
`;
const IMPORTS_HASH = createHash('sha256').update(IMPORTS).digest('base64');

/** Serves the page itself and its modules. */
export function lightPage(): WindowRoute {
  const modules = filesOf(MODULES, '/modules/');
  const others = files(
    new Map([
      ['/style.css', STYLE],
      ...PACKAGES.map((name) => [addressOf(name), new URL(import.meta.resolve(name))] as const),
    ]),
  );
  return async (asked) => {
    const { path, response } = asked;
    if (path !== '/') return (await others(asked)) || modules(asked);
    const policy = String(response.getHeader('content-security-policy'));
    response.setHeader('content-security-policy', policy.replace('script-src', `script-src 'sha256-${IMPORTS_HASH}'`));
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    return true;
  };
}
