import { readFile } from 'node:fs/promises';
import { alertTable, thresholdTable } from './alert-reference.js';
import { panelTables } from './panel-reference.js';
import { privacyTable } from './privacy-reference.js';
import { deliveryTable, eventTable, invalidReasonTable, labelTable, metricTable, spanTable } from './reference.js';

const ROOT = new URL('../../', import.meta.url);
const DOCUMENTS = [
  'README.md',
  'docs/observability/metrics.md',
  'docs/observability/alerts.md',
  'docs/observability/dashboards.md',
  'docs/observability/privacy.md',
];

const SECTIONS: Readonly<Record<string, () => string>> = {
  metrics: metricTable,
  delivery: deliveryTable,
  labels: labelTable,
  'invalid reasons': invalidReasonTable,
  spans: spanTable,
  'log events': eventTable,
  privacy: privacyTable,
  alerts: alertTable,
  thresholds: thresholdTable,
  dashboards: panelTables,
};
const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g;
const FILE = /(<!-- file: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;
const LANGUAGES: Readonly<Record<string, string>> = { ts: 'ts', mjs: 'js', txt: 'text' };

/**
 * The documents, by their path in the repository, with what stands between their markers made anew: tables from the
 * definitions of metrics, spans, alerts and panels, and code from files of its own.
 */
export async function generatedFiles(): Promise<Record<string, string>> {
  const texts = DOCUMENTS.map(async (path) => [path, await generated(path)] as const);
  return Object.fromEntries(await Promise.all(texts));
}

async function generated(path: string): Promise<string> {
  const text = await readFile(new URL(path, ROOT), 'utf8');
  const code = new Map<string, string>();
  for (const [, , name = ''] of text.matchAll(FILE)) code.set(name, await codeOf(name));
  return text
    .replace(FILE, (_, begin: string, name: string, end: string) => `${begin}\n${code.get(name)}\n\n${end}`)
    .replace(SECTION, (_, begin: string, name: string, end: string) => {
      const section = SECTIONS[name];
      if (section === undefined) throw new Error(`${path} asks for a section ${name}, which does not exist`);
      return `${begin}\n${section()}\n\n${end}`;
    });
}

async function codeOf(path: string): Promise<string> {
  const language = LANGUAGES[path.slice(path.lastIndexOf('.') + 1)] ?? '';
  return `\`\`\`${language}\n${(await readFile(new URL(path, ROOT), 'utf8')).trimEnd()}\n\`\`\``;
}
