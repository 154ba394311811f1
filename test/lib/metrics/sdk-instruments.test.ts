import { createRequire } from 'node:module';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  AggregationType,
  createDenyListAttributesProcessor,
  MeterProvider,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from '../../../lib/index.js';
import { PHASE_DURATION_BOUNDS, SCOPE_NAME } from '../../../lib/semconv.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { parseExposition, sampleValue, select } from '../../support/exposition.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

const PACKAGE = 'opentelemetry-instrumentation-mesh-rebalance';

describe('the meters', () => {
  it('export every counter at 0 as soon as a controller is instrumented', async () => {
    const sdk = new TestSdk();
    instrument(new TestController(), sdk.options);
    const samples = await sdk.scrape();
    for (const [name, count] of [
      ['plans_finished_total', 3],
      ['moves_total', 3],
      ['invalid_events_total', 11],
    ] as const) {
      const series = select(samples, `mesh_rebalance_${name}`);
      expect(
        series.map(({ value }) => value),
        name,
      ).to.deep.equal(Array(count).fill(0));
    }
  });

  it('observe each finished approval, drain, move and plan once, in buckets up to 48 h', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    instrument(controller, { ...sdk.options, clock: clock.read });
    for (const planId of ['plan-1', 'plan-2']) beginPlan(controller, planId);
    clock.advance(7 * 3_600);
    for (const planId of ['plan-1', 'plan-2']) completePlan(controller, planId);
    clock.advance(60);
    const samples = await sdk.scrape();
    const name = 'mesh_rebalance_phase_duration_seconds';
    for (const [phase, outcome, seconds] of [
      ['approval', 'approved', 0],
      ['drain', 'completed', 25_200],
      ['move', 'completed', 25_200],
      ['total', 'completed', 25_200],
    ] as const) {
      expect(sampleValue(samples, `${name}_count`, { phase, outcome }), phase).to.equal(2);
      expect(sampleValue(samples, `${name}_sum`, { phase, outcome }), phase).to.equal(2 * seconds);
    }
    const bounds = select(samples, `${name}_bucket`, { phase: 'total' }).map(({ labels }) => labels['le']);
    expect(bounds).to.deep.equal([...PHASE_DURATION_BOUNDS.map(String), '+Inf']);
    const within8h = { phase: 'total', le: '28800' };
    expect(sampleValue(samples, `${name}_bucket`, within8h)).to.equal(2);
    expect(sampleValue(samples, `${name}_bucket`, { ...within8h, le: '14400' })).to.equal(0);
  });

  it('show what a phase took at 0 for `zeroForMillis` from its first end, and at its true value from `disable()` on', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    const handle = instrument(controller, { ...sdk.options, clock: clock.read });
    const name = 'mesh_rebalance_phase_duration_seconds';
    const moves = async () =>
      ['count', 'sum', 'bucket'].map((part) => {
        const labels = part === 'bucket' ? { phase: 'move', le: '15' } : { phase: 'move' };
        return [part, select(samples, `${name}_${part}`, labels).map(({ value }) => value)];
      });
    let samples = await sdk.scrape();
    expect(select(samples, `${name}_count`)).to.deep.equal([]);
    beginPlan(controller);
    clock.advance(10);
    completePlan(controller);
    for (const [seconds, value, sum] of [
      [0, 0, 0],
      [59, 0, 0],
      [1, 1, 10],
    ] as const) {
      clock.advance(seconds);
      samples = await sdk.scrape();
      expect(await moves()).to.deep.equal([
        ['count', [value]],
        ['sum', [sum]],
        ['bucket', [value]],
      ]);
    }
    beginPlan(controller, 'plan-2');
    clock.advance(20);
    controller.tell('planFinished', { planId: 'plan-2', outcome: 'cancelled' });
    handle.disable();
    samples = await sdk.scrape();
    expect(sampleValue(samples, `${name}_sum`, { phase: 'total', outcome: 'cancelled' })).to.equal(20);
  });

  it('count the controllers of a cluster together, one after the other and of both builds too, for each reader', async () => {
    const readers = [1, 2].map(() => new PrometheusExporter({ preventServerStart: true }));
    const meterProvider = new MeterProvider({ readers });
    const counts = () =>
      Promise.all(
        readers.map(async (reader) => {
          const { resourceMetrics } = await reader.collect();
          const text = new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics);
          const samples = parseExposition(text);
          return ['moves', 'plans_finished'].map((name) =>
            sampleValue(samples, `mesh_rebalance_${name}_total`, { cluster: 'eu-1', outcome: 'completed' }),
          );
        }),
      );
    const builds = [await import(PACKAGE), createRequire(import.meta.url)(PACKAGE)] as {
      instrument: typeof instrument;
    }[];
    expect(builds[0]?.instrument).to.not.equal(builds[1]?.instrument);
    for (const [index, build] of [...builds, ...builds].entries()) {
      const controller = new TestController('payments', 'eu-1');
      const metricProducer = createRebalanceMetricProducer();
      const handle = build.instrument(controller, { meterProvider, metricProducer });
      beginPlan(controller);
      completePlan(controller);
      // Of two of them both go on, and the last export after `disable()` has everything.
      if (index % 2 === 1) handle.disable();
      const [first] = await counts();
      expect(first).to.deep.equal([index + 1, index + 1]);
      expect(await counts()).to.deep.equal([first, first]);
    }
  });

  it('survive an SDK that is registered after the controller was instrumented', async () => {
    const controller = new TestController('late', 'sdk');
    const metricProducer = createRebalanceMetricProducer();
    const handle = instrument(controller, { metricProducer });
    beginPlan(controller);
    const reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [metricProducer] });
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    try {
      const scrape = async () => {
        const { resourceMetrics } = await reader.collect();
        return parseExposition(
          new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics),
        );
      };
      // Collecting makes no instrument; the next event or the timer does.
      expect(select(await scrape(), 'mesh_rebalance_plans_finished_total')).to.deep.equal([]);
      controller.tell('heartbeat', undefined);
      const zero = await scrape();
      expect(sampleValue(zero, 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(0);
      expect(sampleValue(zero, 'mesh_rebalance_shards_moving', { plan_id: 'plan-1' })).to.equal(1);
      completePlan(controller);
      const one = await scrape();
      expect(sampleValue(one, 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(1);
    } finally {
      metrics.disable();
      handle.disable();
    }
  });

  it('warn near the limit of the SDK, and hold 300 clusters in one process with the view they name', async () => {
    const views = [{ meterName: SCOPE_NAME, aggregationCardinalityLimit: 20_000 }];
    for (const sdk of [new TestSdk(), new TestSdk({ views })]) {
      const messages = await diagMessages(() => {
        for (let i = 0; i < 600; i += 1) {
          const controller = new TestController('payments', `cluster-${i >> 1}`);
          instrument(controller, sdk.options);
        }
      });
      expect(messages.filter((message) => message.includes('aggregationCardinalityLimit'))).to.have.length(1);
      const counts = select(await sdk.scrape(), 'mesh_rebalance_invalid_events_total');
      const overflowed = counts.some(({ labels }) => 'otel_metric_overflow' in labels);
      if (sdk.views.length === 0) expect(overflowed).to.equal(true);
      else expect(counts).to.have.length(300 * 11);
    }
  });

  it('alone are reached by a View: one that drops `cluster` hides a cluster, and none reaches the producer', async () => {
    const views: ViewOptions[] = [
      { meterName: SCOPE_NAME, attributesProcessors: [createDenyListAttributesProcessor(['cluster'])] },
      { instrumentName: 'mesh_rebalance_shards_moving', aggregation: { type: AggregationType.DROP } },
    ];
    const sdk = new TestSdk({ views });
    for (const cluster of ['eu-1', 'eu-2']) {
      const controller = new TestController('payments', cluster);
      instrument(controller, sdk.options);
      beginPlan(controller, cluster);
      completePlan(controller, cluster);
    }
    const samples = await sdk.scrape();
    const moves = select(samples, 'mesh_rebalance_moves_total', { outcome: 'completed' });
    // The SDK keeps the set that it sees last, where it should add them up.
    expect(moves).to.deep.equal([
      { name: 'mesh_rebalance_moves_total', labels: { namespace: 'payments', outcome: 'completed' }, value: 1 },
    ]);
    const moving = select(samples, 'mesh_rebalance_shards_moving');
    expect(moving.map(({ labels }) => labels['cluster'])).to.deep.equal(['eu-1', 'eu-2']);
  });
});
