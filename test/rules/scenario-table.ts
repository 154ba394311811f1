import { readFileSync, writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { table } from '../../docs/markdown-table.js';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import type { Severity } from '../../rules/rule.js';
import type { FiringPeriod } from './alert-history.js';
import { evaluate } from './evaluation.js';
import type { LabRun } from './lab-series.js';

/** The document that has the table, between two marks. */
const DOCUMENT = fileURLToPath(new URL('../../../docs/observability/alerts.md', import.meta.url));
const SECTION = /(?<=<!-- scenarios -->\n)[\s\S]*?(?=<!-- end -->)/;

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info'];

/** Scenarios that are played with fewer clusters than they have, to save minutes. */
const SMALLER: Readonly<Record<string, number>> = { 'fleet-one-bad': 40 };

/** How a scenario is played for the table. */
export function tableRun(scenario: string): LabRun {
  const clusters = SMALLER[scenario];
  return clusters === undefined ? { scenario } : { scenario, clusters };
}

/** What fires in every scenario, by severity, with the minute in which it first does. */
export async function scenarioTable(): Promise<string> {
  const rows: string[][] = [];
  // One after the other: a fleet takes half a gigabyte.
  for (const { name, hours } of SCENARIOS) {
    const { periods } = await evaluate(tableRun(name), '2');
    const clusters = SMALLER[name];
    const length = `${hours} h${clusters === undefined ? '' : `, ${clusters} clusters`}`;
    rows.push([`\`${name}\``, length, ...SEVERITIES.map((severity) => firstMinutes(periods, severity))]);
  }
  return table(['scenario', 'time', ...SEVERITIES], rows);
}

/** The table as it is in the document. */
export function documentedTable(): string {
  return section(readFileSync(DOCUMENT, 'utf8')).trim();
}

function section(document: string): string {
  const found = SECTION.exec(document)?.[0];
  if (found === undefined) throw new Error(`${DOCUMENT} has no place for the scenarios`);
  return found;
}

function firstMinutes(periods: readonly FiringPeriod[], severity: Severity): string {
  const first = new Map<string, number>();
  for (const { alert, severity: own, firing } of periods) {
    if (own === severity) first.set(alert, Math.min(firing[0], first.get(alert) ?? Number.POSITIVE_INFINITY));
  }
  return [...first]
    .sort(([a, since], [b, other]) => since - other || (a < b ? -1 : 1))
    .map(([alert, minute]) => `${alert.slice(ALERT_PREFIX.length)} ${minute}`)
    .join(', ');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const text = await scenarioTable();
  if (argv.includes('--write')) {
    const document = readFileSync(DOCUMENT, 'utf8');
    section(document);
    writeFileSync(
      DOCUMENT,
      document.replace(SECTION, () => `\n${text}\n\n`),
    );
  } else {
    console.log(text);
  }
}
