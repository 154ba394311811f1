import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('../../../docs/runbooks/', import.meta.url);

/** The page that lists the others. */
export const INDEX = 'README';

/** Names of all pages without `.md`, the index left out: each is the name of an alert. */
export function pageNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.md') && file !== `${INDEX}.md`)
    .map((file) => file.slice(0, -'.md'.length));
}

export function readPage(name: string): string {
  return readFileSync(new URL(`${name}.md`, FOLDER), 'utf8');
}

export function writePage(name: string, text: string): void {
  writeFileSync(new URL(`${name}.md`, FOLDER), text);
}
