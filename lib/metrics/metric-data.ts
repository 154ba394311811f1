import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { hrTime } from '../otel/hr-time.js';
import { METRICS, type MetricDefinition } from './definitions.js';
import { recordOf } from './record-of.js';
import type { SeriesLabels } from './series-labels.js';
import { PRODUCER_KEYS, type ProducerKey, type SeriesSink } from './series-sink.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';
import type { HistogramValue, ZeroFirstHistogram } from './zero-first-histogram.js';

/*
 * The types of OpenTelemetry's MetricProducer, by structure: the SDK packages are no dependency, and their enums are
 * plain numbers on both release lines.
 */

/** One value of one series. */
export interface MetricPoint<V = number> {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: V;
}

interface MetricBase {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: ValueType;
  };
  /** AggregationTemporality.CUMULATIVE */
  readonly aggregationTemporality: 1;
}
/** One metric with its series. DataPointType.HISTOGRAM is 0, DataPointType.GAUGE is 2, DataPointType.SUM is 3. */
export type ProducedMetric =
  | (MetricBase & { readonly dataPointType: 0; readonly dataPoints: MetricPoint<HistogramValue>[] })
  | (MetricBase & { readonly dataPointType: 2; readonly dataPoints: MetricPoint[] })
  | (MetricBase & { readonly dataPointType: 3; readonly isMonotonic: true; readonly dataPoints: MetricPoint[] });

interface EmptyResource {
  readonly attributes: Attributes;
  merge<T>(other: T): NonNullable<T>;
  getRawAttributes(): never[];
}

/** Result of `RebalanceMetricProducer.collect`: a `CollectionResult` of `@opentelemetry/sdk-metrics`. */
export interface ProducedMetrics {
  readonly resourceMetrics: {
    readonly resource: EmptyResource;
    readonly scopeMetrics: {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: ProducedMetric[];
    }[];
  };
  readonly errors: unknown[];
}

/** The SDK keeps its own resource; a producer's is ignored. */
export const EMPTY_RESOURCE: EmptyResource = {
  attributes: {},
  merge: <T>(other: T) => (other ?? EMPTY_RESOURCE) as NonNullable<T>,
  getRawAttributes: () => [],
};

/** The part of each metric that is the same in every collection. */
const METRIC_TEMPLATES = recordOf(PRODUCER_KEYS, (key) => {
  const { name, description, unit, kind }: MetricDefinition = METRICS[key];
  const descriptor = Object.freeze({ name, description, unit, valueType: ValueType.DOUBLE });
  const head = { descriptor, aggregationTemporality: 1 } as const;
  if (kind === 'histogram') return { ...head, dataPointType: 0 } as const;
  return kind === 'counter'
    ? ({ ...head, dataPointType: 3, isMonotonic: true } as const)
    : ({ ...head, dataPointType: 2 } as const);
});

/** The points of one collection, cluster after cluster. */
export class MetricDataBuilder implements SeriesSink {
  readonly #points: Readonly<Record<ProducerKey, MetricPoint<number | HistogramValue>[]>> = recordOf(
    PRODUCER_KEYS,
    () => [],
  );
  #now = 0;
  #steadyNow = 0;
  #endTime = hrTime(0);

  begin(now: number, steadyNow: number): void {
    this.#now = now;
    this.#steadyNow = steadyNow;
    this.#endTime = hrTime(now);
  }

  gauge(key: ProducerKey, { attributes }: SeriesLabels, startTime: HrTime, value: number): void {
    this.#add(key, attributes, startTime, value);
  }

  counter(key: ProducerKey, { attributes }: SeriesLabels, counter: ZeroFirstCounter): void {
    this.#add(key, attributes, hrTime(Math.min(counter.bornAt, this.#now)), counter.read(this.#steadyNow));
  }

  histogram(key: ProducerKey, { attributes }: SeriesLabels, histogram: ZeroFirstHistogram): void {
    this.#add(key, attributes, hrTime(Math.min(histogram.bornAt, this.#now)), histogram.read(this.#steadyNow));
  }

  #add(key: ProducerKey, attributes: Attributes, startTime: HrTime, value: number | HistogramValue): void {
    this.#points[key].push({ attributes, startTime, endTime: this.#endTime, value });
  }

  metrics(): ProducedMetric[] {
    const metrics: ProducedMetric[] = [];
    for (const key of PRODUCER_KEYS) {
      const dataPoints = this.#points[key];
      // A metric without points would be printed as a bare header.
      if (dataPoints.length === 0) continue;
      // The interface gives each kind of metric values of its own.
      metrics.push({ ...METRIC_TEMPLATES[key], dataPoints } as ProducedMetric);
    }
    return metrics;
  }
}
