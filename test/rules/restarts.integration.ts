import { expect } from 'chai';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { evaluate } from './evaluation.js';
import type { LabRun } from './lab-series.js';

/** Minutes that an alert may end later: a crash breaks moves off, and they are made anew. */
const LATE = 5;
/** Notifies nobody, and tells truly that nothing is at work while its controller is away. */
const NOT_ASKED = 'InProgress';

interface Restart {
  /** Minute of the crash. Default: the middle of the scenario. */
  readonly at?: number;
  /** Default: the one that has the trouble. */
  readonly clusters?: number;
  /** Alerts that the crash itself ends for a while. */
  readonly ends?: readonly string[];
}

const RESTARTS: Readonly<Record<string, Restart>> = {
  // While the plan that has failed is still shown.
  'failed-plan': { at: 12 },
  // What is too much stops with the process that has begun it.
  'too-many-moves': { ends: ['TooManyConcurrentMoves'] },
  // The slots are free after the crash, and each plan that waited for one gets it in turn.
  'slots-taken': { ends: ['PlanHeld'] },
  // Two that are away do not contradict each other.
  'two-leaders': { ends: ['StateInconsistent'] },
  fleet: { clusters: 12 },
  // The plan whose moves hang loses its slots with them, and waits for others to be free.
  'fleet-one-bad': { clusters: 12, ends: ['Stuck', 'NodeDrainStalled'] },
};

type Firing = Readonly<Record<string, readonly (readonly [from: number, to: number])[]>>;

/** When each alert of a run fires, by its name, severity and labels. */
async function firing(run: LabRun, notAsked: readonly string[] = []): Promise<Firing> {
  const { periods } = await evaluate(run, '2');
  const byAlert: Record<string, (readonly [number, number])[]> = {};
  for (const { alert, severity, labels, firing: minutes } of periods) {
    const name = alert.slice(ALERT_PREFIX.length);
    if (name === NOT_ASKED || notAsked.includes(name)) continue;
    const key = [name, severity, ...Object.values(labels)].join(' ');
    byAlert[key] = [...(byAlert[key] ?? []), minutes];
  }
  return byAlert;
}

/** A firing as it was expected, where it ends later by no more than a crash explains. */
function asExpected(found: Firing, expected: Firing): Firing {
  return Object.fromEntries(
    Object.entries(found).map(([key, periods]) => [
      key,
      periods.map(([from, to], index) => {
        const [begins, ends] = expected[key]?.[index] ?? [Number.NaN, Number.NaN];
        return [Math.abs(from - begins) <= 1 ? begins : from, Math.abs(to - ends) <= LATE ? ends : to] as const;
      }),
    ]),
  );
}

describe('a crash of every controller that keeps a journal', function () {
  this.timeout(600_000);

  for (const { name } of SCENARIOS) {
    const { ends } = RESTARTS[name] ?? {};
    it(`changes nothing of what fires when in ${name}`, async () => {
      const { run, crashed } = runsOf(name);
      const expected = await firing(run, ends);
      expect(asExpected(await firing({ ...crashed, journals: true }, ends), expected)).to.deep.equal(expected);
    });
  }

  // What a snapshot does not tell: what each drain has reached, and which shards had been moved before.
  for (const name of ['stuck-drain', 'shard-bouncing']) {
    it(`would change it in ${name} without the journal`, async () => {
      const { run, crashed } = runsOf(name);
      const expected = await firing(run);
      expect(asExpected(await firing(crashed), expected)).not.to.deep.equal(expected);
    });
  }
});

function runsOf(name: string): { readonly run: LabRun; readonly crashed: LabRun } {
  const { at = scenarioNamed(name).hours * 30, clusters = 1 } = RESTARTS[name] ?? {};
  const run = { scenario: name, clusters };
  return { run, crashed: { ...run, restartAt: at } };
}
