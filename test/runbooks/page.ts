import { blockOf, type ConsoleCommand, commandsOf } from '../support/console-block.js';

/** What a comment says that stands between the blocks. */
export interface Direction {
  readonly kind: 'run' | 'later' | 'done' | 'meanwhile';
  readonly text: string;
}

/** Everything a page has to be rehearsed with, in its order. */
export type Step = (ConsoleCommand & { readonly kind: 'command' }) | Direction;

const STEP = /^<!-- (run|later|done|meanwhile): (.+) -->$|^( *)```console\n([\s\S]*?)^ *```$/gm;

/** The steps of a page. */
export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(STEP)].flatMap(([, kind, text = '', indent = '', block = '']): Step[] =>
    kind === undefined
      ? commandsOf(unindented(block, indent)).map((command) => ({ kind: 'command', ...command }))
      : [{ kind: kind as Direction['kind'], text }],
  );
}

/** The page with other outputs, one for each command in order. */
export function withOutputs(markdown: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return markdown.replace(STEP, (whole, kind: string | undefined, _text, indent = '', block = '') => {
    if (kind !== undefined) return whole;
    const commands = commandsOf(unindented(block, indent));
    const shown = blockOf(commands.map(({ line }) => ({ line, output: left.shift() ?? '' })));
    return `${indent}\`\`\`console\n${indented(shown, indent)}\n${indent}\`\`\``;
  });
}

function unindented(block: string, indent: string): string {
  return indent === '' ? block : block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}

const SECTION = /(<!-- generated: ([\w ]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with the text of its generated section replaced. */
export function withSection(markdown: string, name: string, text: string): string {
  return markdown.replace(SECTION, (whole, begin: string, found: string, end: string) =>
    found === name ? `${begin}\n${text}\n\n${end}` : whole,
  );
}
