import { EventEmitter } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { OWN_METRICS, type OwnMetric } from '../../collector/own-metrics.js';
import { Collector } from '../collector/support/collector.js';
import { sendOne } from '../collector/support/otlp-request.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import type { Setting, Surroundings } from './setting.js';

/** More than the SDK tells apart by default: three outcomes each, and it has room for 2,000. */
const CONTROLLERS_OF_A_CROWDED_PROCESS = 700;

const SIGNALS = ['traces', 'metrics', 'logs'];
const FAILED = [OWN_METRICS.sendFailedSpans, OWN_METRICS.sendFailedMetricPoints, OWN_METRICS.sendFailedLogRecords];

/** Faults on the way from a controller to Prometheus, by the name that a page calls them. */
export const DELIVERY_SETTINGS: Readonly<Record<string, () => Promise<Setting>>> = {
  'a scrape without honor_labels': scrapeWithoutHonorLabels,
  'a crowded process': crowdedProcess,
  'a Collector that is short of memory': () => collectorSetting({ env: { COLLECTOR_MEMORY_MIB: '1' } }, refuseOnce),
  'a Collector that gives up': () =>
    collectorSetting(
      { exporter: { retry_on_failure: { initial_interval: '10ms', max_interval: '20ms', max_elapsed_time: '20ms' } } },
      (collector) => sendUntilShown(collector, FAILED),
    ),
  'a Collector whose queue fills': () =>
    collectorSetting({ exporter: { sending_queue: { queue_size: 200 } } }, (collector) =>
      sendUntilShown(collector, [OWN_METRICS.queueSize]),
    ),
};

/** A setting in which time does not pass. */
function still(surroundings: Omit<Surroundings, 'passTime'>, close: () => Promise<unknown>): Setting {
  return {
    plans: [],
    answers: true,
    during: (use) =>
      use({
        ...surroundings,
        async passTime() {
          throw new Error('time does not pass in this setting');
        },
      }),
    async holds() {
      return undefined;
    },
    async close() {
      await close();
    },
  };
}

async function scrapeWithoutHonorLabels(): Promise<Setting> {
  const exporter = await serveControllers(1);
  const prometheus = await Prometheus.start({
    config: {
      scrape_configs: [
        {
          job_name: 'mesh-controller',
          scrape_interval: '1s',
          scrape_timeout: '1s',
          static_configs: [{ targets: [exporter.instance], labels: { namespace: 'monitoring' } }],
        },
      ],
    },
  });
  await until(async () => (await prometheus.query('mesh_rebalance_paused')).length > 0);
  return still(
    {
      environment: { JOB: 'mesh-controller', INSTANCE: exporter.instance, PROMETHEUS_URL: prometheus.url },
      addresses: [[exporter.instance, 'mesh-controller-1:9464']],
    },
    () => Promise.all([prometheus.stop(), exporter.close()]),
  );
}

async function crowdedProcess(): Promise<Setting> {
  const exporter = await serveControllers(CONTROLLERS_OF_A_CROWDED_PROCESS);
  return still({ environment: { INSTANCE: exporter.instance }, addresses: [] }, exporter.close);
}

/** `/metrics` of a process with so many controllers. */
async function serveControllers(count: number) {
  const port = await freePort();
  const metricProducer = createRebalanceMetricProducer();
  const reader = rebalancePrometheusExporter({ port, rebalanceProducer: metricProducer });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const handles = Array.from({ length: count }, (_, index) => {
    const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: `eu-${index + 1}` });
    const handle = instrument(controller, { meterProvider, metricProducer });
    controller.emit('heartbeat');
    return handle;
  });
  const instance = `127.0.0.1:${port}`;
  await until(async () => (await fetch(`http://${instance}/metrics`)).ok);
  return {
    port,
    instance,
    async close() {
      for (const handle of handles) handle.disable();
      await meterProvider.shutdown();
    },
  };
}

/** An agent whose gateway is away. */
async function collectorSetting(
  { env = {}, exporter = {} }: { env?: Record<string, string>; exporter?: object },
  bringIntoTrouble: (collector: Collector) => Promise<void>,
): Promise<Setting> {
  const port = await freePort();
  const collector = await Collector.start({
    files: ['agent.yaml'],
    env: { COLLECTOR_GATEWAY: `127.0.0.1:${port}`, ...env },
    overrides: { exporters: { otlp_grpc: exporter } },
  });
  await bringIntoTrouble(collector);
  return still(
    {
      environment: {
        INSTANCE: `127.0.0.1:${collector.ports.ownMetrics}`,
        HEALTH: `127.0.0.1:${collector.ports.health}`,
        RECEIVER: 'otlp',
        EXPORTER: 'otlp_grpc',
      },
      addresses: [
        [`server_address="127.0.0.1",server_port="${port}"`, 'server_address="gateway-1",server_port="4317"'],
      ],
    },
    () => collector.stop(),
  );
}

/** Sends each signal once, and waits until the metrics have a value above 0 for each of them. */
async function sendUntilShown(collector: Collector, metrics: readonly OwnMetric[]): Promise<void> {
  await sendOne(collector.http);
  await until(async () => {
    const samples = await collector.ownMetrics();
    const shown = samples.filter(({ name, value }) => value > 0 && metrics.some((metric) => metric.name === name));
    return shown.length === SIGNALS.length;
  });
}

/** Has each signal refused once. The memory limit holds from its first check on, which is a second after the start. */
async function refuseOnce(collector: Collector): Promise<void> {
  for (const signal of SIGNALS) {
    await until(() =>
      sendOne(collector.http, [signal]).then(
        () => undefined,
        () => true,
      ),
    );
  }
}
