import type { Attributes } from '@opentelemetry/api';

/** The attributes that have a value: exporters do not agree on what an undefined one is. */
export function definedAttributes(attributes: Attributes): Attributes {
  const defined: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) defined[name] = value;
  }
  return defined;
}
