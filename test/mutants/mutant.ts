/** A report of Stryker, as far as it is read here. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/** Line and column, both from 1 up. */
interface Position {
  readonly line: number;
  readonly column: number;
}

/** One change of the code that tests ought to see. */
export interface Mutant {
  /** Folder of `lib/`. */
  readonly room: string;
  /** Place, the code that is there, and the code that takes its place. */
  readonly name: string;
  readonly isKilled: boolean;
}

/** Files whose text literals define names and meanings. */
const DEFINITIONS = /\/(?:definitions|labels|(?:cluster|plan)-metrics|problem|scope)\.ts$/;
const KILLED = new Set(['Killed', 'Timeout']);
const ALIVE = new Set(['Survived', 'NoCoverage']);
const MAX_SHOWN = 70;

/** The mutants of a report that count. Text of definitions, and text for a person to read, is left out. */
export function mutantsOf(report: Report): Mutant[] {
  return Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants.flatMap(({ mutatorName, replacement = '', status, location }) => {
      const original = cut(source, location);
      const isText = mutatorName === 'StringLiteral' && (DEFINITIONS.test(file) || /\s/.test(original));
      if (isText || !(KILLED.has(status) || ALIVE.has(status))) return [];
      const name = `${file}:${location.start.line} ${shown(original)} → ${shown(replacement)}`;
      return [{ room: file.split('/')[1] ?? '', name, isKilled: KILLED.has(status) }];
    }),
  );
}

function cut(source: string, { start, end }: ReportedMutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? '').slice(0, end.column - 1));
  const [first = '', ...rest] = lines;
  return [first.slice(start.column - 1), ...rest].join('\n');
}

function shown(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN - 1)}…` : line;
}
