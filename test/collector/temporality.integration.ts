import { AggregationTemporalityPreference, OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { OtlpSink } from './support/otlp-sink.js';

const ROUNDS = 6;
const NEVER_MS = 2 ** 31 - 1;
/** Within it a series that nothing was added to is no longer shown, and none is exported. */
const EXPIRATION = '3s';

describe('a controller that sends deltas', function () {
  this.timeout(60_000);
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
    const producer = createRebalanceMetricProducer();
    const exporter = new OTLPMetricExporter({
      url: `${agent.http}/v1/metrics`,
      temporalityPreference: AggregationTemporalityPreference.DELTA,
    });
    const meterProvider = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': 'mesh-controller', 'service.instance.id': 'one' }),
      readers: [
        new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: NEVER_MS, metricProducers: [producer] }),
      ],
    });
    cleanup.add(() => meterProvider.shutdown());
    const controller = new TestController();
    // The histogram is at 0 first, longer than the gateway shows anything here.
    const handle = instrument(controller, { meterProvider, metricProducer: producer, zeroForMillis: 0 });
    cleanup.add(() => handle.disable());

    const shown = async (name: string, labels: Readonly<Record<string, string>> = {}) =>
      (await gateway.exposed()).find(
        (sample) =>
          sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
      )?.value;
    const totals = async () => ({
      plans: await shown(METRICS.plansFinished.name, { outcome: 'failed' }),
      moves: await shown(METRICS.moves.name, { outcome: 'completed' }),
      durations: await shown(`${METRICS.phaseDuration.name}_count`, { outcome: 'completed' }),
    });

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
