/** Raised with each change after which an older version could not read the lines, or this one those of an older. */
const FORMAT_VERSION = 1;
const FORMAT = 'mesh-rebalance';
/** A clock that was set back by more has no use for times from before. */
const MAX_AHEAD_MILLIS = 5 * 60_000;

/** Header of a journal. */
export interface JournalHeader {
  /** Milliseconds since the Unix epoch. */
  readonly writtenAt: number;
  /** True when the writer ended in order, and with it the spans of its open steps. */
  readonly closed: boolean;
}

/** A journal as it is read: its lines are JSON of any content. */
export interface JournalText extends JournalHeader {
  readonly lines: readonly unknown[];
}

/**
 * The text of a journal: a line of JSON for its header, and one for each cluster and plan. The header says how many lines
 * there are, and the last one ends in a line feed, so that no part of a journal passes for a whole one.
 *
 * @param writer an id of the process and the instrumented controller
 */
export function formatJournal({ writtenAt, closed }: JournalHeader, writer: string, lines: readonly string[]): string {
  const header = { journal: FORMAT, version: FORMAT_VERSION, writer, writtenAt, closed, lines: lines.length };
  return `${[JSON.stringify(header), ...lines].join('\n')}\n`;
}

/**
 * @param now milliseconds since the Unix epoch
 * @throws Error that says why the text is no journal that this version can use
 */
export function parseJournal(text: string, now: number): JournalText {
  if (text === '') throw new Error('it is empty');
  const [first = '', ...rest] = text.split('\n');
  const header = parseLine(first, 1) as Partial<Record<string, unknown>> | null;
  if (header?.['journal'] !== FORMAT) throw new Error('it is not a journal of this package');
  const { version, writtenAt, closed, lines } = header;
  if (version !== FORMAT_VERSION) {
    throw new Error(
      `it has format ${JSON.stringify(version)}, and this version of the package reads ${FORMAT_VERSION}`,
    );
  }
  if (!Number.isFinite(writtenAt)) throw new Error('it does not say when it was written');
  const ahead = (writtenAt as number) - now;
  if (ahead > MAX_AHEAD_MILLIS) {
    throw new Error(`it was written ${Math.round(ahead / 60_000)} min after the present, by this process's clock`);
  }
  if (rest.pop() !== '' || rest.length !== lines) {
    throw new Error(`it is cut off: ${rest.length} lines came of ${JSON.stringify(lines)}`);
  }
  return {
    writtenAt: writtenAt as number,
    closed: closed === true,
    lines: rest.map((line, index) => parseLine(line, index + 2)),
  };
}

function parseLine(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Without the engine's message, which repeats a part of the text.
    throw new Error(`line ${number} is not JSON`);
  }
}
