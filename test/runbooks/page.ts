/** One command of a console block, and what it prints. */
interface ConsoleCommand {
  readonly kind: 'command';
  /** As it is typed, without the prompt; several lines where they end with a backslash. */
  readonly line: string;
  readonly output: string;
}

/** What a comment says that stands between the blocks. */
export interface Direction {
  readonly kind: 'run' | 'later' | 'done' | 'meanwhile';
  readonly text: string;
}

/** Everything a page has to be rehearsed with, in its order. */
export type Step = ConsoleCommand | Direction;

const STEP = /^<!-- (run|later|done|meanwhile): (.+) -->$|^( *)```console\n([\s\S]*?)^ *```$/gm;
const PROMPT = '$ ';

/** The steps of a page. */
export function stepsOf(markdown: string): Step[] {
  return [...markdown.matchAll(STEP)].flatMap(([, kind, text = '', indent = '', block = '']): Step[] =>
    kind === undefined ? commandsOf(unindented(block, indent)) : [{ kind: kind as Direction['kind'], text }],
  );
}

/** The page with other outputs, one for each command in order. */
export function withOutputs(markdown: string, outputs: readonly string[]): string {
  const left = [...outputs];
  return markdown.replace(STEP, (whole, kind: string | undefined, _text, indent = '', block = '') => {
    if (kind !== undefined) return whole;
    const lines = commandsOf(unindented(block, indent)).flatMap(({ line }) => [PROMPT + line, left.shift() ?? '']);
    const shown = lines.filter((line) => line !== '').join('\n');
    return `${indent}\`\`\`console\n${indented(shown, indent)}\n${indent}\`\`\``;
  });
}

function commandsOf(block: string): ConsoleCommand[] {
  const commands: { line: string; output: string[] }[] = [];
  for (const line of block.trimEnd().split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith(PROMPT)) commands.push({ line: line.slice(PROMPT.length), output: [] });
    else if (last === undefined) throw new Error(`a console block begins with "${PROMPT}", not with "${line}"`);
    else if (last.output.length === 0 && last.line.endsWith('\\')) last.line += `\n${line}`;
    else last.output.push(line);
  }
  return commands.map(({ line, output }) => ({ kind: 'command', line, output: output.join('\n') }));
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
