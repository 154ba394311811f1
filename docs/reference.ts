import {
  EVENTS,
  INVALID_REASON_MEANING,
  LABELS,
  METRICS,
  type MetricDefinition,
  type SignalDefinition,
  SPANS,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { code, table } from './markdown-table.js';

const codes = (texts: readonly string[]) => texts.map(code).join(', ');

const metrics: readonly MetricDefinition[] = Object.values(METRICS);

function labelsOf({ labels, optional = [] }: MetricDefinition): string {
  return labels
    .filter((label) => label !== 'namespace' && label !== 'cluster')
    .map((label) => (optional.includes(label) ? `${code(label)} (some)` : code(label)))
    .join(', ');
}

/** Every metric: what it means, its labels, its bound and its end. */
export function metricTable(): string {
  return table(
    ['metric', 'type', 'labels besides `namespace`, `cluster`', 'meaning', 'bound, and when it vanishes'],
    metrics.map((metric) => [
      code(metric.name),
      metric.kind,
      labelsOf(metric),
      metric.description,
      `${metric.bound}; ${metric.vanishes}`,
    ]),
  );
}

/** What only somebody who wires or debugs an exporter asks of a metric. */
export function deliveryTable(): string {
  return table(
    ['metric', 'unit', 'comes from'],
    metrics.map(({ name, unit, source }) => [
      code(name),
      unit === '' ? 'none' : code(unit),
      source === 'producer' ? '`rebalanceMetricProducer()`' : 'an SDK meter',
    ]),
  );
}

export function labelTable(): string {
  return table(
    ['label', 'meaning', 'values'],
    Object.entries(LABELS).map(([label, { description, values }]) => [
      code(label),
      description,
      values === undefined ? 'open' : codes(values),
    ]),
  );
}

export function invalidReasonTable(): string {
  return table(
    ['reason', 'meaning'],
    Object.entries(INVALID_REASON_MEANING).map(([reason, meaning]) => [code(reason), meaning]),
  );
}

function signalTable(kind: string, signals: readonly SignalDefinition[]): string {
  return table(
    [kind, 'meaning', 'attributes', 'bound'],
    signals.map(({ name, description, attributes, bound }) => [code(name), description, codes(attributes), bound]),
  );
}

export const spanTable = (): string => signalTable('span', Object.values(SPANS));
export const eventTable = (): string => signalTable('log event', Object.values(EVENTS));
