import type { Page } from './page.js';
import { PAGES } from './pages.js';

/** What each dashboard and each panel tells, for the documentation; Markdown. */
export function panelReference(): string {
  return PAGES.map(pageReference).join('\n\n');
}

function pageReference({ uid, title, purpose, rows }: Page): string {
  const lines = rows.flatMap(({ panels }) =>
    panels.map(({ text }) => row([`**${text.title}**`, text.tells, text.act, text.empty])),
  );
  const table = [
    row(['panel', 'what it tells', 'what to do', 'shows nothing when']),
    row(['---', '---', '---', '---']),
  ];
  return `### ${title}\n\n\`${uid}\`. ${purpose}\n\n${[...table, ...lines].join('\n')}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
