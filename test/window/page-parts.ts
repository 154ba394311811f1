import { gzipSync } from 'node:zlib';

/** Asks for a path of the window, and gives its text. @throws Error unless it is there */
export type GetText = (path: string) => Promise<string>;

/** Bytes, compressed, of the page and of all that it loads, by path. */
export async function pageParts(get: GetText): Promise<ReadonlyMap<string, number>> {
  const page = await get('/');
  const [, inline = ''] = /<script type="importmap">(.*)<\/script>/.exec(page) ?? [];
  const { imports } = JSON.parse(inline) as { imports: Record<string, string> };
  const sizes = new Map([['/', gzipSync(page).length]]);
  const toLoad = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
  for (const path of toLoad) {
    if (sizes.has(path)) continue;
    const code = await get(path);
    sizes.set(path, gzipSync(code).length);
    for (const [, name = ''] of code.matchAll(/^(?:import|export)\b[^;'"]*?from ?["']([^"']+)["']/gm)) {
      toLoad.push(imports[name] ?? new URL(name, `http://window${path}`).pathname);
    }
  }
  return sizes;
}
