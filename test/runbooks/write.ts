/*
 * Writes into the runbooks what their commands print and what the rules of their alerts say. With names of pages as
 * arguments only into those.
 */
import { alertsByName } from './alerts.js';
import { pageNames, readPage, writePage } from './pages.js';
import { rehearse } from './rehearse.js';
import { Shell } from './shell.js';

const wanted = process.argv.slice(2);
const alerts = alertsByName();
const shell = await Shell.open();
for (const name of pageNames()) {
  if (wanted.length > 0 && !wanted.some((part) => name.endsWith(part))) continue;
  const { page, firing } = await rehearse(readPage(name), alerts.get(name) ?? [], shell);
  writePage(name, page);
  console.log(`${name}: ${firing === undefined ? 'no history' : firing.join(', ') || 'DOES NOT FIRE'}`);
}
shell.close();
