/** What the number of series depends on. */
export interface Population {
  /** Plans shown: live ones, and ended ones until they retire; at most `maxPlans`. */
  plans: number;
  /** Drains of those plans. */
  drains: number;
  /** Nodes, at most `maxNodes`. */
  nodes: number;
  /** `maxLabelValues`. */
  labelValues: number;
}

/** The bound of docs/observability/metrics.md: most series that one cluster has in the producer. */
export function producerSeriesBound({ plans, drains, nodes, labelValues }: Population): number {
  return 35 * plans + 4 * drains + 4 * nodes + 4 * (labelValues + 1) + 219;
}

/** Series that one cluster has in the SDK's meters. */
export const METER_SERIES_BOUND = 17;
