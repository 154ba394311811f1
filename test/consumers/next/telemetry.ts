import { metrics } from '@opentelemetry/api';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

const exporter = rebalancePrometheusExporter({ port: Number(process.env.METRICS_PORT) });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [exporter] }));
