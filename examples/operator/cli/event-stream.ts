import type { StreamedEvent } from '../api/wire.js';

const DATA = 'data: ';

/** Reads the control API's server-sent events, each of which has its data on one line. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent, void> {
  const decoder = new TextDecoder();
  let unfinished = '';
  for await (const chunk of body) {
    const lines = (unfinished + decoder.decode(chunk, { stream: true })).split('\n');
    unfinished = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith(DATA)) yield JSON.parse(line.slice(DATA.length));
  }
}
