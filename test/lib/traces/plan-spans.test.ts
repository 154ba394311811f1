import { expect } from 'chai';
import type { RebalanceEventName } from '../../../lib/index.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import type { Plan } from '../../../lib/ledger/plan.js';
import { PlanSpans } from '../../../lib/traces/plan-spans.js';
import type { SavedTrace } from '../../../lib/traces/saved-trace.js';
import { TestSdk } from '../../support/sdk.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, retentionMillis: 900_000, holdForMillis: 600_000 };
const TIMEOUT = 60_000;

/** A ledger and the spans of its plans. */
class World {
  now = Date.UTC(2026, 0, 1);
  readonly spans = this.#newSpans();
  readonly #ledger = new Ledger(
    LIMITS,
    (transition) => void this.spans.record(transition, this.now),
    () => {},
  );

  tell(event: RebalanceEventName, payload: object): void {
    const parsed = parseEvent(new PayloadReader(), event, { planId: 'p', ...payload }, this.now);
    if (parsed !== undefined) this.#ledger.apply(parsed, this.now);
  }

  get plan(): Plan {
    return this.#ledger.plans.get('p') as Plan;
  }

  get nextOverdue(): number {
    return this.spans.closeOverdue(this.now, TIMEOUT, () => {});
  }

  /** The spans of another process that has read this. */
  load(saved: SavedTrace): PlanSpans {
    const spans = this.#newSpans();
    spans.load(this.plan, saved, false);
    return spans;
  }

  #newSpans(): PlanSpans {
    const { tracerProvider } = new TestSdk();
    return new PlanSpans('payments', 'eu-1', { tracerProvider, maxSpansPerPlan: 9, spanEvents: false });
  }
}

describe('the spans of plans', () => {
  it('say when the next step is overdue, also of those that another process has begun', () => {
    const world = new World();
    expect(world.nextOverdue).to.equal(Number.POSITIVE_INFINITY);
    const { now } = world;
    world.tell('drainStarted', { node: 'a', shards: 1 });
    world.now += 10_000;
    world.tell('moveStarted', { shard: 's' });
    expect(world.nextOverdue).to.equal(now + TIMEOUT);
    const saved = world.spans.save(world.plan) as SavedTrace;
    expect(world.load(saved).closeOverdue(world.now, TIMEOUT, () => {})).to.equal(now + TIMEOUT);
    world.tell('drainFinished', { node: 'a', outcome: 'completed' });
    expect(world.nextOverdue).to.equal(now + 10_000 + TIMEOUT);
    world.tell('moveFinished', { shard: 's', outcome: 'completed' });
    expect(world.nextOverdue).to.equal(Number.POSITIVE_INFINITY);
  });

  it('take nothing over of a step that is not open, and of a trace that has no id', () => {
    const world = new World();
    world.tell('drainStarted', { node: 'ended', shards: 1 });
    world.tell('drainFinished', { node: 'ended', outcome: 'completed' });
    world.tell('moveStarted', { shard: 'ended' });
    world.tell('moveFinished', { shard: 'ended', outcome: 'completed' });
    const saved = world.spans.save(world.plan) as SavedTrace;
    const step = { startedAt: 0, seenAt: 0, spanId: 'b7ad6b7169203331', moves: 0, dropped: 0, exported: false };
    const steps = [
      { ...step, kind: 'approval', of: undefined },
      ...(['drain', 'move'] as const).flatMap((kind) => ['ended', 'unknown'].map((of) => ({ ...step, kind, of }))),
    ] as SavedTrace['steps'];
    expect(world.load({ ...saved, steps }).save(world.plan)).to.deep.equal(saved);
    expect(world.load({ ...saved, traceparent: 'none', steps }).save(world.plan)).to.equal(undefined);
  });
});
