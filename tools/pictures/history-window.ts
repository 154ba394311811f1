import { SCENARIOS } from '../../examples/lab/scenarios.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { openHistory } from '../window/heavy/history-window.js';
import type { HistoryOf } from './scenes.js';

/** A window on a history. */
export interface HistoryWindow {
  /** Ends in a slash. */
  readonly url: string;
  /** Ends of the history, in milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
}

/** Plays a history, with one seed, and opens a window on it. */
export async function windowOn(history: HistoryOf, shutdown: Shutdown, signal: AbortSignal): Promise<HistoryWindow> {
  const scenario = SCENARIOS.find(({ name }) => name === history.scenario);
  if (scenario === undefined) throw new Error(`the lab has no scenario ${history.scenario}`);
  const { hours, clusters } = history;
  const { url, run } = await openHistory({ scenario, hours, clusters, seed: 1, port: 0 }, shutdown, signal);
  return { url, from: run.from, to: run.to };
}
