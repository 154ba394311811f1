import type { Attributes, HrTime, ValueType } from '@opentelemetry/api';

/*
 * The types of OpenTelemetry's MetricProducer, by structure: the SDK packages are no dependency, and their enums are
 * plain numbers on both release lines.
 */

/** One value of one series. */
export interface MetricPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: number;
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
  readonly dataPoints: MetricPoint[];
}
/** One metric with its series. DataPointType.GAUGE is 2, DataPointType.SUM is 3. */
export type ProducedMetric =
  | (MetricBase & { readonly dataPointType: 2 })
  | (MetricBase & { readonly dataPointType: 3; readonly isMonotonic: true });

interface EmptyResource {
  readonly attributes: Attributes;
  merge<T>(other: T): NonNullable<T>;
  getRawAttributes(): never[];
}

/** What `RebalanceMetricProducer.collect` gives: a `CollectionResult` of `@opentelemetry/sdk-metrics`. */
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
