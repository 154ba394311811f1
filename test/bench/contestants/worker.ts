import { setImmediate } from 'node:timers/promises';
import { BenchController } from '../bench-controller.js';
import { collectGarbage } from '../garbage.js';
import { WORKLOADS, type Workload, type WorkloadName } from '../workloads.js';
import { CONTESTANTS, type ContestantName } from './all.js';
import type { Attach } from './contestant.js';

/*
 * The process of one contestant. Each has its own: what V8 learns about the emitter and the heap from one contestant
 * would otherwise fall on the others, and the one without an SDK must not see the others' SDKs.
 */

export interface RoundRequest {
  readonly workload: WorkloadName;
  readonly batches: number;
}
export interface RoundReply {
  readonly nanosecondsPerEvent: number;
  /** Allocated, where the process has a young generation that holds all of it. */
  readonly bytesPerEvent: number;
}

/** Fifty plans: often enough that no hand-made instrument reaches the SDK's limit of 2,000 sets per collection. */
const BATCHES_PER_COLLECTION = 10;

async function round(attach: Attach, workload: Workload, batches: number): Promise<RoundReply> {
  collectGarbage();
  const controller = new BenchController();
  const contestant = attach(controller);
  let milliseconds = 0;
  let bytes = 0;
  for (let batch = 0; batch < batches; ) {
    const before = process.memoryUsage().heapUsed;
    const startedAt = performance.now();
    for (let i = 0; i < BATCHES_PER_COLLECTION && batch < batches; i += 1, batch += 1) {
      workload.emitBatch(controller, batch);
      await setImmediate();
    }
    milliseconds += performance.now() - startedAt;
    bytes += process.memoryUsage().heapUsed - before;
    await contestant.collect();
  }
  await contestant.verify(batches * workload.movesPerBatch);
  await contestant.detach();
  const events = batches * workload.eventsPerBatch;
  return { nanosecondsPerEvent: (milliseconds * 1e6) / events, bytesPerEvent: bytes / events };
}

const contestant = process.argv[2] as ContestantName;
process.on('message', async ({ workload, batches }: RoundRequest) => {
  process.send?.(await round(CONTESTANTS[contestant], WORKLOADS[workload], batches));
});
