import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { expect } from 'chai';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { Prometheus } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { OtlpSink } from './support/otlp-sink.js';
import { pushedMetrics } from './support/pushed-metrics.js';

type ExportResult = Parameters<Parameters<OTLPMetricExporter['export']>[1]>[0];

/** A clock that is so many minutes ahead, and whether its samples are taken and found at present. */
type Clock = readonly [ahead: number, isTaken: boolean, isFound: boolean];
const IN_3: readonly Clock[] = [
  [0, true, true],
  [-20, true, false],
  [20, false, false],
  [-1_440, false, false],
  [1_440, false, false],
];
/** Takes everything, and does not find it either. */
const IN_2 = IN_3.map(([ahead, , isFound]): Clock => [ahead, true, isFound]);

describe('a controller with a wrong clock, where samples carry its own time', () => {
  const cleanup = Cleanup.forEachTest();

  /** Exports the metrics of a cluster once. Returns the status of a refusal. */
  const exportOnce = async (url: string, cluster: string, ahead: number): Promise<number | undefined> => {
    const exporter = new OTLPMetricExporter({ url });
    const { metricProducer, reader, meterProvider } = pushedMetrics(exporter, cluster);
    const controller = new TestController('payments', cluster);
    const clock = () => Date.now() + ahead * MINUTE;
    const handle = instrument(controller, { clock, metricProducer, meterProvider });
    controller.tell('heartbeat', undefined);
    const { resourceMetrics } = await reader.collect();
    const { error } = await new Promise<ExportResult>((resolve) => exporter.export(resourceMetrics, resolve));
    handle.disable();
    await meterProvider.shutdown().catch(() => undefined);
    return error === undefined ? undefined : (error as Error & { code: number }).code;
  };

  const isFound = async (prometheus: Prometheus, cluster: string): Promise<boolean> =>
    (await prometheus.query(`${METRICS.clock.name}{cluster="${cluster}"}`)).length > 0;

  it('Prometheus refuses over OTLP what is 20 minutes ahead or a day off, and does not find what is behind', async () => {
    const prometheus = await cleanup.use(Prometheus.start({ release: '3', receives: true }));
    for (const [index, [ahead, isTaken, isFoundNow]] of IN_3.entries()) {
      const cluster = `eu-${index}`;
      expect(await exportOnce(prometheus.otlpMetricsUrl, cluster, ahead), `${ahead} min`).to.equal(
        isTaken ? undefined : 400,
      );
      expect(await isFound(prometheus, cluster), `${ahead} min`).to.equal(isFoundNow);
    }
  });

  for (const [release, clocks] of [
    ['2', IN_2],
    ['3', IN_3],
  ] as const) {
    it(`remote write to Prometheus ${release} takes and refuses as much`, async () => {
      const prometheus = await cleanup.use(Prometheus.start({ release, receives: true }));
      const store = await cleanup.use(OtlpSink.start());
      const gateway = await cleanup.use(
        Collector.start({
          files: ['gateway.yaml', 'overlays/remote-write.yaml'],
          env: { COLLECTOR_TRACE_STORE: store.endpoint, COLLECTOR_REMOTE_WRITE: prometheus.remoteWriteUrl },
        }),
      );
      const url = `${gateway.http}/v1/metrics`;
      for (const [index, [ahead, isTaken, isFoundNow]] of clocks.entries()) {
        const cluster = `eu-${index}`;
        const status = await exportOnce(url, cluster, ahead);
        expect(status === undefined, `${ahead} min: ${status}`).to.equal(isTaken);
        expect(await isFound(prometheus, cluster), `${ahead} min`).to.equal(isFoundNow);
      }
      if (release === '3') await until(() => expect(gateway.log).to.match(/400/));
    });
  }
});
