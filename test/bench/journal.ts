import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { createRebalanceMetricProducer, instrument, type Journal } from '../../lib/index.js';
import { fileJournal } from '../../lib/journal.js';
import { BenchController } from './bench-controller.js';
import { collectGarbage } from './garbage.js';
import { longestHold, worked } from './longest-hold.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const PLANS = 100;
const NODES = 4;
const MOVED = 200;
const WRITES = quick ? 5 : 30;
const TARGET_MS = 5;
/** Least time between two writes of steps. */
const WRITE_EVERY_MS = 1_000;
const ROUNDS = quick ? 20 : 400;
/** Controllers of each contestant, and plans of each. */
const COPIES = 4;
const COMPARED_PLANS = 20;
const TARGET_RATIO = 1.05;

/** Its first write never ends: what is left of it is that events mark what has changed. */
const NEVER_WRITTEN: Journal = { read: () => undefined, write: () => new Promise(() => {}) };

/** A journal that can be waited for. */
class WatchedJournal implements Journal {
  readonly #journal: Journal;
  writes = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Resolves with the end of the next write, and leaves the thread alone until then. */
  written(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  read(): string | undefined {
    return this.#journal.read();
  }

  async write(text: string): Promise<void> {
    await this.#journal.write(text);
    this.writes += 1;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Live plans that have moved most of their shards: everything that a journal keeps of them. */
function livePlansOf(journal: Journal | undefined, plans: number): { controller: BenchController; disable(): void } {
  const controller = new BenchController();
  const handle = instrument(controller, { metricProducer: createRebalanceMetricProducer(), journal });
  for (let plan = 0; plan < plans; plan += 1) {
    const planId = `plan-${plan}`;
    controller.emit('planCreated', { planId, trigger: 'imbalance', approvalMode: 'manual', shards: 2 * MOVED });
    controller.emit('approvalRequested', { planId });
    controller.emit('approvalDecided', { planId, decision: 'approved' });
    for (let node = 0; node < NODES; node += 1) {
      controller.emit('drainStarted', { planId, node: `node-${node}`, shards: MOVED / 2 });
    }
    for (let shard = 0; shard < MOVED; shard += 1) move(controller, planId, shard);
  }
  return { controller, disable: () => handle.disable() };
}

function move(controller: BenchController, planId: string, shard: number): void {
  const source = `node-${shard % NODES}`;
  controller.emit('moveStarted', { planId, shard: `shard-${shard}`, source, target: 'node-new' });
  controller.emit('moveFinished', { planId, shard: `shard-${shard}`, outcome: 'completed' });
}

/** What writes of all plans cost, in ms. */
interface WriteTimes {
  /** The longest stretch for which the thread worked and the loop did not turn. */
  readonly holds: readonly number[];
  /** From the event until it was on disk. */
  readonly totals: readonly number[];
  /** Work of the loop's thread in all. */
  readonly work: readonly number[];
}

async function writeTimes(file: string): Promise<WriteTimes> {
  const journal = new WatchedJournal(fileJournal(file));
  const { controller, disable } = livePlansOf(journal, PLANS);
  const times = { holds: [] as number[], totals: [] as number[], work: [] as number[] };
  // The first writes are those of the plans' beginning.
  await wait(2_000);
  collectGarbage();
  for (let write = 0; write < 2 * WRITES; write += 1) {
    for (let plan = 0; plan < PLANS; plan += 1) move(controller, `plan-${plan}`, MOVED + write);
    // Urgent, so that the write begins at the next turn and not a second later.
    controller.emit('planCreated', { planId: `late-${write}` });
    controller.emit('planFinished', { planId: `late-${write}`, outcome: 'cancelled' });
    if (write % 2 === 0) {
      const before = journal.writes;
      const startedAt = performance.now();
      const { hold } = await longestHold(async () => {
        while (journal.writes === before) await nextTurn();
      });
      times.holds.push(hold);
      times.totals.push(performance.now() - startedAt);
    } else {
      const before = worked();
      // The timer of a write that is put off does not keep the process alive.
      const alive = setInterval(() => {}, WRITE_EVERY_MS);
      await journal.written();
      clearInterval(alive);
      times.work.push(worked() - before);
    }
  }
  disable();
  await wait(100);
  return times;
}

/** Contestants of the event path: the first two are alike, and show how much of a difference is chance. */
const JOURNALS: Readonly<Record<string, (file: string) => Journal | undefined>> = {
  'no journal': () => undefined,
  'no journal, once more': () => undefined,
  'a journal, marked alone': () => NEVER_WRITTEN,
  'a journal in a file': fileJournal,
};
const NAMES = Object.keys(JOURNALS);

/** Nanoseconds that an event takes its emitter. */
async function eventTimes(file: string): Promise<ReadonlyMap<string, number>> {
  // Several of each, made in turn: where in the heap a ledger lies makes more of a difference than a journal does.
  const contestants = Array.from({ length: NAMES.length * COPIES }, (_, index) => {
    const name = NAMES[(index + Math.floor(index / NAMES.length)) % NAMES.length] as string;
    return { name, times: [] as number[], ...livePlansOf(JOURNALS[name]?.(`${file}-${index}`), COMPARED_PLANS) };
  });
  await wait(2_000);
  collectGarbage();
  for (let round = 0; round < ROUNDS; round += 1) {
    const first = round % contestants.length;
    for (const { controller, times } of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const startedAt = performance.now();
      for (let plan = 0; plan < COMPARED_PLANS; plan += 1) {
        for (let shard = 0; shard < 10; shard += 1) move(controller, `plan-${plan}`, shard);
      }
      times.push(((performance.now() - startedAt) * 1e6) / (COMPARED_PLANS * 10 * 2));
      await nextTurn();
    }
  }
  for (const { disable } of contestants) disable();
  await wait(100);
  const timesOf = (name: string) => contestants.filter((each) => each.name === name).map(({ times }) => median(times));
  return new Map(NAMES.map((name) => [name, median(timesOf(name))]));
}

const folder = mkdtempSync(join(tmpdir(), 'journal-bench-'));
try {
  const file = join(folder, 'journal');
  const { holds, totals, work } = await writeTimes(file);
  const { size } = statSync(file);
  console.log(
    `${PLANS} live plans of ${NODES} drains and ${MOVED} and more moved shards, ${2 * WRITES} writes of all of them`,
  );
  console.log(`${(size / 1024).toFixed(0)} KiB in the file, ${(size / 1024 / PLANS).toFixed(1)} KiB a plan`);
  const row = (name: string, times: readonly number[]) => [
    name,
    median(times).toFixed(2),
    Math.max(...times).toFixed(2),
  ];
  console.log(
    textTable(
      ['ms', 'median', 'max'],
      [
        row('event loop held at a stretch', holds),
        row('work of its thread in all', work),
        row('from the event until it is on disk', totals),
      ],
    ),
  );
  console.log(
    verdict(`held for less than ${TARGET_MS} ms`, `${median(holds).toFixed(2)} ms`, median(holds) < TARGET_MS),
  );
  const share = (100 * median(work)) / WRITE_EVERY_MS;
  console.log(
    `writes of steps, at most one a second: ${share.toFixed(1)} % of the thread where all plans change each second`,
  );
  const events = await eventTimes(join(folder, 'events'));
  const without = events.get('no journal') as number;
  console.log(`\n${ROUNDS} interleaved rounds of moves that start and end, of ${COPIES} controllers each`);
  console.log(
    textTable(
      ['', 'ns/event', 'x no journal'],
      [...events].map(([name, time]) => [name, time.toFixed(0), (time / without).toFixed(3)]),
    ),
  );
  for (const name of ['a journal, marked alone', 'a journal in a file']) {
    const ratio = (events.get(name) as number) / without;
    console.log(
      verdict(`${name}: at most ${TARGET_RATIO} of an event without`, ratio.toFixed(3), ratio <= TARGET_RATIO),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
