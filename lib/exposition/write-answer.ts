import type { ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import type { SharedTurn } from './shared-turn.js';

/** Bytes that are written in one tick, which Node hands to the system at once: each time costs as much as many chunks. */
const LEAST_AT_ONCE = 262_144;
/** Milliseconds after which a reader that takes nothing is cut. */
const MOST_SILENCE_MILLIS = 10_000;

/** Writes an answer, as fast as it is read, in slices of the shared turn. Resolves also when the reader has gone. */
export async function writeAnswer(
  response: ServerResponse,
  chunks: readonly Buffer[],
  turn: SharedTurn,
  mostSilenceMillis = MOST_SILENCE_MILLIS,
): Promise<void> {
  const last = chunks.length - 1;
  let written = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (written === 0) await turn.rest();
    if (response.destroyed) return;
    // What ends the answer goes with it.
    if (index === last) break;
    response.write(chunk);
    written += chunk.length;
    if (written < LEAST_AT_ONCE) continue;
    written = 0;
    if (response.writableNeedDrain) await taken(response, 'drain', mostSilenceMillis);
  }
  response.end(chunks[last]);
  // Nearly always the system has taken all of it by now.
  if (response.socket?.writableLength !== 0) await taken(response, 'finish', mostSilenceMillis);
}

/** Waits until the reader has taken what was written, or is gone. One that takes nothing is cut. */
function taken(response: ServerResponse, event: 'drain' | 'finish', mostSilenceMillis: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      response.off(event, done).off('close', done);
      resolve();
    };
    const cut = () => {
      response.destroy();
      // It never closes where an earlier answer still has its connection.
      done();
    };
    const timer = setTimeout(cut, mostSilenceMillis).unref();
    response.on(event, done).on('close', done);
  });
}
