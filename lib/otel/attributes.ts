import type { Attributes } from '@opentelemetry/api';

/** All attributes that have a value, in one object: exporters do not agree on what an undefined one is. */
export function definedAttributes(...parts: readonly Attributes[]): Attributes {
  const defined: Attributes = {};
  for (const part of parts) {
    for (const name in part) {
      if (part[name] !== undefined) defined[name] = part[name];
    }
  }
  return defined;
}
