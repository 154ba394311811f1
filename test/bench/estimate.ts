import { createMeshCluster, type MeshCluster } from '../../examples/lab/cluster.js';
import { fastClock } from '../../examples/lab/fast-clock.js';
import { Random } from '../../examples/lab/random.js';
import { partOf, stage } from '../../examples/lab/run.js';
import type { Scenario } from '../../examples/lab/scenario.js';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { VirtualTimeline } from '../../examples/lab/virtual-timeline.js';
import { EstimateWatch, type Guess, SHARES, type Tried } from './estimate-watch.js';
import { quick } from './settings.js';
import { quantile } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const SCRAPE_INTERVAL = 15_000;

/** Plays a scenario as the lab does, and watches the controllers directly: nothing is scraped or exported. */
function play(scenario: Scenario, seed: number): EstimateWatch[] {
  const timeline = new VirtualTimeline(START);
  const random = new Random(seed);
  const watches = Array.from({ length: scenario.clusters }, (_, index) => {
    const { story, acts } = partOf(scenario, index);
    const clock = fastClock(timeline, (story.clockAhead ?? 0) * MINUTE);
    const watch = new EstimateWatch(clock.now);
    const cluster: MeshCluster = createMeshCluster({
      ...story.mesh,
      namespace: 'lab',
      cluster: `eu-${index + 1}`,
      seed: random.below(0x7fff_ffff),
      timeline: clock,
      instrumented: (controller) => watch.follow(controller),
    });
    for (const act of acts) stage(timeline, { cluster, withdraw: () => {} }, act);
    return watch;
  });
  for (let time = START; time <= START + scenario.hours * 60 * MINUTE; time += SCRAPE_INTERVAL) {
    timeline.runUntil(time);
    for (const watch of watches) watch.look();
  }
  return watches;
}

const scenarios = quick ? SCENARIOS.filter(({ clusters, hours }) => clusters * hours <= 6) : SCENARIOS;
const tried: Tried[] = [];
let moments = 0;
let present = 0;
for (const [index, scenario] of scenarios.entries()) {
  for (const watch of play(scenario, index + 1)) {
    tried.push(...watch.tried);
    moments += watch.moments;
    present += watch.present;
  }
}

const percent = (share: number | undefined) => (share === undefined ? '-' : `${(100 * share).toFixed(0)} %`);
const errors = (guesses: readonly Tried[], guess: Guess) =>
  guesses.flatMap(({ [guess]: end, at, endedAt }) =>
    end === undefined ? [] : [Math.abs(end - endedAt) / (endedAt - at)],
  );
const cells = (guesses: readonly Tried[], guess: Guess) => {
  const all = errors(guesses, guess);
  return [percent(quantile(all, 0.5)), percent(quantile(all, 0.9))];
};
const row = (name: string, guesses: readonly Tried[]) => [
  name,
  String(guesses.length),
  ...cells(guesses, 'bySize'),
  ...cells(guesses, 'byShards'),
  ...cells(guesses, 'paceSoFar'),
];

console.log(`Error as a share of the time that was left, over the ${scenarios.length} histories of the lab:`);
console.log('of every plan that completed, when so many of its shards had moved');
console.log(
  textTable(
    ['shards moved', 'plans', 'sizes told', '90th', 'not told', '90th', 'pace so far', '90th'],
    [
      ...SHARES.map((share) =>
        row(
          percent(share),
          tried.filter((guess) => guess.share === share),
        ),
      ),
      row('all', tried),
    ],
  ),
);
const median = quantile(errors(tried, 'bySize'), 0.5) ?? Number.NaN;
const medianSoFar = quantile(errors(tried, 'paceSoFar'), 0.5) ?? Number.NaN;
const presence = present / moments;
console.log(verdict('a median of at most 15 %', percent(median), median <= 0.15));
console.log(verdict(`better than the pace so far (${percent(medianSoFar)})`, percent(median), median < medianSoFar));
console.log(
  verdict('there in 80 % of the moments after a move in the last 10 min', percent(presence), presence >= 0.8),
);
