/*
 * Writes the tables that come from lib/semconv.ts into the documents, between their markers. CI fails when that changes
 * a committed file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { deliveryTable, eventTable, invalidReasonTable, labelTable, metricTable, spanTable } from './reference.js';

const ROOT = new URL('../../', import.meta.url);

const sections: Readonly<Record<string, () => string>> = {
  metrics: metricTable,
  delivery: deliveryTable,
  labels: labelTable,
  'invalid reasons': invalidReasonTable,
  spans: spanTable,
  'log events': eventTable,
};

const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(\n<!-- end -->)/g;

for (const path of ['README.md', 'docs/observability/metrics.md']) {
  const file = new URL(path, ROOT);
  const text = await readFile(file, 'utf8');
  const generated = text.replace(SECTION, (_, begin: string, name: string, end: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`${path} asks for a section ${name}, which does not exist`);
    return `${begin}\n${section()}\n${end}`;
  });
  if (generated !== text) await writeFile(file, generated);
}
