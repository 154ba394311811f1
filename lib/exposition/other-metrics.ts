import type { ExporterConfig } from '@opentelemetry/exporter-prometheus';
import { EMPTY_RESOURCE } from '../metrics/metric-data.js';
import type { RebalanceMetricProducer } from '../metrics/producer.js';

/** A producer as the readers of OpenTelemetry's SDK take it. */
export type MetricProducer = NonNullable<ExporterConfig['metricProducers']>[number];
/** What a reader has collected. */
export type Collected = Awaited<ReturnType<MetricProducer['collect']>>;

/** What a producer has collected that has nothing. */
function nothing(errors: unknown[]): Collected {
  return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics: [] }, errors };
}

/** A producer whose failure is one of the errors of a collection: a reader else fails with everything it has. */
export function tellingFailures(producer: MetricProducer): MetricProducer {
  return {
    async collect(options) {
      try {
        return await producer.collect(options);
      } catch (error) {
        return nothing([error]);
      }
    },
  };
}

/** A producer that keeps out of the collections whose text has its series already. */
export class SilencedProducer implements MetricProducer {
  readonly #producer: RebalanceMetricProducer;
  #isSilent = false;

  constructor(producer: RebalanceMetricProducer) {
    this.#producer = producer;
  }

  async collect(): Promise<Collected> {
    return this.#isSilent ? nothing([]) : this.#producer.collect();
  }

  /** @param collect asks every producer before it returns, as a reader's does */
  without(collect: () => Promise<Collected>): Promise<Collected> {
    this.#isSilent = true;
    try {
      return collect();
    } finally {
      this.#isSilent = false;
    }
  }
}
