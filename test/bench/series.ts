import type { ProducedMetric, ProducedMetrics } from 'opentelemetry-instrumentation-mesh-rebalance';

export function producedMetrics({ resourceMetrics }: ProducedMetrics): readonly ProducedMetric[] {
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}

export function seriesCount(produced: ProducedMetrics): number {
  return producedMetrics(produced).reduce((count, { dataPoints }) => count + dataPoints.length, 0);
}
