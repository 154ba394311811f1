import type { Page } from './page.js';

/** What each dashboard and each panel tells, for the documentation; Markdown. */
export function panelReference(pages: readonly Page[]): string {
  return pages.map(pageReference).join('\n\n');
}

function pageReference({ uid, title, purpose, rows }: Page): string {
  const lines = rows.flatMap(({ panels }) =>
    panels.map((panel) => row([`**${panel.title}**`, panel.tells, panel.act, panel.empty])),
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
