import { expect } from 'chai';
import { OWN_METRICS, type OwnMetric } from '../../collector/own-metrics.js';
import { Cleanup } from '../support/cleanup.js';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';
import { Collector, ENQUEUE_FAILED, REFUSED, SEND_FAILED } from './support/collector.js';
import { sendOne } from './support/otlp-request.js';
import { OtlpSink } from './support/otlp-sink.js';

/** Throws unless a Collector exposes the metrics, with a value of at least 1. */
async function checkExposed(collector: Collector, metrics: readonly OwnMetric[]): Promise<true> {
  const samples = await collector.ownMetrics();
  for (const metric of metrics) {
    const found = samples.filter(({ name }) => name === metric.name);
    expect(found, metric.name).to.not.be.empty;
    expect(Math.max(...found.map(({ value }) => value)), metric.name).to.be.at.least(1);
    for (const { labels } of found) expect(labels, metric.name).to.include.keys(...metric.labels);
  }
  return true;
}

const expectExposed = (collector: Collector, metrics: readonly OwnMetric[]) =>
  until(() => checkExposed(collector, metrics));

describe("the Collector's metrics about itself", () => {
  const cleanup = Cleanup.forEachTest();

  /** An agent whose gateway cannot be reached. */
  const startAgent = async (exporter: object, overrides: object = {}) => {
    const env = { COLLECTOR_GATEWAY: `127.0.0.1:${await freePort()}` };
    const changes = { exporters: { otlp_grpc: exporter }, ...overrides };
    return cleanup.use(Collector.start({ files: ['agent.yaml'], env, overrides: changes }));
  };

  it('tell how full a queue is', async () => {
    const collector = await startAgent({});
    await sendOne(collector.http);
    await expectExposed(collector, [OWN_METRICS.queueSize, OWN_METRICS.queueCapacity]);
  });

  it('count refusals from 0 on, and what exporters fail at from its first time on', async () => {
    const sink = await cleanup.use(OtlpSink.start());
    const env = { COLLECTOR_GATEWAY: sink.endpoint };
    const collector = await cleanup.use(Collector.start({ files: ['agent.yaml'], env }));
    await sendOne(collector.http);
    await until(async () => expect(await sink.logs()).to.not.be.empty);
    const samples = await collector.ownMetrics();
    for (const metric of Object.values<OwnMetric>(OWN_METRICS).filter(({ kind }) => kind === 'counter')) {
      const values = samples.filter(({ name }) => name === metric.name).map(({ value }) => value);
      expect(values, metric.name).to.deep.equal(metric.name.startsWith('otelcol_receiver') ? [0] : []);
    }
  });

  it('count what an exporter gives up', async () => {
    const collector = await startAgent({
      retry_on_failure: { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '20ms' },
    });
    await sendOne(collector.http);
    await expectExposed(collector, SEND_FAILED);
  });

  it('count what finds no room in a queue', async () => {
    const collector = await startAgent({
      sending_queue: { queue_size: 1, batch: { min_size: 0, max_size: 0, flush_timeout: '10ms' } },
    });
    await sendOne(collector.http).catch(() => undefined);
    await expectExposed(collector, ENQUEUE_FAILED);
  });

  it('count what a receiver refuses', async () => {
    // Less than the program itself needs: the limiter refuses everything.
    const collector = await startAgent(
      {},
      { processors: { memory_limiter: { limit_mib: 1, check_interval: '10ms' } } },
    );
    await until(async () => {
      // The first ones may come before the limiter has looked for the first time.
      await sendOne(collector.http).catch(() => undefined);
      return checkExposed(collector, REFUSED);
    });
  });
});
