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
