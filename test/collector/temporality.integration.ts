import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { expect } from 'chai';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { sampleValue } from '../support/exposition.js';
import { beginPlan, completePlan } from '../support/life.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { OtlpSink } from './support/otlp-sink.js';
import { pushedMetrics } from './support/pushed-metrics.js';

const ROUNDS = 6;
/** Within it a series that nothing was added to is no longer shown, and none is exported. */
const EXPIRATION = '3s';

describe('a controller that sends deltas', () => {
  const cleanup = Cleanup.forEachTest();

  it('has totals behind the gateway, of plans, of moves, and of durations', async () => {
    const store = await cleanup.use(OtlpSink.start());
    const gateway = await cleanup.use(
      Collector.start({
        files: ['gateway.yaml'],
        env: { COLLECTOR_TRACE_STORE: store.endpoint, COLLECTOR_METRIC_EXPIRATION: EXPIRATION },
      }),
    );
    const agent = await cleanup.use(
      Collector.start({ files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: gateway.grpc } }),
    );
    const exporter = new OTLPMetricExporter({
      url: `${agent.http}/v1/metrics`,
      temporalityPreference: AggregationTemporalityPreference.DELTA,
    });
    const { metricProducer, meterProvider } = pushedMetrics(exporter, 'one');
    cleanup.add(() => meterProvider.shutdown());
    const controller = new TestController();
    // The histogram is at 0 first, longer than the gateway shows anything here.
    const handle = instrument(controller, { meterProvider, metricProducer, zeroForMillis: 0 });
    cleanup.add(() => handle.disable());

    const totals = async () => {
      const samples = await gateway.exposed();
      const ofCompleted = { phase: 'total', outcome: 'completed' };
      return {
        plans: sampleValue(samples, METRICS.plansFinished.name, { outcome: 'failed' }),
        moves: sampleValue(samples, METRICS.moves.name, { outcome: 'completed' }),
        durations: sampleValue(samples, `${METRICS.phaseDuration.name}_count`, ofCompleted),
      };
    };

    for (let round = 1; round <= ROUNDS; round += 1) {
      const bad = `bad-${round}`;
      const good = `good-${round}`;
      beginPlan(controller, bad);
      controller.tell('planFinished', { planId: bad, outcome: 'failed', errorType: 'timeout' });
      beginPlan(controller, good);
      completePlan(controller, good);
      await meterProvider.forceFlush();
      await until(async () => expect(await totals()).to.deep.equal({ plans: round, moves: round, durations: round }));
      // Longer apart than an export: the next delta comes when the gateway shows nothing of the last.
      if (round === ROUNDS - 1) await until(async () => expect((await totals()).plans).to.equal(undefined));
    }
    expect(gateway.complaints).to.deep.equal([]);
  });
});
