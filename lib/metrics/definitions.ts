import { CLUSTER_METRICS } from './cluster-metrics.js';
import { PLAN_METRICS } from './plan-metrics.js';

export * from './labels.js';
export type { MetricDefinition } from './metric-definition.js';

/** Upper bounds of `mesh_rebalance_phase_duration_seconds` in seconds: 5 s to 48 h. */
export const PHASE_DURATION_BOUNDS = [
  5, 15, 60, 180, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800,
] as const;

/** Every metric of the package. */
export const METRICS = { ...PLAN_METRICS, ...CLUSTER_METRICS } as const;

type Metrics = typeof METRICS;
/** The attribute shape of one metric: the compiler refuses a stray or a missing label. */
export type LabelsOf<K extends keyof Metrics> = Readonly<Record<Metrics[K]['labels'][number], string>>;
