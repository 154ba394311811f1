import { ClusterMetricProducer, type RebalanceMetricProducer } from '../metrics/producer.js';
import { SCOPE_NAME } from '../otel/scope.js';
import type { RebalanceInstrumentation } from './handle.js';

/** What all loaded copies of this package share, ESM and CJS alike. */
interface Registry {
  readonly producer: ClusterMetricProducer;
  readonly handles: WeakMap<object, RebalanceInstrumentation>;
}

// The number changes with the shape of the registry, so that copies that do not fit each other stay apart.
const KEY = Symbol.for(`${SCOPE_NAME}/registry/1`);

export function registry(): Registry {
  const shared = globalThis as { [KEY]?: Registry };
  shared[KEY] ??= { producer: new ClusterMetricProducer(), handles: new WeakMap() };
  return shared[KEY];
}

/**
 * The process-wide producer, which every instrumented controller feeds unless told otherwise. Give it to each metric
 * reader: `new PrometheusExporter({ metricProducers: [rebalanceMetricProducer()] })`.
 */
export function rebalanceMetricProducer(): RebalanceMetricProducer {
  return registry().producer.want();
}

/** A producer of its own, for controllers that are exported apart from the rest of the process. */
export function createRebalanceMetricProducer(): RebalanceMetricProducer {
  return new ClusterMetricProducer().want();
}
