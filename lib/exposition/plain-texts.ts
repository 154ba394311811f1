import type { Attributes } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import type { RebalanceExporterConfig } from './config.js';
import type { Frames } from './frames.js';
import type { Collected } from './other-metrics.js';
import { plainFrames } from './plain-frames.js';
import { type Selection, selected } from './selection.js';
import { SeriesText } from './series-text.js';
import { labelPairs } from './text.js';
import { type Content, constantLabels, OWN_SCOPE, type TextFormat, wantedKeys } from './text-format.js';
import type { TextMemory } from './text-memory.js';

/** What OpenTelemetry's serializer writes where there is nothing. */
const NOTHING = '# no registered metrics';

/** The plain text format: what OpenTelemetry's serializer writes, byte for byte. */
export class PlainTexts implements TextFormat {
  readonly #config: RebalanceExporterConfig;
  readonly #prefix: string;
  readonly #whole: PrometheusSerializer;
  /** Of a selection, which the target is no part of. */
  readonly #part: PrometheusSerializer;
  #frames: { readonly key: string; readonly frames: Frames } | undefined;

  constructor(config: RebalanceExporterConfig) {
    const { prefix = '', appendTimestamp, withResourceConstantLabels, withoutTargetInfo, withoutScopeInfo } = config;
    this.#config = config;
    this.#prefix = prefix;
    const serializer = (withoutTarget: boolean | undefined) =>
      new PrometheusSerializer(
        prefix,
        appendTimestamp === true,
        withResourceConstantLabels,
        withoutTarget,
        withoutScopeInfo,
      );
    this.#whole = serializer(withoutTargetInfo);
    this.#part = serializer(true);
  }

  series(resource: Attributes, selection: Selection | undefined): SeriesText {
    const constants = constantLabels(this.#config, OWN_SCOPE, resource);
    const key = labelPairs(constants);
    if (this.#frames?.key !== key) this.#frames = { key, frames: plainFrames(this.#prefix, constants) };
    const isWanted = wantedKeys(selection, this.#prefix);
    return new SeriesText(this.#frames.frames, this.#config.appendTimestamp === true, isWanted);
  }

  bytes({ others, series, selection }: Content, memory: TextMemory): Buffer[] {
    const head = this.#serialize(others, selection);
    if (series === undefined) return [memory.bytesOf(head)];
    return series.bytes(series.isEmpty || !head.endsWith(NOTHING) ? head : head.slice(0, -NOTHING.length), memory);
  }

  comment(text: string): string {
    return `# ${text}\n`;
  }

  #serialize(others: Collected | undefined, selection: Selection | undefined): string {
    if (others === undefined) return '';
    if (selection === undefined) return this.#whole.serialize(others.resourceMetrics);
    return this.#part.serialize(selected(others, selection, this.#prefix).resourceMetrics);
  }
}
