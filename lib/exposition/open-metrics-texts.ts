import type { Attributes } from '@opentelemetry/api';
import { METRICS } from '../metrics/definitions.js';
import { PRODUCER_KEYS } from '../metrics/series-sink.js';
import type { RebalanceExporterConfig } from './config.js';
import { type Frames, prefixedName } from './frames.js';
import { familyName } from './open-metrics.js';
import { namesOf, OpenMetricsFamilies } from './open-metrics-families.js';
import { openMetricsFrames } from './open-metrics-frames.js';
import { type Selection, selected } from './selection.js';
import { SeriesText } from './series-text.js';
import { labelPairs } from './text.js';
import { type Content, constantLabels, OWN_SCOPE, type TextFormat, wantedKeys } from './text-format.js';
import type { TextMemory } from './text-memory.js';

const NO_NAMES: ReadonlySet<string> = new Set();

/** The OpenMetrics text, in which the duration histogram leads to the traces of plans. */
export class OpenMetricsTexts implements TextFormat {
  readonly #config: RebalanceExporterConfig;
  readonly #prefix: string;
  readonly #withTimestamps: boolean;
  readonly #onRefused: (names: readonly string[]) => void;
  readonly #ownNames: ReadonlySet<string>;
  #frames: { readonly key: string; readonly frames: Frames } | undefined;

  /** @param onRefused called with the metrics that are left out, because others have their names */
  constructor(config: RebalanceExporterConfig, onRefused: (names: readonly string[]) => void) {
    this.#config = config;
    this.#prefix = config.prefix ?? '';
    this.#withTimestamps = config.appendTimestamp === true;
    this.#onRefused = onRefused;
    this.#ownNames = new Set(
      PRODUCER_KEYS.flatMap((key) => {
        const { kind } = METRICS[key];
        return namesOf(familyName(prefixedName(this.#prefix, key), kind), kind);
      }),
    );
  }

  series(resource: Attributes, selection: Selection | undefined): SeriesText {
    const constants = constantLabels(this.#config, OWN_SCOPE, resource);
    const key = labelPairs(constants);
    if (this.#frames?.key !== key) {
      const withCreated = this.#config.withCreatedTimestamps === true;
      this.#frames = { key, frames: openMetricsFrames(this.#prefix, constants, withCreated) };
    }
    return new SeriesText(this.#frames.frames, this.#withTimestamps, wantedKeys(selection, this.#prefix));
  }

  bytes({ others, series, selection }: Content, memory: TextMemory): Buffer[] {
    const resource = others?.resourceMetrics.resource.attributes ?? {};
    const families = new OpenMetricsFamilies({
      prefix: this.#prefix,
      withTimestamps: this.#withTimestamps,
      reserved: series === undefined ? NO_NAMES : this.#ownNames,
      constants: (scope) => constantLabels(this.#config, scope, resource),
    });
    if (this.#config.withoutTargetInfo !== true && selection === undefined) families.addTarget(resource);
    if (others !== undefined) families.add(selection ? selected(others, selection, this.#prefix) : others);
    if (families.refused.length > 0) this.#onRefused(families.refused);
    const head = families.text();
    return series === undefined ? [memory.bytesOf(`${head}# EOF\n`)] : series.bytes(head, memory);
  }

  /** Everything after `# EOF` is an error, and everything before it that is no metadata. */
  comment(): string {
    return '';
  }
}
