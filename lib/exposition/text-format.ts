import type { Attributes } from '@opentelemetry/api';
import { METRICS } from '../metrics/definitions.js';
import type { ProducerKey } from '../metrics/series-sink.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import type { RebalanceExporterConfig } from './config.js';
import type { Collected } from './other-metrics.js';
import type { Selection } from './selection.js';
import type { SeriesText } from './series-text.js';
import { plainMetricName } from './text.js';
import type { TextMemory } from './text-memory.js';

/** What stands in a text. */
export interface Content {
  readonly others: Collected | undefined;
  /** Ours, where they are not among the others. */
  readonly series: SeriesText | undefined;
  readonly selection: Selection | undefined;
}

/** A format that a scrape may ask for. */
export interface TextFormat {
  /** Takes our series. @param resource attributes of the resource of everybody else's */
  series(resource: Attributes, selection: Selection | undefined): SeriesText;
  /** The whole text. */
  bytes(content: Content, memory: TextMemory): Buffer[];
  /** A line that no reader takes for a sample; empty where the format has none. */
  comment(text: string): string;
}

/** Labels of every series of a scope besides its own, as OpenTelemetry's serializer chooses them. */
export function constantLabels(
  { withoutScopeInfo, withResourceConstantLabels: pattern }: ConstantLabelsConfig,
  { name, version, schemaUrl }: Scope,
  resource: Attributes,
): Attributes {
  return {
    ...(withoutScopeInfo !== true && {
      'otel.scope.name': name,
      ...(schemaUrl && { 'otel.scope.schema_url': schemaUrl }),
      ...(version && { 'otel.scope.version': version }),
    }),
    ...(pattern && Object.fromEntries(Object.entries(resource).filter(([key]) => key.match(pattern)))),
  };
}

/** The scope of our own series. */
export const OWN_SCOPE: Scope = { name: SCOPE_NAME, version: VERSION };

/** Chooses those of our metrics that are wanted. */
export function wantedKeys(selection: Selection | undefined, prefix: string): (key: ProducerKey) => boolean {
  const names = selection?.names;
  if (names === undefined) return () => true;
  return (key) => names.has(plainMetricName({ descriptor: METRICS[key] }, prefix));
}

type ConstantLabelsConfig = Pick<RebalanceExporterConfig, 'withoutScopeInfo' | 'withResourceConstantLabels'>;

interface Scope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}
