import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { WindowRoute } from './route.js';

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
  return files(listed(folder, prefix));
}

/** The same from memory, for a folder that may be gone before this process is. */
export function keptFilesOf(folder: URL, prefix: string): WindowRoute {
  const kept = new Map([...listed(folder, prefix)].map(([path, file]) => [path, readFileSync(file)]));
  return async ({ path, response }) => {
    const content = kept.get(path);
    if (content === undefined) return false;
    response.writeHead(200, { 'content-type': typeOf(path) }).end(content);
    return true;
  };
}

function listed(folder: URL, prefix: string): Map<string, URL> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => extname(path) in TYPES);
  return new Map(paths.map((path) => [prefix + path.replaceAll('\\', '/'), new URL(path, folder)]));
}

/** Serves these files, each at its path. */
export function files(places: ReadonlyMap<string, URL>): WindowRoute {
  return async ({ path, response }) => {
    const file = places.get(path);
    if (file === undefined) return false;
    response.writeHead(200, { 'content-type': typeOf(file.pathname) }).end(await readFile(file));
    return true;
  };
}

function typeOf(path: string): string {
  return TYPES[extname(path)] ?? 'application/octet-stream';
}
