const PROMPT = '$ ';

/** One command of a console block of a page, and what it prints. */
export interface ConsoleCommand {
  /** As it is typed, without the prompt; several lines where they end with a backslash. */
  readonly line: string;
  readonly output: string;
}

/** The commands of a console block. @throws Error for one that does not begin with a command */
export function commandsOf(block: string): ConsoleCommand[] {
  const commands: { line: string; output: string[] }[] = [];
  for (const line of block.trimEnd().split('\n')) {
    const last = commands.at(-1);
    if (line.startsWith(PROMPT)) commands.push({ line: line.slice(PROMPT.length), output: [] });
    else if (last === undefined) throw new Error(`a console block begins with "${PROMPT}", not with "${line}"`);
    else if (last.output.length === 0 && last.line.endsWith('\\')) last.line += `\n${line}`;
    else last.output.push(line);
  }
  return commands.map(({ line, output }) => ({ line, output: output.join('\n') }));
}

/** A console block of commands with outputs, without the fence. */
export function blockOf(commands: readonly ConsoleCommand[]): string {
  const lines = commands.flatMap(({ line, output }) => [PROMPT + line, output]);
  return lines.filter((line) => line !== '').join('\n');
}
