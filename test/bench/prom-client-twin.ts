import type { ProducedMetrics } from 'opentelemetry-instrumentation-mesh-rebalance';
import { PHASE_DURATION_BOUNDS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { producedMetrics } from './series.js';

/** A prom-client registry that holds the very same series: names, types, labels and values. */
export function promClientTwin(produced: ProducedMetrics): Registry {
  const registry = new Registry();
  for (const metric of producedMetrics(produced)) {
    const { name, description } = metric.descriptor;
    const labelNames = [...new Set(metric.dataPoints.flatMap(({ attributes }) => Object.keys(attributes)))];
    const options = { name, help: description, labelNames, registers: [registry] };
    if (metric.dataPointType === 0) {
      const histogram = new Histogram({ ...options, buckets: [...PHASE_DURATION_BOUNDS] });
      for (const { attributes, value } of metric.dataPoints) {
        const labels = attributes as Record<string, string>;
        histogram.zero(labels);
        // The plans of a benchmark are all alike, and whoever compares the samples would see it if they were not.
        for (let i = 0; i < value.count; i += 1) histogram.observe(labels, value.sum / value.count);
      }
      continue;
    }
    const gauge = metric.dataPointType === 2 ? new Gauge(options) : undefined;
    const counter = metric.dataPointType === 3 ? new Counter(options) : undefined;
    for (const { attributes, value } of metric.dataPoints) {
      const labels = attributes as Record<string, string>;
      gauge?.set(labels, value);
      counter?.inc(labels, value);
    }
  }
  return registry;
}

/** The sample lines of an exposition, in an order of their own: the two libraries print headers and metrics differently. */
export function samplesOf(exposition: string): string {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort()
    .join('\n');
}
