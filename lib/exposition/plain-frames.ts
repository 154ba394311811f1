import type { Attributes } from '@opentelemetry/api';
import { METRICS, type MetricDefinition, PHASE_DURATION_BOUNDS } from '../metrics/definitions.js';
import { recordOf } from '../metrics/record-of.js';
import { PRODUCER_KEYS } from '../metrics/series-sink.js';
import { hrTime } from '../otel/hr-time.js';
import { type Frames, lineFrame, prefixedName } from './frames.js';
import { escapeText } from './text.js';

/** As OpenTelemetry's serializer writes them. @param constants labels that every series has besides its own */
export function plainFrames(prefix: string, constants: Attributes): Frames {
  const metrics = recordOf(PRODUCER_KEYS, (key) => {
    const { description, unit, kind }: MetricDefinition = METRICS[key];
    const name = prefixedName(prefix, key);
    const unitLine = unit ? `# UNIT ${name} ${escapeText(unit)}\n` : '';
    const header = `# HELP ${name} ${escapeText(description)}\n${unitLine}# TYPE ${name} ${kind}\n`;
    return { header, ...lineFrame(name, constants), created: undefined };
  });
  const name = prefixedName(prefix, 'phaseDuration');
  const phaseDuration = {
    order: ['count', 'sum', 'buckets'] as const,
    count: lineFrame(`${name}_count`, constants),
    sum: lineFrame(`${name}_sum`, constants),
    buckets: [...PHASE_DURATION_BOUNDS.map(String), '+Inf'].map((le) =>
      lineFrame(`${name}_bucket`, { ...constants, le }),
    ),
  };
  return { metrics, phaseDuration, time, exemplar: undefined, footer: '' };
}

/** Milliseconds, as the serializer computes them. */
function time(millis: number): string {
  const [seconds, nanoseconds] = hrTime(millis);
  return String(seconds * 1e3 + nanoseconds / 1e6);
}
