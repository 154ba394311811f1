import { blockOf, type ConsoleCommand, commandsOf } from '../support/console-block.js';

/** What a comment says that stands between the blocks. */
export interface Direction {
  readonly kind: 'run' | 'later' | 'done' | 'meanwhile' | 'set';
  readonly text: string;
}

/** A heading, or the block in which the variables of the commands are set. */
interface Part<K extends 'section' | 'variables'> {
  readonly kind: K;
  readonly text: string;
}

/** Everything a page has to be rehearsed with, in its order. */
export type Step = (ConsoleCommand & { readonly kind: 'command' }) | Direction | Part<'section'> | Part<'variables'>;

const STEP =
  /^<!-- (?<direction>run|later|done|meanwhile|set): (?<text>.+) -->$|^## (?<section>.+)$|^ *```sh\n(?<variables>[\s\S]*?)^ *```$|^(?<indent> *)```console\n(?<block>[\s\S]*?)^ *```$/gm;
const QUESTIONS = /(<!-- generated: questions -->\n)[\s\S]*?(<!-- end -->)/;
const FIRES = /^- \*\*Fires\*\*: .*$/m;

/** The steps of a page. */
export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(STEP)].flatMap(({ groups = {} }): Step[] => {
    const { direction, text = '', section, variables, indent = '', block = '' } = groups;
    if (direction !== undefined) return [{ kind: direction as Direction['kind'], text }];
    if (section !== undefined) return [{ kind: 'section', text: section }];
    if (variables !== undefined) return [{ kind: 'variables', text: variables }];
    return commandsOf(unindented(block, indent)).map((command) => ({ kind: 'command', ...command }));
  });
}

/** Command lines of `mesh` that stand in the text of a page. */
export function commandsInText(markdown: string): string[] {
  const text = markdown.replaceAll(/^```[\s\S]*?^```$/gm, '');
  return [...text.matchAll(/`(mesh [^`]+)`/g)].map(([, command = '']) => command);
}

/** The page with other outputs, one for each command in order. */
export function withOutputs(markdown: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return markdown.replace(STEP, (whole, ...rest) => {
    const { indent = '', block } = rest.at(-1) as Record<string, string | undefined>;
    if (block === undefined) return whole;
    const commands = commandsOf(unindented(block, indent));
    const shown = blockOf(commands.map(({ line }) => ({ line, output: left.shift() ?? '' })));
    return `${indent}\`\`\`console\n${indented(shown, indent)}\n${indent}\`\`\``;
  });
}

/** The page with what its rules say of when it fires. */
export function withFires(markdown: string, text: string): string {
  return markdown.replace(FIRES, () => `- **Fires**: ${text}`);
}

/** The index with another table of the seven questions. */
export function withQuestions(markdown: string, table: string): string {
  return markdown.replace(QUESTIONS, (_whole, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
}

function unindented(block: string, indent: string): string {
  return indent === '' ? block : block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
}

function indented(text: string, indent: string): string {
  return text.replaceAll(/^(?=.)/gm, indent);
}
