/* Writes every generated file; with --check it writes none and says which differ, and where. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as dashboards from '../dashboards/generated-files.js';
import * as docs from '../docs/generated-files.js';
import * as rules from '../rules/generated-files.js';
import { difference } from './difference.js';
import { REPOSITORY } from './repository.js';

const [option, ...others] = process.argv.slice(2);
if ((option !== undefined && option !== '--check') || others.length > 0) {
  console.error(`error: unknown option ${option ?? ''} ${others.join(' ')}; there is --check`);
  process.exit(2);
}

const files = { ...rules.generatedFiles(), ...dashboards.generatedFiles(), ...(await docs.generatedFiles()) };
let stale = 0;
for (const [path, text] of Object.entries(files)) {
  const file = join(REPOSITORY, path);
  const found = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === text) continue;
  stale += 1;
  if (option === '--check') {
    console.error(`${path}: ${found === undefined ? 'is missing' : difference(found, text)}`);
    continue;
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  console.log(`wrote ${path}`);
}
if (option === '--check') {
  console.log(`${Object.keys(files).length} generated files, ${stale} of them not as their source makes them`);
  if (stale > 0) console.error('Change the source and not the file, then run "npm run generate" and commit both.');
  process.exitCode = stale > 0 ? 1 : 0;
}
