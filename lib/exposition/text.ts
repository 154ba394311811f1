import type { Attributes, AttributeValue } from '@opentelemetry/api';

/** Escapes what stands in a comment. */
export function escapeText(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');
}

/** Pairs of name and value with a comma between them, as OpenTelemetry's serializer writes them. */
export function labelPairs(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${sanitizeName(name)}="${escapeLabel(value)}"`)
    .join(',');
}

/** Replaces what a name in Prometheus must not have, as OpenTelemetry's serializer does. */
export function sanitizeName(name: string): string {
  return name.replace(/[^a-z0-9_]/gi, '_').replace(/_{2,}/g, '_');
}

export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return `${value}`;
}

function escapeLabel(value: AttributeValue = ''): string {
  return escapeText(typeof value === 'string' ? value : JSON.stringify(value)).replace(/"/g, '\\"');
}

/** The name of anybody's metric in the plain text. @param prefix empty for none */
export function plainMetricName(metric: NamedMetric, prefix: string): string {
  const name = prefixed(sanitizeName(metric.descriptor.name), prefix);
  return metric.isMonotonic === true && !name.endsWith('_total') ? `${name}_total` : name;
}

/** The name with the prefix, as OpenTelemetry's serializer makes it. */
export function prefixed(name: string, prefix: string): string {
  const whole = prefix === '' ? name : `${prefix}_${name}`;
  return /^\d/.test(whole) ? `_${whole}` : whole;
}

interface NamedMetric {
  readonly descriptor: { readonly name: string };
  /** Of sums only. */
  readonly isMonotonic?: boolean;
}
