import type { CollectionResult } from '@opentelemetry/sdk-metrics';

/** The sum over all series of a counter. */
export function sumOf({ resourceMetrics }: CollectionResult, name: string): number {
  let sum = 0;
  for (const { metrics } of resourceMetrics.scopeMetrics) {
    for (const { descriptor, dataPoints } of metrics) {
      if (descriptor.name !== name) continue;
      for (const { value } of dataPoints) sum += typeof value === 'number' ? value : 0;
    }
  }
  return sum;
}
