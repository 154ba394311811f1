import type { ProducedMetrics } from 'opentelemetry-instrumentation-mesh-rebalance';
import { Counter, Gauge, Registry } from 'prom-client';
import { producedMetrics } from './series.js';

/** A prom-client registry that holds the very same series: names, types, labels and values. */
export function promClientTwin(produced: ProducedMetrics): Registry {
  const registry = new Registry();
  for (const { descriptor, dataPointType, dataPoints } of producedMetrics(produced)) {
    const { name, description } = descriptor;
    const labelNames = [...new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes)))];
    const options = { name, help: description, labelNames, registers: [registry] };
    const gauge = dataPointType === 2 ? new Gauge(options) : undefined;
    const counter = dataPointType === 3 ? new Counter(options) : undefined;
    for (const { attributes, value } of dataPoints) {
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
