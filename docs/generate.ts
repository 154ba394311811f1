/*
 * Writes into the documents, between their markers, the tables that come from lib/semconv.ts, rules/ and dashboards/,
 * and the code that stands in files of its own. CI fails when that changes a committed file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { alertTable, thresholdTable } from './alert-reference.js';
import { panelTables } from './panel-reference.js';
import { deliveryTable, eventTable, invalidReasonTable, labelTable, metricTable, spanTable } from './reference.js';

const ROOT = new URL('../../', import.meta.url);

const sections: Readonly<Record<string, () => string>> = {
  metrics: metricTable,
  delivery: deliveryTable,
  labels: labelTable,
  'invalid reasons': invalidReasonTable,
  spans: spanTable,
  'log events': eventTable,
  alerts: alertTable,
  thresholds: thresholdTable,
  dashboards: panelTables,
};

const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g;

const FILE = /(<!-- file: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;
const LANGUAGES: Readonly<Record<string, string>> = { ts: 'ts', mjs: 'js', txt: 'text' };

async function codeOf(path: string): Promise<string> {
  const language = LANGUAGES[path.slice(path.lastIndexOf('.') + 1)] ?? '';
  return `\`\`\`${language}\n${(await readFile(new URL(path, ROOT), 'utf8')).trimEnd()}\n\`\`\``;
}

for (const path of [
  'README.md',
  'docs/observability/metrics.md',
  'docs/observability/alerts.md',
  'docs/observability/dashboards.md',
]) {
  const file = new URL(path, ROOT);
  const text = await readFile(file, 'utf8');
  const code = new Map<string, string>();
  for (const [, , name = ''] of text.matchAll(FILE)) code.set(name, await codeOf(name));
  const withCode = text.replace(
    FILE,
    (_, begin: string, name: string, end: string) => `${begin}\n${code.get(name)}\n\n${end}`,
  );
  const generated = withCode.replace(SECTION, (_, begin: string, name: string, end: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`${path} asks for a section ${name}, which does not exist`);
    return `${begin}\n${section()}\n\n${end}`;
  });
  if (generated !== text) await writeFile(file, generated);
}
