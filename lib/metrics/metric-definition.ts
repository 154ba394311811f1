import type { Label } from './labels.js';

/** Definition of a metric, for the code that emits it and for the people and files that read it. */
export interface MetricDefinition {
  /** Instrument name, which is also the Prometheus name on every delivery path. */
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  /** UCUM unit, chosen so that no exporter appends a suffix. */
  readonly unit: string;
  readonly description: string;
  /** The exact label keys; those in `optional` are absent on some series. */
  readonly labels: readonly Label[];
  /** Labels that only some series of the metric carry. */
  readonly optional?: readonly Label[];
  /** `producer`: from {@link rebalanceMetricProducer}. `meter`: an ordinary instrument of the registered SDK. */
  readonly source: 'producer' | 'meter';
  /** Most series that exist. P = plans shown, D = drains of those plans, N = nodes, E = error types. */
  readonly bound: string;
  /** The moment at which a series of it stops being exported. */
  readonly vanishes: string;
}
