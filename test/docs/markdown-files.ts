import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Marked, type Token } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';
import { run } from '../support/process.js';

/** In HTML. */
const PICTURE = /\b(?:src|srcset)="([^"]+)"/g;

export const ROOT = new URL('../../../', import.meta.url).pathname;

/** What a Markdown file has for a reader who follows or pastes. */
export interface Markdown {
  /** Of links. */
  readonly targets: readonly string[];
  /** Files of pictures. */
  readonly pictures: readonly string[];
  readonly anchors: readonly string[];
  readonly blocks: readonly { readonly language: string; readonly text: string }[];
}

/** Every file of the repository, by its path from the root: what is there and `.gitignore` does not name. */
export function repositoryFiles(): string[] {
  const ignored = readFileSync(join(ROOT, '.gitignore'), 'utf8').split('\n').filter(Boolean);
  const names = new Set(['.git', ...ignored.map((line) => line.replace(/\/$/, ''))]);
  const below = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter(({ name }) => !names.has(name) && !name.endsWith('.tgz'))
      .flatMap((entry) => (entry.isDirectory() ? below(join(folder, entry.name)) : [join(folder, entry.name)]));
  return below('.').sort();
}

/** Every file that npm would publish. */
export async function publishedFiles(): Promise<string[]> {
  const [packed] = JSON.parse(await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], ROOT)) as {
    files: { path: string }[];
  }[];
  return packed?.files.map(({ path }) => path) ?? [];
}

export function readMarkdown(file: string): Markdown {
  const targets: string[] = [];
  const pictures: string[] = [];
  const blocks: { language: string; text: string }[] = [];
  const see = (token: Token) => {
    if (token.type === 'link') targets.push(token.href);
    if (token.type === 'image') pictures.push(token.href);
    if (token.type === 'html') pictures.push(...[...token.raw.matchAll(PICTURE)].map(([, path = '']) => path));
    if (token.type === 'code') blocks.push({ language: token.lang ?? '', text: token.text });
  };
  new Marked(gfmHeadingId(), { walkTokens: see }).parse(readFileSync(join(ROOT, file), 'utf8'), { async: false });
  return { targets, pictures, blocks, anchors: getHeadingList().map(({ id }) => id) };
}
