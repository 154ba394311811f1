import { readFileSync } from 'node:fs';
import { type ConsoleCommand, commandsOf } from '../support/console-block.js';

/** One command of a page, and what it prints; `…` in it stands for text within a line that differs from run to run. */
export type Check = ConsoleCommand;

/** What a reader of a page does, in its order. */
export type Step =
  | { readonly kind: 'install'; readonly line: string; readonly command: string }
  | { readonly kind: 'write'; readonly file: string; readonly text: string }
  | { readonly kind: 'start'; readonly program: string; readonly command: string }
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'installed'; readonly check: Check }
  | { readonly kind: 'promql'; readonly expression: string };

/** A row of a page's table of failures. */
export interface FailureRow {
  readonly symptom: string;
  readonly check: Check;
}

const DOCS = new URL('../../../docs/observability/', import.meta.url);
const PART = /^<!-- (install|write|start|way|installed)(?:: (\S+))? -->$|^```(\w+)\n([\s\S]*?)^```$|^## .+$/gm;

export function readPage(name: string): string {
  return readFileSync(new URL(name, DOCS), 'utf8');
}

/** The steps of one way, or those that belong to none. */
export function stepsOf(page: string, way?: string): Step[] {
  const steps: Step[] = [];
  let current: string | undefined;
  let direction: { kind: string; argument: string } | undefined;
  for (const [whole, kind, argument = '', language, text = ''] of page.matchAll(PART)) {
    if (whole.startsWith('## ')) current = undefined;
    else if (kind === 'way') current = argument;
    else if (kind !== undefined) direction = { kind, argument };
    else {
      if (current === way) steps.push(...stepsOfBlock(language ?? '', text, direction));
      direction = undefined;
    }
  }
  return steps;
}

function stepsOfBlock(language: string, text: string, direction?: { kind: string; argument: string }): Step[] {
  const { kind, argument = '' } = direction ?? {};
  if (kind === 'write') return [{ kind, file: argument, text }];
  if (kind === 'install') return [{ kind, line: argument, command: text }];
  if (kind === 'start') return [{ kind, program: argument, command: text.trim() }];
  if (language === 'console')
    return commandsOf(text).map((check) => ({ kind: kind === 'installed' ? kind : 'check', check }));
  if (language === 'promql')
    return text
      .trim()
      .split('\n\n')
      .map((expression) => ({ kind: 'promql', expression }));
  // Somebody would have to run what no test runs.
  if (['sh', 'js', 'yaml'].includes(language)) throw new Error(`a block has no direction:\n${text}`);
  return [];
}

/** The rows of the table whose columns are: symptom, shown by, says, remedy. */
export function failureRows(page: string): FailureRow[] {
  const [, table = ''] = /^## What goes wrong\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page) ?? [];
  return table
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (---|symptom) /.test(line))
    .map((line) => {
      const [, symptom = '', command = '', output = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      return { symptom, check: { line: plain(command), output: plain(output) } };
    });
}

function plain(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1').replaceAll('\\|', '|');
}
