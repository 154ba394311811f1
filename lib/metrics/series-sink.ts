import type { HrTime } from '@opentelemetry/api';
import { type LabelsOf, METRICS, type MetricDefinition } from './definitions.js';
import type { SeriesLabels } from './series-labels.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';
import type { ZeroFirstHistogram } from './zero-first-histogram.js';

/** A metric whose series come from the producer. */
export type ProducerKey = {
  [K in keyof typeof METRICS]: (typeof METRICS)[K]['source'] extends 'producer' ? K : never;
}[keyof typeof METRICS];
type KeyOf<Kind extends MetricDefinition['kind']> = {
  [K in ProducerKey]: (typeof METRICS)[K]['kind'] extends Kind ? K : never;
}[ProducerKey];
/** The controller's own state stands in a metric of the plans, without the plan's label. */
type LabelsAt<K extends ProducerKey> = SeriesLabels<
  LabelsOf<K> | (K extends 'state' ? Omit<LabelsOf<K>, 'plan_id'> : never)
>;

/** In the order in which they are exported. */
export const PRODUCER_KEYS = (Object.keys(METRICS) as (keyof typeof METRICS)[]).filter(
  (key): key is ProducerKey => METRICS[key].source === 'producer',
);

/** Takes the series of one collection, cluster after cluster. */
export interface SeriesSink {
  /**
   * Begins with the next cluster, which has a clock of its own.
   *
   * @param now milliseconds since the Unix epoch
   * @param steadyNow milliseconds of the cluster's {@link SteadyTime}
   */
  begin(now: number, steadyNow: number): void;
  /** @param startTime birth of the subject of the series */
  gauge<K extends KeyOf<'gauge'>>(key: K, labels: LabelsAt<K>, startTime: HrTime, value: number): void;
  counter<K extends KeyOf<'counter'>>(key: K, labels: LabelsAt<K>, counter: ZeroFirstCounter): void;
  histogram<K extends KeyOf<'histogram'>>(key: K, labels: LabelsAt<K>, histogram: ZeroFirstHistogram): void;
}
