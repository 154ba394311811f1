import { ClusterMetricProducer, type RebalanceMetricProducer } from '../metrics/producer.js';
import { SharedCounts } from '../metrics/provider-counts.js';
import { SCOPE_NAME } from '../otel/scope.js';
import type { RebalanceHandle } from './handle.js';
import type { RebalanceInstrumentationOptions } from './options.js';

/** A handle as `instrument` finds it again, which another loaded copy of this package may have made. */
export interface RegisteredHandle extends RebalanceHandle {
  /** Tells once that these options are not used, where they differ. */
  again(options: RebalanceInstrumentationOptions): void;
}

/** State that all loaded copies of this package share, ESM and CJS alike. */
interface Registry {
  readonly producer: ClusterMetricProducer;
  readonly counts: SharedCounts;
  readonly handles: WeakMap<object, RegisteredHandle>;
}

// The number changes with the shape of the registry, so that copies that do not fit each other stay apart.
const KEY = Symbol.for(`${SCOPE_NAME}/registry/6`);

export function registry(): Registry {
  const shared = globalThis as { [KEY]?: Registry };
  shared[KEY] ??= { producer: new ClusterMetricProducer(), counts: new SharedCounts(), handles: new WeakMap() };
  return shared[KEY];
}

/**
 * The process-wide producer, which every instrumented controller feeds by default. Give it to each metric
 * reader: `new PrometheusExporter({ metricProducers: [rebalanceMetricProducer()] })`.
 */
export function rebalanceMetricProducer(): RebalanceMetricProducer {
  return registry().producer.activate();
}

/** A producer of its own, for controllers that are exported apart from the rest of the process. */
export function createRebalanceMetricProducer(): RebalanceMetricProducer {
  return new ClusterMetricProducer().activate();
}
