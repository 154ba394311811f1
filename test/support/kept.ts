import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../../tools/cached-folder.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
/** Goes with the build: a new one begins with nothing, and no run of the tests is spared what it tests. */
export const KEPT = join(ROOT, 'build/kept');
/** What the compiler writes when it is done: a hash of each source. */
const SOURCES = ['build/tsconfig.tsbuildinfo', 'build/esm.tsbuildinfo'];
const RULES = ['rules', 'test/rules/cases'];
const RESULT = 'result.json';

/**
 * A function that does its work once for each argument and build, whichever process asks first. The others wait for it,
 * so that test files that run side by side share a history.
 *
 * @param name of the work, different from all others
 * @param work its argument and result are JSON, and it depends on nothing but its argument, code and rules
 */
export function keptInBuild<A, R>(name: string, work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  const results = new Map<string, Promise<R>>();
  return (argument) => {
    const key = JSON.stringify(argument);
    const known = results.get(key) ?? fromFolder(name, key, () => work(argument));
    results.set(key, known);
    return known;
  };
}

async function fromFolder<R>(name: string, key: string, work: () => Promise<R>): Promise<R> {
  const folder = await cachedFolder(join(KEPT, `${name}-${digest([key])}`), [key, ingredients()], async (empty) =>
    writeFile(join(empty, RESULT), JSON.stringify(await work())),
  );
  return JSON.parse(await readFile(join(folder, RESULT), 'utf8')) as R;
}

let known: string | undefined;

/** Code and rules; they do not change under a process. */
function ingredients(): string {
  known ??= digest([...SOURCES, ...RULES.flatMap(yamlIn)].map((file) => readFileSync(join(ROOT, file), 'utf8')));
  return known;
}

function yamlIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((name) => join(folder, name));
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}
