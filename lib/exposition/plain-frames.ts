import type { Attributes } from '@opentelemetry/api';
import { METRICS, type MetricDefinition, PHASE_DURATION_BOUNDS } from '../metrics/definitions.js';
import { recordOf } from '../metrics/record-of.js';
import { PRODUCER_KEYS, type ProducerKey } from '../metrics/series-sink.js';
import { escapeText, labelPairs } from './text.js';

/** What stands around the labels and values of every series of one name. */
export interface LineFrame {
  /** The name and the brace after it. */
  readonly open: string;
  /** The labels that all series have, and what leads to the value. */
  readonly close: string;
}

/** What stands around the series of one metric. */
interface MetricFrame extends LineFrame {
  readonly header: string;
}

/** The lines of a histogram. */
interface HistogramFrame {
  readonly count: LineFrame;
  readonly sum: LineFrame;
  /** The last one is of all observations. */
  readonly buckets: readonly LineFrame[];
}

/** The text of one format that is the same in every scrape. */
export interface Frames {
  readonly metrics: Readonly<Record<ProducerKey, MetricFrame>>;
  /** Of the only histogram that there is. */
  readonly phaseDuration: HistogramFrame;
}

/** As OpenTelemetry's serializer writes them. @param constants labels that every series has besides its own */
export function plainFrames(prefix: string, constants: Attributes): Frames {
  const close = closing(constants);
  const metrics = recordOf(PRODUCER_KEYS, (key) => {
    const definition: MetricDefinition = METRICS[key];
    const name = plainName(prefix, definition);
    const help = escapeText(definition.description);
    const unit = definition.unit ? `# UNIT ${name} ${escapeText(definition.unit)}\n` : '';
    return { header: `# HELP ${name} ${help}\n${unit}# TYPE ${name} ${definition.kind}\n`, open: `${name}{`, close };
  });
  const name = plainName(prefix, METRICS.phaseDuration);
  const bucketOf = (le: string) => ({ open: `${name}_bucket{`, close: closing({ ...constants, le }) });
  return {
    metrics,
    phaseDuration: {
      count: { open: `${name}_count{`, close },
      sum: { open: `${name}_sum{`, close },
      buckets: [...PHASE_DURATION_BOUNDS.map((bound) => bucketOf(String(bound))), bucketOf('+Inf')],
    },
  };
}

/** The name of one of our metrics in the text. */
function plainName(prefix: string, { name }: MetricDefinition): string {
  const whole = prefix === '' ? name : `${prefix}_${name}`;
  return /^\d/.test(whole) ? `_${whole}` : whole;
}

/** The end of a label set that has labels already. */
function closing(constants: Attributes): string {
  const pairs = labelPairs(constants);
  return pairs === '' ? '} ' : `,${pairs}} `;
}
