import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { type HistoryWindow, openHistory } from '../window/heavy/history-window.js';
import type { HistoryOf } from './scenes.js';

/** Plays a history, with one seed, and opens a window on it. */
export function windowOn(history: HistoryOf, shutdown: Shutdown, signal: AbortSignal): Promise<HistoryWindow> {
  return openHistory({ ...history, scenario: scenarioNamed(history.scenario), seed: 1, port: 0 }, shutdown, signal);
}
