import { expect } from 'chai';
import fc from 'fast-check';
import type { RebalanceEventName } from '../../../lib/contract/events.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import type { Transition } from '../../../lib/ledger/transition.js';
import { ClusterSeries } from '../../../lib/metrics/cluster-series.js';
import { ClusterMetricProducer } from '../../../lib/metrics/producer.js';
import { APPROVAL_MODES, DECISIONS, OUTCOMES, PLAN_TIMES, STATES } from '../../../lib/semconv.js';
import { producerSeriesBound } from '../../support/bound.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, maxLabelValues: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

/** One of them much more often than the others, so that events meet. */
const mostly = (first: string, ...others: string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const planId = mostly('p1', 'p2', 'p3', 'p4', 'p5', '_OTHER', '__proto__');
const node = mostly('n1', 'n2', 'n3', 'n4', '_OTHER');
const shard = mostly('s1', 's2', 's3', 's4');
const count = fc.oneof({ weight: 9, arbitrary: fc.nat(6) }, fc.constantFrom(-1, Number.NaN, 1e9));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const ended = {
  outcome: fc.constantFrom(...OUTCOMES),
  errorType: maybe(fc.constantFrom('timeout', 'io', 'a', 'b', 'free text')),
};
const payloads: Record<RebalanceEventName, fc.Arbitrary<object>> = {
  stateChanged: fc.record({ planId: maybe(planId), to: fc.constantFrom(...STATES, 'nonsense') }),
  planCreated: fc.record({
    planId,
    shards: maybe(count),
    shardsRemaining: maybe(count),
    state: maybe(fc.constantFrom(...STATES)),
    approvalMode: fc.constantFrom(...APPROVAL_MODES),
  }),
  approvalRequested: fc.record({ planId }),
  approvalDecided: fc.record({ planId, decision: fc.constantFrom(...DECISIONS) }),
  drainStarted: fc.record({ planId, node, shards: count }),
  drainProgressed: fc.record({ planId, node, shardsRemaining: count, shards: maybe(count) }),
  drainFinished: fc.record({ planId, node, ...ended }),
  moveStarted: fc.record({ planId, shard, source: node }),
  moveFinished: fc.record({ planId, shard, ...ended }),
  planFinished: fc.record({ planId, ...ended }),
  ownershipChanged: fc.record({ nodes: fc.dictionary(node, count), complete: fc.boolean() }),
  policyChanged: fc.record({ maxConcurrentMoves: count }),
  guardrailTripped: fc.record({ planId: maybe(planId), guardrail: fc.constantFrom('a', 'b', 'c', 'd', 'e e') }),
  guardrailCleared: fc.record({ planId: maybe(planId), guardrail: fc.constantFrom('a', 'b', 'c', 'd') }),
  paused: fc.constant({}),
  resumed: fc.constant({}),
  heartbeat: fc.constant({}),
};
/** An event, after the clock has moved or jumped by so many seconds. */
const action = fc.constantFrom(...(Object.keys(payloads) as RebalanceEventName[])).chain((event) =>
  fc.record({
    event: fc.constant(event),
    payload: payloads[event],
    seconds: fc.oneof({ weight: 8, arbitrary: fc.nat(300) }, fc.constantFrom(-7_200, 2_000, 1e6)),
    ownTime: maybe(fc.integer({ min: -500, max: 500 })),
  }),
);

describe('Ledger, under any sequence of events', () => {
  it('keeps its invariants', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
        const clock = new TestClock();
        const opened = new Map<object, number>();
        const closed = new Map<object, number>();
        const tally = (counts: Map<object, number>, step: object) => counts.set(step, (counts.get(step) ?? 0) + 1);
        const observe = (transition: Transition) => {
          if ('seconds' in transition && transition.seconds !== undefined) expect(transition.seconds).to.be.at.least(0);
          switch (transition.type) {
            case 'drainOpened':
              return tally(opened, transition.drain);
            case 'drainClosed':
              return tally(closed, transition.drain);
            case 'moveOpened':
              return tally(opened, transition.move);
            case 'moveClosed':
              return tally(closed, transition.move);
            case 'planOpened':
              return tally(opened, transition.plan);
            case 'planClosed':
              return tally(closed, transition.plan);
          }
          return undefined;
        };
        const read = new PayloadReader();
        const producer = new ClusterMetricProducer();
        const ledger: Ledger = new Ledger(
          LIMITS,
          (transition) => {
            observe(transition);
            series.record(transition, clock.now);
          },
          () => {},
        );
        const source = {
          namespace: 'n',
          cluster: 'c',
          ledger,
          clock: clock.read,
          retire: clock.read,
          traceId: () => '',
        };
        const series = new ClusterSeries(source, { ...LIMITS, zeroForMillis: 0 }, clock.now);
        producer.add(series);
        for (const { event, payload, seconds, ownTime } of actions) {
          clock.advance(seconds);
          const time = ownTime === undefined ? undefined : clock.now + ownTime * 1_000;
          const fact = parseEvent(read, event, { ...payload, time }, clock.now);
          if (fact !== undefined) ledger.apply(fact, clock.now);
          expectInvariants(ledger, clock.now);
        }
        for (const [step, times] of closed) {
          expect(times).to.equal(1);
          expect(opened.get(step)).to.equal(1);
        }
        await expectBoundedSeries(ledger, producer);
      }),
      { numRuns: 1_000 },
    );
  });
});

function expectInvariants(ledger: Ledger, now: number): void {
  expect(STATES).to.include(ledger.state);
  const ended = [...ledger.plans.values()].filter((plan) => !plan.live);
  if (ended.length > 0) expect(ledger.plans.size).to.be.at.most(LIMITS.maxPlans);
  expect(ledger.ownership.nodes.size).to.be.at.most(LIMITS.maxNodes);
  for (const plan of ledger.plans.values()) {
    expect(STATES).to.include(plan.state);
    expect(plan.shardsMoving).to.be.within(0, plan.live ? plan.shards : 0);
    expect(plan.shardsRemaining).to.be.within(0, plan.shards);
    expect(plan.drains.size).to.be.at.most(LIMITS.maxNodes);
    for (const drain of plan.drains.values()) expect(drain.remaining).to.be.within(0, drain.shards);
    for (const time of PLAN_TIMES) expect(plan.seconds(time, now)).to.be.at.least(0);
    expect(plan.seconds('work', now)).to.be.within(plan.seconds('held', now), plan.seconds('total', now));
    expect(plan.heldReasons(now).length > 0, 'is held').to.equal(plan.heldSince(now) !== undefined);
    const moving = [...plan.drains.values()].reduce((sum, drain) => sum + drain.moving, 0);
    if (plan.live) expect(moving).to.be.at.most(plan.shardsMoving);
  }
}

async function expectBoundedSeries(ledger: Ledger, producer: ClusterMetricProducer): Promise<void> {
  const { resourceMetrics } = await producer.collect();
  const points = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap((metric) => metric.dataPoints.map((point) => ({ name: metric.descriptor.name, ...point }))),
  );
  const isShown = (id: string) => points.some(({ attributes }) => attributes['plan_id'] === id);
  const shown = [...ledger.plans.values()].filter(({ id }) => isShown(id));
  expect(shown.length).to.equal(Math.min(ledger.plans.size, LIMITS.maxPlans));
  expect(isShown('_OTHER')).to.equal(ledger.plans.size > LIMITS.maxPlans);
  const drains = shown.reduce((sum, plan) => sum + plan.drains.size, 0);
  const bound = producerSeriesBound({
    plans: shown.length,
    drains,
    nodes: LIMITS.maxNodes,
    labelValues: LIMITS.maxLabelValues,
  });
  expect(points.length).to.be.at.most(bound);
  const series = points.map(({ name, attributes }) => JSON.stringify([name, attributes]));
  expect(new Set(series).size, 'a series twice').to.equal(series.length);
  const states = points.filter(({ name, value }) => name === 'mesh_rebalance_state' && value === 1);
  const perPlan = states.filter(({ attributes }) => attributes['plan_id'] !== '_OTHER');
  expect(perPlan.length, 'one state a plan and one of the controller').to.equal(shown.length + 1);
}
