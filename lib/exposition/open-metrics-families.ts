import type { Attributes } from '@opentelemetry/api';
import { boundText, familyHeader, familyName, secondsText } from './open-metrics.js';
import type { Collected } from './other-metrics.js';
import { labelPairs, numberText, plainMetricName, sanitizeName } from './text.js';

type Metric = Collected['resourceMetrics']['scopeMetrics'][number]['metrics'][number];

/** Names that the series of a family of each type have, or reserve. */
const SAMPLE_SUFFIXES = {
  gauge: [''],
  counter: ['', '_total', '_created'],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  info: ['', '_info'],
} as const;
type FamilyType = keyof typeof SAMPLE_SUFFIXES;

interface Family {
  readonly type: FamilyType;
  readonly header: string;
  /** By label set: two series of one are one too many. */
  readonly lines: Map<string, string>;
}

/** Names that a family keeps from all others. */
export function namesOf(family: string, type: FamilyType): string[] {
  return SAMPLE_SUFFIXES[type].map((suffix) => family + suffix);
}

/** What the families need besides the metrics. */
export interface FamilyOptions {
  readonly prefix: string;
  readonly withTimestamps: boolean;
  /** Names of what is written elsewhere. */
  readonly reserved: ReadonlySet<string>;
  /** Labels that every series of a scope has. */
  readonly constants: (scope: {
    readonly name: string;
    readonly version?: string;
    readonly schemaUrl?: string;
  }) => Attributes;
}

/** Families of anybody's metrics as OpenMetrics text. One that would make a reader refuse the rest is left out. */
export class OpenMetricsFamilies {
  readonly #options: FamilyOptions;
  readonly #families = new Map<string, Family>();
  readonly #taken = new Set<string>();
  readonly #refused = new Set<string>();

  constructor(options: FamilyOptions) {
    this.#options = options;
  }

  /** Names of metrics that were left out, because others have their names. */
  get refused(): readonly string[] {
    return [...this.#refused];
  }

  /** @param attributes of the resource */
  addTarget(attributes: Attributes): void {
    const family = this.#family('target', 'info', '', 'Target metadata');
    family?.lines.set('', line('target_info', labelSet(attributes), '1', ''));
  }

  add({ resourceMetrics }: Collected): void {
    for (const { scope, metrics } of resourceMetrics.scopeMetrics) {
      const constants = this.#options.constants(scope);
      for (const metric of metrics) this.#addMetric(metric, constants);
    }
  }

  text(): string {
    let text = '';
    for (const { header, lines } of this.#families.values()) {
      if (lines.size > 0) text += header + [...lines.values()].join('');
    }
    return text;
  }

  #addMetric(metric: Metric, constants: Attributes): void {
    const type = typeOf(metric);
    if (type === undefined) return;
    const name = plainMetricName(metric, this.#options.prefix);
    if (name === '' || name === '_') return;
    const { unit, description } = metric.descriptor;
    const family = this.#family(familyName(name, type), type, unit, description);
    if (family === undefined) return;
    for (const point of metric.dataPoints) {
      const time = this.#options.withTimestamps
        ? ` ${secondsText(point.endTime[0] * 1000 + point.endTime[1] / 1e6)}`
        : '';
      const labels = labelSet({ ...point.attributes, ...constants }, type === 'histogram' ? 'le' : undefined);
      const { value } = point;
      if (typeof value === 'number') family.lines.set(labels, line(name, labels, numberText(value), time));
      else if ('buckets' in value && 'counts' in value.buckets) {
        family.lines.set(labels, histogramLines(name, labels, value as HistogramValue, time));
      }
    }
  }

  /** Undefined where the names are others'. */
  #family(name: string, type: FamilyType, unit: string, help: string): Family | undefined {
    const known = this.#families.get(name);
    if (known?.type === type) return known;
    const names = namesOf(name, type);
    const { reserved } = this.#options;
    if (known !== undefined || names.some((each) => reserved.has(each) || this.#taken.has(each))) {
      this.#refused.add(name);
      return undefined;
    }
    for (const each of names) this.#taken.add(each);
    const family = { type, header: familyHeader(name, type, unit, help), lines: new Map<string, string>() };
    this.#families.set(name, family);
    return family;
  }
}

interface HistogramValue {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly count: number;
  readonly sum?: number;
}

/** Undefined for what the text has no place for. DataPointType.EXPONENTIAL_HISTOGRAM is 1. */
function typeOf({ dataPointType, ...metric }: Metric): FamilyType | undefined {
  if (dataPointType === 0) return 'histogram';
  if (dataPointType === 2) return 'gauge';
  if (dataPointType === 3) return 'isMonotonic' in metric && metric.isMonotonic ? 'counter' : 'gauge';
  return undefined;
}

function histogramLines(name: string, labels: string, { buckets, count, sum }: HistogramValue, time: string): string {
  const bounds = buckets.boundaries.filter((bound) => bound !== Number.POSITIVE_INFINITY);
  let below = 0;
  let text = '';
  for (const [index, bound] of bounds.entries()) {
    below += buckets.counts[index] ?? 0;
    text += line(`${name}_bucket`, withLabel(labels, 'le', boundText(bound)), String(below), time);
  }
  text += line(`${name}_bucket`, withLabel(labels, 'le', '+Inf'), String(count), time);
  text += line(`${name}_count`, labels, String(count), time);
  return sum === undefined ? text : text + line(`${name}_sum`, labels, numberText(sum), time);
}

/** Labels whose names become one are one, with both values. @param reserved a name that the format gives itself */
function labelSet(attributes: Attributes, reserved?: string): string {
  const merged: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const name = sanitizeName(key).replace(/^(?=\d)/, '_');
    if (name === reserved) continue;
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    merged[name] = Object.hasOwn(merged, name) ? `${merged[name]};${text}` : text;
  }
  return labelPairs(merged as Attributes);
}

function withLabel(labels: string, name: string, value: string): string {
  return `${labels}${labels === '' ? '' : ','}${name}="${value}"`;
}

function line(name: string, labels: string, value: string, time: string): string {
  return `${name}${labels === '' ? '' : `{${labels}}`} ${value}${time}\n`;
}
