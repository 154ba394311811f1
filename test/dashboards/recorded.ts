import { type AskRange, writeRecorded } from '../../tools/history/derived-series.js';
import type { Prometheus } from '../support/prometheus.js';

/**
 * Adds what the recording rules would have recorded to a running Prometheus, which is started anew for it.
 *
 * @param path of a file that may be overwritten
 * @param from milliseconds since the Unix epoch
 */
export async function record(prometheus: Prometheus, path: string, from: number, to: number): Promise<void> {
  const ask: AskRange = async (...query) => (await prometheus.range(...query)).result;
  await writeRecorded(path, ask, { from, to });
  await prometheus.add(path);
}
