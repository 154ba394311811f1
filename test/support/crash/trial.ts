import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '../../../examples/lab/random.js';
import { createRebalanceMetricProducer, instrument } from '../../../lib/index.js';
import { removeFolder, scratchFolder } from '../cleanup.js';
import { TestController } from '../controller.js';
import { end } from '../process.js';
import { MINUTE } from '../time.js';
import type { FromController, Point, ToController, WrittenSpan } from './messages.js';
import { pointsOf } from './points.js';
import { CrashWorld, type Fact, snapshotAfter } from './world.js';

const CONTROLLER = fileURLToPath(new URL('../../fixtures/crashing-controller.js', import.meta.url));
/** About as long as a plan takes. */
const KILLED_WITHIN_MS = 3_200;
/** A controller that has not answered by then does not mean to. */
const ANSWERS_WITHIN_MS = MINUTE;

/** What came of one plan whose controller was killed. */
export interface Trial {
  readonly killedAfterMs: number;
  readonly downMs: number;
  /** Time since the journal was last written when it was killed. */
  readonly unwrittenMs: number;
  /** False when it was killed between the creation of the plan and its first line in the journal. */
  readonly knewPlan: boolean;
  /** Series of the plan as the killed and restarted process shows them, and as one does that was never killed. */
  readonly killed: readonly Point[];
  readonly neverKilled: readonly Point[];
  readonly facts: readonly Fact[];
  readonly spans: readonly WrittenSpan[];
  readonly complaints: readonly string[];
}

/** Plays a plan, kills its controller at a moment of chance, restarts it, and looks when the plan has ended. */
export async function crashTrial(seed: number, hasSnapshot: boolean): Promise<Trial> {
  const random = new Random(seed);
  const folder = await scratchFolder('crash');
  const reference = new Reference();
  const controlled = new Controlled(folder);
  const world = new CrashWorld(random.fork(), (fact) => {
    reference.tell(fact);
    controlled.catchUp(world.facts);
  });
  try {
    await controlled.start();
    const ended = world.run();
    const killedAfterMs = random.between(0, KILLED_WITHIN_MS);
    await wait(killedAfterMs);
    const { unwrittenMs, knewPlan } = await controlled.kill();
    const killedAt = performance.now();
    await wait(random.between(20, 600));
    await controlled.start(hasSnapshot ? world.facts : undefined);
    const downMs = performance.now() - killedAt;
    controlled.catchUp(world.facts);
    await ended;
    const { points, complaints } = await controlled.collect();
    const spans = readFileSync(controlled.spans, 'utf8').trim().split('\n');
    return {
      killedAfterMs,
      downMs,
      unwrittenMs,
      knewPlan,
      killed: points,
      neverKilled: await reference.collect(),
      facts: world.facts,
      spans: spans.map((line) => JSON.parse(line) as WrittenSpan),
      complaints,
    };
  } finally {
    await controlled.stop();
    reference.end();
    await removeFolder(folder);
  }
}

/** The process that is never killed: this one. */
class Reference {
  readonly #controller = new TestController();
  readonly #producer = createRebalanceMetricProducer();
  readonly #handle = instrument(this.#controller, { metricProducer: this.#producer, zeroForMillis: 0 });

  tell({ event, payload }: Fact): void {
    this.#controller.tellRaw(event, payload);
  }

  collect(): Promise<Point[]> {
    return pointsOf(this.#producer);
  }

  end(): void {
    this.#handle.disable();
  }
}

/** The process that is killed, and what its store knows: which facts it has told of. */
class Controlled {
  readonly spans: string;
  readonly #journal: string;
  #process: ChildProcess | undefined;
  /** Facts of which it has told, as far as its store knows. */
  #told = 0;
  /** Facts that were sent to the process that runs; undefined until it has started. */
  #sent: number | undefined;

  constructor(folder: string) {
    this.spans = join(folder, 'spans');
    this.#journal = join(folder, 'journal');
  }

  /** @param facts from which the snapshot of its store is made, if it has one */
  async start(facts?: readonly Fact[]): Promise<void> {
    const child = fork(CONTROLLER);
    this.#process = child;
    child.on('message', (message: FromController) => {
      if (message.type === 'told') this.#told = Math.max(this.#told, message.count);
    });
    // What the last process has told may still become known.
    const told = this.#told;
    const snapshot = facts && snapshotAfter(facts.slice(0, told));
    const { spans } = this;
    child.send({ type: 'start', journal: this.#journal, spans, snapshot } satisfies ToController);
    await this.#answer(child, 'started');
    this.#sent = told;
  }

  /** Sends what the process has not heard of. */
  catchUp(facts: readonly Fact[]): void {
    const child = this.#process;
    if (child === undefined || this.#sent === undefined) return;
    for (const fact of facts.slice(this.#sent)) {
      child.send({ type: 'fact', fact, index: this.#sent } satisfies ToController);
      this.#sent += 1;
    }
  }

  /** @returns what the journal is then: how old, in milliseconds, and whether the plan is in it */
  async kill(): Promise<Pick<Trial, 'unwrittenMs' | 'knewPlan'>> {
    const killedAt = Date.now();
    await this.stop();
    const [header, ...lines] = readFileSync(this.#journal, 'utf8').trim().split('\n').map(parsed);
    return {
      unwrittenMs: killedAt - (header?.['writtenAt'] as number),
      knewPlan: lines.some((line) => 'plan' in line),
    };
  }

  /** Kills it, if it is there. */
  async stop(): Promise<void> {
    this.#sent = undefined;
    if (this.#process !== undefined) await end(this.#process, 'SIGKILL');
  }

  collect(): Promise<Extract<FromController, { type: 'collected' }>> {
    const child = this.#process as ChildProcess;
    child.send({ type: 'collect' } satisfies ToController);
    return this.#answer(child, 'collected');
  }

  async #answer<T extends FromController['type']>(
    child: ChildProcess,
    type: T,
  ): Promise<Extract<FromController, { type: T }>> {
    const options = { close: ['exit'], signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) };
    for await (const [message] of on(child, 'message', options) as AsyncIterable<[FromController]>) {
      if (message.type === type) return message as Extract<FromController, { type: T }>;
    }
    throw new Error(`the controller ended with ${child.exitCode ?? child.signalCode}`);
  }
}

function parsed(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}
