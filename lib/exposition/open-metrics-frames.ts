import type { Attributes } from '@opentelemetry/api';
import { METRICS, type MetricDefinition, PHASE_DURATION_BOUNDS } from '../metrics/definitions.js';
import { recordOf } from '../metrics/record-of.js';
import { PRODUCER_KEYS } from '../metrics/series-sink.js';
import { type Frames, lineFrame, prefixedName } from './frames.js';
import { boundText, familyHeader, familyName, secondsText } from './open-metrics.js';

/** @param withCreated tells when counters began */
export function openMetricsFrames(prefix: string, constants: Attributes, withCreated: boolean): Frames {
  const created = (family: string) => (withCreated ? lineFrame(`${family}_created`, constants) : undefined);
  const metrics = recordOf(PRODUCER_KEYS, (key) => {
    const { description, unit, kind }: MetricDefinition = METRICS[key];
    const name = prefixedName(prefix, key);
    const family = familyName(name, kind);
    return {
      header: familyHeader(family, kind, unit, description),
      ...lineFrame(name, constants),
      created: kind === 'gauge' ? undefined : created(family),
    };
  });
  const name = prefixedName(prefix, 'phaseDuration');
  const bounds = [...PHASE_DURATION_BOUNDS, Number.POSITIVE_INFINITY];
  const phaseDuration = {
    order: ['buckets', 'count', 'sum'] as const,
    count: lineFrame(`${name}_count`, constants),
    sum: lineFrame(`${name}_sum`, constants),
    buckets: bounds.map((bound) => lineFrame(`${name}_bucket`, { ...constants, le: boundText(bound) })),
  };
  return {
    metrics,
    phaseDuration,
    time: secondsText,
    exemplar: ({ traceId, value, at }) => ` # {trace_id="${traceId}"} ${value} ${secondsText(at)}`,
    footer: '# EOF\n',
  };
}
