import { startAlertmanager } from './alertmanager.js';
import { startCollector } from './collector.js';
import type { Companion, Wiring } from './companion.js';
import { startPrometheus } from './prometheus.js';
import type { Shutdown } from './shutdown.js';

/** Start of each. Prometheus comes last, because it has to know the Alertmanager. */
const STARTS = {
  collector: startCollector,
  alertmanager: startAlertmanager,
  prometheus: startPrometheus,
} as const satisfies Record<string, (wiring: Wiring) => Promise<Companion>>;

/** A program that the demo can start. */
export type CompanionName = keyof typeof STARTS;

/** All of them. */
export const COMPANION_NAMES = Object.keys(STARTS) as CompanionName[];

/** Those that run. */
export type Companions = Partial<Record<CompanionName, Companion>>;

/**
 * Starts them, and has each ended at the end.
 *
 * @throws ProgramMissing when one is not there, or does not run
 */
export async function startCompanions(
  names: readonly CompanionName[],
  wiring: Pick<Wiring, 'metricsPort' | 'runbooksUrl' | 'signal'>,
  shutdown: Shutdown,
): Promise<Companions> {
  const running: Companions = {};
  for (const name of COMPANION_NAMES) {
    if (!names.includes(name)) continue;
    const companion = await STARTS[name]({ ...wiring, ...running });
    shutdown.add(companion.stop);
    running[name] = companion;
  }
  return running;
}
