import { CONTESTANTS, type ContestantName } from './contestants/all.js';
import type { RoundReply, RoundRequest } from './contestants/worker.js';
import { measureInterleaved, type Rounds } from './interleaved.js';
import { quick } from './settings.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';
import { WorkerProcess } from './worker-process.js';
import { EVENTS_PER_PLAN, EVENTS_PER_SMALL_PLAN, PLANS_PER_BATCH, type WorkloadName } from './workloads.js';

const ROUNDS: Rounds = quick ? { rounds: 3, warmup: 2, iterations: 1 } : { rounds: 11, warmup: 2, iterations: 1 };
const PLANS = quick ? 500 : 1_000;
/** What these allocate fits into the young generation, with everything on too. */
const ALLOCATION_BATCHES = 10;

const NOTHING = 'no instrumentation';
const OURS = 'ours, metrics';
const OURS_ASLEEP = 'ours, no SDK';
const BARE_OPENTELEMETRY = 'bare OpenTelemetry';
const BARE_PROM_CLIENT = 'bare prom-client';
const BARE_SPANS = 'bare spans';
const OURS_WITH_TRACES = 'ours, metrics and traces';

/** Nanoseconds an event for each contestant. */
async function measure<Name extends ContestantName>(
  names: readonly Name[],
  workload: WorkloadName,
): Promise<Record<Name, number>> {
  const workers = names.map((name) => ({
    name,
    worker: new WorkerProcess<RoundRequest, RoundReply>('contestants/worker.js', [name]),
  }));
  const tasks = Object.fromEntries(
    workers.map(({ name, worker }) => {
      const task = async () => {
        const { nanosecondsPerEvent } = await worker.request({ workload, batches: PLANS / PLANS_PER_BATCH });
        return { overriddenDuration: nanosecondsPerEvent / 1e6 };
      };
      return [name, task];
    }),
  ) as Record<Name, () => Promise<{ overriddenDuration: number }>>;
  try {
    const milliseconds = await measureInterleaved(tasks, ROUNDS);
    return Object.fromEntries(names.map((name) => [name, milliseconds[name] * 1e6])) as Record<Name, number>;
  } finally {
    for (const { worker } of workers) worker.stop();
  }
}

/** No garbage is collected before this much of it has come: the heap grows by what is allocated. */
const NO_COLLECTION = ['--min-semi-space-size=512', '--max-semi-space-size=512'];

/** Bytes that an event allocates, of a process that is warm. */
async function allocation(name: ContestantName): Promise<number> {
  const worker = new WorkerProcess<RoundRequest, RoundReply>('contestants/worker.js', [name], NO_COLLECTION);
  try {
    const round = () => worker.request({ workload: 'plans', batches: ALLOCATION_BATCHES });
    await round();
    return (await round()).bytesPerEvent;
  } finally {
    worker.stop();
  }
}

const REDACTED = ['ours, redacted', 'ours, redacted by a function'] as const satisfies ContestantName[];
const all = (Object.keys(CONTESTANTS) as ContestantName[]).filter((name) => !REDACTED.some((each) => each === name));
const figures = await measure(all, 'plans');
const bytes = new Map<ContestantName, number>();
for (const name of all) bytes.set(name, await allocation(name));
console.log(
  `${PLANS} plans of ${EVENTS_PER_PLAN} events; median of ${ROUNDS.rounds} interleaved rounds, a process each`,
);
console.log(
  textTable(
    ['', 'ns/event', 'over none', 'x OpenTelemetry', 'x prom-client', 'bytes/event'],
    all.map((name) => [
      name,
      figures[name].toFixed(1),
      (figures[name] - figures[NOTHING]).toFixed(1),
      (figures[name] / figures[BARE_OPENTELEMETRY]).toFixed(2),
      (figures[name] / figures[BARE_PROM_CLIENT]).toFixed(2),
      (bytes.get(name) ?? 0).toFixed(0),
    ]),
  ),
);

const added = (name: ContestantName, to: ContestantName) => figures[name] - figures[to];
for (const [what, ratio, most] of [
  [`${OURS}, of ${BARE_OPENTELEMETRY}`, figures[OURS] / figures[BARE_OPENTELEMETRY], 0.2],
  [`${OURS}, of ${BARE_PROM_CLIENT}`, figures[OURS] / figures[BARE_PROM_CLIENT], 0.35],
  [`what traces add, of what ${BARE_SPANS} add`, added(OURS_WITH_TRACES, OURS) / added(BARE_SPANS, NOTHING), 1.1],
] as const) {
  console.log(verdict(`${what}: at most ${most}`, ratio.toFixed(2), ratio <= most));
}
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
  '\nns/event of the events that are listened to without an SDK too; of the above, ' +
    `${EVENTS_PER_SMALL_PLAN} in ${EVENTS_PER_PLAN} are such`,
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

/** Two of the four events of such a plan have a text each; of whole plans hardly any have. */
const redacting = await measure([OURS, ...REDACTED], 'smallPlans');
console.log('\nns/event of plan created, requested, decided, finished, with two texts a plan');
console.log(
  textTable(
    ['', 'ns/event', 'x without redact'],
    [OURS, ...REDACTED].map((name) => {
      const nanoseconds = redacting[name as keyof typeof redacting];
      return [name, nanoseconds.toFixed(1), (nanoseconds / redacting[OURS]).toFixed(2)];
    }),
  ),
);
