import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { WindowRoute } from './server.js';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Serves the files that are in a folder now, below a path, if the type of the file is one for a browser. A path is
 * looked up in their list and never joined to the folder's, so none leads out of it.
 *
 * @param prefix begins and ends with a slash
 */
export function filesOf(folder: URL, prefix: string): WindowRoute {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => extname(path) in TYPES);
  return files(new Map(paths.map((path) => [prefix + path.replaceAll('\\', '/'), new URL(path, folder)])));
}

/** Serves these files, each at its path. */
export function files(listed: ReadonlyMap<string, URL>): WindowRoute {
  return async ({ path, response }) => {
    const file = listed.get(path);
    if (file === undefined) return false;
    const type = TYPES[extname(file.pathname)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type }).end(await readFile(file));
    return true;
  };
}
