import { expect } from 'chai';
import fc from 'fast-check';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import type { Transition } from '../../../lib/ledger/transition.js';
import { ClusterSeries } from '../../../lib/metrics/cluster-series.js';
import { ClusterMetricProducer } from '../../../lib/metrics/producer.js';
import { PLAN_TIMES, STATES } from '../../../lib/semconv.js';
import { anyEvent } from '../../support/any-events.js';
import { producerSeriesBound } from '../../support/bound.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, maxLabelValues: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

describe('Ledger, under any sequence of events', () => {
  it('keeps its invariants', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEvent, { maxLength: 80 }), async (actions) => {
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
  const moving = [...ledger.plans.values()].reduce((sum, plan) => sum + plan.shardsMoving, 0);
  expect(ledger.slots.moving, 'slots that are taken').to.equal(moving);
  for (const plan of ledger.plans.values()) {
    expect(STATES).to.include(plan.state);
    expect(plan.shardsMoving).to.be.within(0, plan.live ? plan.shards : 0);
    expect(plan.shardsRemaining).to.be.within(0, plan.shards);
    expect(plan.drains.size).to.be.at.most(LIMITS.maxNodes);
    for (const drain of plan.drains.values()) expect(drain.remaining).to.be.within(0, drain.shards);
    for (const time of PLAN_TIMES) expect(plan.seconds(time, now)).to.be.at.least(0);
    expect(plan.seconds('work', now)).to.be.within(plan.seconds('held', now), plan.seconds('total', now));
    expect(plan.heldReasons(now).length > 0, 'is held').to.equal(plan.heldSince(now) !== undefined);
    const off = [...plan.drains.values()].reduce((sum, drain) => sum + drain.moving, 0);
    expect(off).to.be.at.most(plan.shardsMoving);
  }
}

async function expectBoundedSeries(ledger: Ledger, producer: ClusterMetricProducer): Promise<void> {
  const { resourceMetrics } = await producer.collect();
  const points = resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
    metrics.flatMap((metric) => metric.dataPoints.map((point) => ({ name: metric.descriptor.name, ...point }))),
  );
  const isShown = (id: string) => points.some(({ attributes }) => attributes['plan_id'] === id);
  const shown = [...ledger.plans.values()].filter(({ id }) => isShown(id));
  const leads = ledger.leading !== false && ledger.decommissionedAt === undefined;
  expect(shown.length).to.equal(leads ? Math.min(ledger.plans.size, LIMITS.maxPlans) : 0);
  expect(isShown('_OTHER')).to.equal(leads && ledger.plans.size > LIMITS.maxPlans);
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
  expect(perPlan.length, 'one state a plan and one of the controller').to.equal(leads ? shown.length + 1 : 0);
}
