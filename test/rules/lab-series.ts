import { playScenario } from '../../examples/lab/run.js';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import type { Summary } from '../../examples/lab/tally.js';
import { keptInBuild } from '../support/kept.js';
import { MINUTE } from '../support/time.js';
import { inputSeriesText } from './input-series-text.js';

/** A run of the lab. What is left out is the scenario's. */
export interface LabRun {
  readonly scenario: string;
  readonly hours?: number | undefined;
  readonly clusters?: number | undefined;
  /** Virtual minute in which every controller is replaced by one of the next version. */
  readonly restartAt?: number | undefined;
  /** Whether every controller keeps a journal. */
  readonly journals?: boolean | undefined;
}

/** The series of a run that the rules read, and what happened in it. */
export interface LabSeries {
  readonly series: string;
  readonly minutes: number;
  readonly summary: Summary;
}

/** Plays a scenario; the same one is played once in a build. */
export const labSeries = keptInBuild('lab-series', play);

async function play({ scenario: name, hours, clusters, restartAt, journals }: LabRun): Promise<LabSeries> {
  const scenario = scenarioNamed(name);
  const nothing = { write: () => {} };
  const options = {
    scenario,
    hours: hours ?? scenario.hours,
    clusters: clusters ?? scenario.clusters,
    seed: 1,
    restartAt,
    journals,
  };
  const { samples, times, summary } = await playScenario(options, { traces: nothing, logs: nothing });
  // At a rule's evaluation an instant vector is the same as with every scrape; the text is a quarter as long.
  const series = await inputSeriesText(samples, times, MINUTE);
  return { series, minutes: Math.floor(options.hours * 60), summary };
}
