import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { createRebalanceMetricProducer, instrument, type Journal } from '../../lib/index.js';
import { fileJournal } from '../../lib/journal.js';
import { BenchController } from './bench-controller.js';
import { collectGarbage } from './garbage.js';
import { longestHold } from './longest-hold.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';

const PLANS = 100;
const NODES = 4;
const MOVED = 200;
const WRITES = quick ? 5 : 30;
const TARGET_MS = 5;
const ROUNDS = quick ? 20 : 200;
const TARGET_RATIO = 1.05;

/** A journal that can be waited for. */
class WatchedJournal implements Journal {
  readonly #journal: Journal;
  writes = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  read(): string | undefined {
    return this.#journal.read();
  }

  async write(text: string): Promise<void> {
    await this.#journal.write(text);
    this.writes += 1;
  }
}

/** Live plans that have moved most of their shards: everything that a journal keeps of them. */
function livePlansOf(journal: Journal | undefined): { controller: BenchController; disable(): void } {
  const controller = new BenchController();
  const handle = instrument(controller, { metricProducer: createRebalanceMetricProducer(), journal });
  for (let plan = 0; plan < PLANS; plan += 1) {
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

async function writeTimes(file: string): Promise<{ holds: number[]; totals: number[] }> {
  const journal = new WatchedJournal(fileJournal(file));
  const { controller, disable } = livePlansOf(journal);
  const holds: number[] = [];
  const totals: number[] = [];
  // The first writes are those of the plans' beginning.
  await wait(2_000);
  collectGarbage();
  for (let write = 0; write < WRITES; write += 1) {
    for (let plan = 0; plan < PLANS; plan += 1) move(controller, `plan-${plan}`, MOVED + write);
    // Urgent, so that the write begins at the next turn and not a second later.
    controller.emit('approvalDecided', { planId: 'plan-0', decision: 'approved' });
    controller.emit('planCreated', { planId: `late-${write}` });
    controller.emit('planFinished', { planId: `late-${write}`, outcome: 'cancelled' });
    const before = journal.writes;
    const { hold, total } = await longestHold(async () => {
      while (journal.writes === before) await nextTurn();
    });
    holds.push(hold);
    totals.push(total);
  }
  disable();
  await wait(100);
  return { holds, totals };
}

/** Nanoseconds that an event takes its emitter, with a journal and without. */
async function eventTimes(file: string): Promise<{ without: number; with: number }> {
  const contestants = [livePlansOf(undefined), livePlansOf(fileJournal(file))];
  const times: [number[], number[]] = [[], []];
  await wait(2_000);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) {
      const startedAt = performance.now();
      for (let plan = 0; plan < PLANS; plan += 1) {
        for (let shard = 0; shard < 10; shard += 1)
          move((contestants[index] as { controller: BenchController }).controller, `plan-${plan}`, shard);
      }
      times[index as 0 | 1].push(((performance.now() - startedAt) * 1e6) / (PLANS * 10 * 2));
      await nextTurn();
    }
  }
  for (const { disable } of contestants) disable();
  await wait(100);
  return { without: median(times[0]), with: median(times[1]) };
}

const folder = mkdtempSync(join(tmpdir(), 'journal-bench-'));
try {
  const file = join(folder, 'journal');
  const { holds, totals } = await writeTimes(file);
  const { size } = statSync(file);
  console.log(
    `${PLANS} live plans of ${NODES} drains and ${MOVED} and more moved shards, ${WRITES} writes of all of them`,
  );
  console.log(`${(size / 1024).toFixed(0)} KiB in the file, ${(size / 1024 / PLANS).toFixed(1)} KiB a plan`);
  console.log(
    textTable(
      ['ms', 'median', 'max'],
      [
        ['event loop held at a stretch', median(holds).toFixed(2), Math.max(...holds).toFixed(2)],
        ['from the event until it is on disk', median(totals).toFixed(2), Math.max(...totals).toFixed(2)],
      ],
    ),
  );
  console.log(
    verdict(`held for less than ${TARGET_MS} ms`, `${median(holds).toFixed(2)} ms`, median(holds) < TARGET_MS),
  );
  const events = await eventTimes(join(folder, 'events'));
  const ratio = events.with / events.without;
  console.log(`\nns/event with a journal ${events.with.toFixed(0)}, without ${events.without.toFixed(0)}`);
  console.log(verdict(`at most ${TARGET_RATIO} of an event without`, ratio.toFixed(3), ratio <= TARGET_RATIO));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
