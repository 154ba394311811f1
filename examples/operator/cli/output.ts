import { toJson } from './json.js';
import { printable } from './printable.js';

/*
 * The one way out for what the commands print: texts come from the control API or the command line, and a terminal does
 * what its control characters say.
 */

/** Prints lines. */
export function printLines(lines: readonly string[], stream: NodeJS.WritableStream = process.stdout): void {
  stream.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** Prints a value for programs: on one line, or spread where it is read by people too. */
export function printJson(value: unknown, stream: NodeJS.WritableStream = process.stdout, indent = 0): void {
  stream.write(`${toJson(value, indent)}\n`);
}

/** Prints fields with a tab between them, for a shell. */
export function printFields(fields: readonly string[]): void {
  process.stdout.write(`${fields.map(printable).join('\t')}\n`);
}

/** Prints a text that is wholly ours. */
export function printVerbatim(text: string): void {
  process.stdout.write(text);
}
