import { createRequire } from 'node:module';
import { instrument, rebalanceMetricProducer } from 'opentelemetry-instrumentation-mesh-rebalance';

const required = createRequire(import.meta.url)('opentelemetry-instrumentation-mesh-rebalance');
console.log(required.instrument !== instrument, required.rebalanceMetricProducer() === rebalanceMetricProducer());
