import type { Attributes } from '@opentelemetry/api';
import { type ExporterConfig, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import type { Collected } from './other-metrics.js';
import { type Frames, plainFrames } from './plain-frames.js';
import { SeriesText } from './series-text.js';
import { labelPairs } from './text.js';

/** What OpenTelemetry's serializer writes where there is nothing. */
const NOTHING = '# no registered metrics';

/** The plain text format: what OpenTelemetry's serializer writes, byte for byte. */
export class PlainTexts {
  static readonly contentType = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #config: ExporterConfig;
  readonly #serializer: PrometheusSerializer;
  #frames: { readonly key: string; readonly frames: Frames } | undefined;

  constructor(config: ExporterConfig) {
    const { prefix, appendTimestamp, withResourceConstantLabels, withoutTargetInfo, withoutScopeInfo } = config;
    this.#config = config;
    this.#serializer = new PrometheusSerializer(
      prefix,
      appendTimestamp === true,
      withResourceConstantLabels,
      withoutTargetInfo,
      withoutScopeInfo,
    );
  }

  /** Takes our series. @param resource attributes of the resource of everybody else's */
  series(resource: Attributes): SeriesText {
    const constants = this.#constants(resource);
    const key = labelPairs(constants);
    if (this.#frames?.key !== key) this.#frames = { key, frames: plainFrames(this.#config.prefix ?? '', constants) };
    return new SeriesText(this.#frames.frames, this.#config.appendTimestamp === true);
  }

  /** The whole text. @param series ours, where they are not among the others */
  bytes(others: Collected | undefined, series?: SeriesText): Buffer[] {
    const head = others === undefined ? '' : this.#serializer.serialize(others.resourceMetrics);
    if (series === undefined) return [Buffer.from(head)];
    return series.bytes(series.isEmpty || !head.endsWith(NOTHING) ? head : head.slice(0, -NOTHING.length));
  }

  /** Labels of every series besides its own, as OpenTelemetry's serializer chooses them. */
  #constants(resource: Attributes): Attributes {
    const { withoutScopeInfo, withResourceConstantLabels: pattern } = this.#config;
    return {
      ...(withoutScopeInfo !== true && { 'otel.scope.name': SCOPE_NAME, 'otel.scope.version': VERSION }),
      ...(pattern && Object.fromEntries(Object.entries(resource).filter(([name]) => name.match(pattern)))),
    };
  }
}
