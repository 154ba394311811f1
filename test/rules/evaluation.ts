import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { program } from '../../tools/program.js';
import { keptInBuild } from '../support/kept.js';
import { type AlertHistory, alertHistory, type Moment } from './alert-history.js';
import { labSeries } from './lab-series.js';
import { playedEvents, Stage } from './played-events.js';
import { type CaseRun, PROOF, type ProofRun } from './proof.js';
import { STORIES } from './stories.js';

const CASES = new URL('../../../test/rules/cases/', import.meta.url);

/** The releases of Prometheus that the rules are made for. */
export const RELEASES = ['2', '3'] as const;
export type Release = (typeof RELEASES)[number];

interface RunSeries {
  readonly series: string;
  readonly minutes: number;
}

interface Evaluation {
  readonly run: ProofRun;
  readonly promtool: string;
}

const evaluated = keptInBuild('alert-history', async ({ run, promtool }: Evaluation) => {
  const { series, minutes } = await seriesOf(run);
  return alertHistory(promtool, series, minutes, momentsOf(run));
});

function seriesOf(run: ProofRun): RunSeries | Promise<RunSeries> {
  if ('scenario' in run) return labSeries(run);
  return 'story' in run ? storySeries(run.story) : handWritten(run);
}

/** What the rules make of a run in a release of Prometheus, with the texts of {@link PROOF}; evaluated once in a build. */
export async function evaluate(run: ProofRun, release: Release): Promise<AlertHistory> {
  return evaluated({ run, promtool: await program(`promtool-${release}`) });
}

/** The series of a story, which is played once in a build. */
export const storySeries = keptInBuild('story-series', async (name: string): Promise<RunSeries> => {
  const story = STORIES[name];
  if (story === undefined) throw new Error(`no story ${name}`);
  const stage = new Stage(story.minutes);
  story.play(stage);
  return { series: await playedEvents(stage), minutes: story.minutes };
});

/** The moments of a run at which the text of an alert is looked at. */
function momentsOf(run: ProofRun): Moment[] {
  return Object.entries(PROOF).flatMap(([name, { fires, alsoFires = [] }]) =>
    [fires, ...alsoFires].flatMap(({ run: own, says }) =>
      says !== undefined && JSON.stringify(own) === JSON.stringify(run)
        ? [{ alert: `${ALERT_PREFIX}${name}`, minute: says.minute }]
        : [],
    ),
  );
}

function handWritten({ file, part, minutes }: CaseRun): RunSeries {
  const parts = parse(readFileSync(new URL(`${file}.yaml`, CASES), 'utf8')) as Record<string, object>;
  const text = Object.entries(parts[part] ?? {})
    // JSON is YAML.
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n');
  return { series: text, minutes };
}
