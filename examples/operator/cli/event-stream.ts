import type { StreamedEvent } from '../api/wire.js';
import { isEvent } from './answers.js';

const DATA = 'data: ';
/** Most characters of a line: more than a control API lets wait for a client. */
const MAX_LINE = 4 << 20;

/**
 * Reads the control API's server-sent events, each of which has its data on one line.
 *
 * @param malformed makes the error for a line that is no event of a control API
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  malformed: () => Error,
): AsyncGenerator<StreamedEvent, void> {
  const decoder = new TextDecoder();
  let unfinished = '';
  for await (const chunk of body) {
    const lines = (unfinished + decoder.decode(chunk, { stream: true })).split('\n');
    unfinished = lines.pop() ?? '';
    if (unfinished.length > MAX_LINE) throw malformed();
    for (const line of lines) if (line.startsWith(DATA)) yield parse(line.slice(DATA.length), malformed);
  }
}

function parse(data: string, malformed: () => Error): StreamedEvent {
  let event: unknown;
  try {
    event = JSON.parse(data);
    // Or it is nested deeper than it could be printed.
    JSON.stringify(event);
  } catch {
    throw malformed();
  }
  if (!isEvent(event)) throw malformed();
  return event;
}
