import type { Journal } from '../contract/journal.js';
import { describe } from '../intake/describe.js';
import { type Diagnostics, messageOf } from '../otel/diagnostics.js';
import { readClusters, type SavedCluster } from './cluster-journal.js';
import type { TelemetryParts } from './cluster-telemetry.js';
import type { Clusters } from './clusters.js';
import { type JournalText, parseJournal } from './journal-text.js';

/** Goes on from what a journal holds: all of it, or nothing where any of it cannot be used, which is reported once. */
export function resumeFrom(journal: Journal, clusters: Clusters, { diagnostics, clock, guard }: TelemetryParts): void {
  const now = clock();
  const text = textOf(journal, diagnostics);
  if (text === undefined) return;
  let header: JournalText;
  let saved: readonly SavedCluster[];
  try {
    header = parseJournal(text, now);
    saved = readClusters(header.lines);
  } catch (error) {
    const says = () => `the journal was not used: ${messageOf(error)}; it is written anew`;
    diagnostics.once('warn', 'journal not used', says);
    return;
  }
  for (const cluster of saved) {
    guard.run('taking over the journal', () => clusters.of('journal', cluster)?.resume(cluster, header, now));
  }
}

function textOf(journal: Journal, diagnostics: Diagnostics): string | undefined {
  const report = (error: unknown) => {
    const message = messageOf(error);
    diagnostics.once('error', `journal: ${message}`, `reading the journal failed: ${message}; nothing was taken over`);
  };
  try {
    const text: unknown = journal.read();
    if (typeof text === 'string') return text;
    if (text !== undefined && text !== null) {
      // A promise that rejects, and that nobody waits for, would end the process.
      void Promise.resolve(text).catch(report);
      throw new Error(`read() gave ${describe(text)}, not text or undefined`);
    }
    diagnostics.once('info', 'journal', 'there is no journal yet: nothing is known of a process before this one');
  } catch (error) {
    report(error);
  }
  return undefined;
}
