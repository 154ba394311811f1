import { CONTESTANTS, type ContestantName } from './contestants/all.js';
import { ContestantProcess } from './contestants/contestant-process.js';
import { measureInterleaved, type Rounds } from './interleaved.js';
import { quick } from './settings.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';
import { BATCHES_OF_A_THOUSAND_PLANS, type WorkloadName } from './workloads.js';

const ROUNDS: Rounds = quick ? { rounds: 3, warmup: 2, iterations: 1 } : { rounds: 15, warmup: 2, iterations: 1 };
const BATCHES = quick ? BATCHES_OF_A_THOUSAND_PLANS / 2 : BATCHES_OF_A_THOUSAND_PLANS;

const NOTHING = 'no instrumentation';
const OURS = 'ours, metrics';
const OURS_ASLEEP = 'ours, no SDK';
const BARE_OPENTELEMETRY = 'bare OpenTelemetry';
const BARE_PROM_CLIENT = 'bare prom-client';

/** Nanoseconds an event for each contestant. */
async function measure<Name extends ContestantName>(
  names: readonly Name[],
  workload: WorkloadName,
): Promise<Record<Name, number>> {
  const processes = names.map((name) => ({ name, contestant: new ContestantProcess(name) }));
  const tasks = Object.fromEntries(
    processes.map(({ name, contestant }) => {
      const task = async () => {
        const { nanosecondsPerEvent } = await contestant.round({ workload, batches: BATCHES });
        return { overriddenDuration: nanosecondsPerEvent / 1e6 };
      };
      return [name, task];
    }),
  ) as Record<Name, () => Promise<{ overriddenDuration: number }>>;
  try {
    const milliseconds = await measureInterleaved(tasks, ROUNDS);
    return Object.fromEntries(names.map((name) => [name, milliseconds[name] * 1e6])) as Record<Name, number>;
  } finally {
    for (const { contestant } of processes) contestant.stop();
  }
}

const all = Object.keys(CONTESTANTS) as ContestantName[];
const figures = await measure(all, 'plans');
console.log(`${BATCHES * 5} plans of 644 events; median of ${ROUNDS.rounds} interleaved rounds, a process each`);
console.log(
  textTable(
    ['', 'ns/event', 'over none', 'x OpenTelemetry', 'x prom-client'],
    all.map((name) => [
      name,
      figures[name].toFixed(1),
      (figures[name] - figures[NOTHING]).toFixed(1),
      (figures[name] / figures[BARE_OPENTELEMETRY]).toFixed(2),
      (figures[name] / figures[BARE_PROM_CLIENT]).toFixed(2),
    ]),
  ),
);

const ratio = figures[OURS] / figures[BARE_OPENTELEMETRY];
console.log(verdict('ours with metrics at most 1.0 of bare OpenTelemetry', ratio.toFixed(2), ratio <= 1));
console.log(verdict('ours with metrics, aim 0.5 of bare OpenTelemetry', ratio.toFixed(2), ratio <= 0.5));
const allowed = figures[NOTHING] * 1.05 + 100;
console.log(
  verdict(
    `ours without SDK within 5 % of none plus 100 ns (${allowed.toFixed(1)} ns/event)`,
    `${figures[OURS_ASLEEP].toFixed(1)} ns/event`,
    figures[OURS_ASLEEP] <= allowed,
  ),
);

const asleep = [NOTHING, OURS_ASLEEP] as const;
const heartbeats = await measure(asleep, 'heartbeats');
const smallPlans = await measure(asleep, 'smallPlans');
console.log(
  '\nevents that are listened to without an SDK too, ns/event (the figure above has 4 of them in 644 events)',
);
console.log(
  textTable(
    ['', NOTHING, OURS_ASLEEP, 'over none'],
    Object.entries({ heartbeat: heartbeats, 'plan created, requested, decided, finished': smallPlans }).map(
      ([name, row]) => [
        name,
        row[NOTHING].toFixed(1),
        row[OURS_ASLEEP].toFixed(1),
        (row[OURS_ASLEEP] - row[NOTHING]).toFixed(1),
      ],
    ),
  ),
);
