import cluster from 'node:cluster';
import { EventEmitter, once } from 'node:events';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

const { FIRST_PORT = '9464', WORKERS = '4' } = process.env;

/** A slot has the same port for ever. The id of a worker grows with each one that takes the place of another. */
async function keepSlotFilled(slot) {
  for (;;) {
    const worker = cluster.fork({ OTEL_EXPORTER_PROMETHEUS_PORT: String(Number(FIRST_PORT) + slot) });
    await once(worker, 'exit');
  }
}

if (cluster.isPrimary) {
  for (let slot = 0; slot < Number(WORKERS); slot += 1) void keepSlotFilled(slot);
} else {
  const controller = Object.assign(new EventEmitter(), { namespace: 'payments', cluster: 'eu-1' });
  const meterProvider = new MeterProvider({ readers: [rebalancePrometheusExporter()] });
  instrument(controller, { meterProvider });
}
