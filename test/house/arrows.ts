import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** An import of one file by another, both as paths from a root. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** Rooms, each with those that it may import from. A file at the root is in the room `''`. */
export type Directions = Readonly<Record<string, readonly string[]>>;

const IMPORT = /^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm;

/** Every relative import below a folder, types included. */
export function arrowsBelow(folder: string): Arrow[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .flatMap((from) => arrowsOf(from, readFileSync(join(folder, from), 'utf8')));
}

/** The relative imports in the text of one file. */
export function arrowsOf(from: string, text: string): Arrow[] {
  return [...text.matchAll(IMPORT)].map(([, named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    return { from, to: normalize(join(dirname(from), target)).replace(/\.js$/, '.ts') };
  });
}

/** What is wrong with them: arrows against the directions, and rooms that nobody gave a direction. */
export function wrongArrows(arrows: readonly Arrow[], directions: Directions): string[] {
  return arrows.flatMap(({ from, to }) => {
    const [room, other] = [roomOf(from), roomOf(to)];
    const allowed = directions[room];
    if (allowed === undefined) return [`${from} is in a room that has no directions: ${room}`];
    if (room === other || allowed.includes(other)) return [];
    return [`${from} imports ${to}: ${room || 'a root file'} may import ${allowed.join(', ') || 'no other room'}`];
  });
}

/** A way from a file back to itself, for each cycle that is found. */
export function cycles(arrows: readonly Arrow[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of arrows) targets.set(from, [...(targets.get(from) ?? []), to]);
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, way: readonly string[]) => {
    const start = way.indexOf(file);
    if (start >= 0) found.push([...way.slice(start), file].join(' > '));
    if (start >= 0 || finished.has(file)) return;
    for (const to of targets.get(file) ?? []) visit(to, [...way, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}

function roomOf(file: string): string {
  const [first = '', ...rest] = file.split('/');
  return rest.length === 0 ? '' : first;
}
