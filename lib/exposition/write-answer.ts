import type { ServerResponse } from 'node:http';
import type { SharedTurn } from './shared-turn.js';

/** Milliseconds after which a reader that takes nothing is cut. */
const MOST_SILENCE_MILLIS = 10_000;

/** Writes an answer, as fast as it is read, in slices of the shared turn. Resolves also when the reader has gone. */
export async function writeAnswer(
  response: ServerResponse,
  chunks: readonly Buffer[],
  turn: SharedTurn,
): Promise<void> {
  for (const [index, chunk] of chunks.entries()) {
    await turn.rest();
    if (response.destroyed) return;
    if (index === chunks.length - 1) response.end(chunk);
    else if (!response.write(chunk)) await taken(response, 'drain');
  }
  // Nearly always the system has taken all of it by now.
  if (response.socket?.writableLength !== 0) await taken(response, 'finish');
}

/** Waits until the reader has taken what was written, or is gone. */
function taken(response: ServerResponse, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), MOST_SILENCE_MILLIS).unref();
    const done = () => {
      clearTimeout(timer);
      response.off(event, done).off('close', done);
      resolve();
    };
    response.on(event, done).on('close', done);
  });
}
