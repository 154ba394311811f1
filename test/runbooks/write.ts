/*
 * Writes into the runbooks what their commands print when their alerts fire, and into the index where each answers the
 * seven questions. With names of pages as
 * arguments only into those.
 */
import { alertsByName } from './alerts.js';
import { missingAnswers, questionsTable } from './answers.js';
import { withQuestions } from './page.js';
import { INDEX, pageNames, readPage, writePage } from './pages.js';
import { rehearse } from './rehearse.js';
import { Shell } from './shell.js';

const wanted = process.argv.slice(2);
const alerts = alertsByName();
const shell = await Shell.open();
for (const name of pageNames()) {
  if (wanted.length > 0 && !wanted.some((part) => name.endsWith(part))) continue;
  const rehearsed = await rehearse(readPage(name), alerts.get(name) ?? [], shell);
  const { page, firing } = rehearsed;
  writePage(name, page);
  console.log(`${name}: ${firing === undefined ? 'no history' : firing.join(', ') || 'DOES NOT FIRE'}`);
  for (const missing of missingAnswers(name, rehearsed)) console.log(`  NO ANSWER ${missing}`);
}
shell.close();
writePage(INDEX, withQuestions(readPage(INDEX), questionsTable()));
