import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createRebalanceMetricProducer,
  instrument,
  type Journal,
  type RebalanceController,
  type RebalanceHandle,
  type RebalanceInstrumentationOptions,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import type { Lines } from './line-file.js';
import { LogLines, SpanLines } from './otlp-lines.js';
import type { Random } from './random.js';
import { SeededIds } from './seeded-ids.js';

const SCOPE_VERSION = /(otel_scope_version=)"[^"]*"/g;

/** Options of {@link ControllerProcess}. */
export interface ProcessOptions {
  readonly instance: string;
  readonly controller: RebalanceController;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  readonly instrumentation?: Pick<RebalanceInstrumentationOptions, 'maxPlans'> | undefined;
  readonly journal?: Journal | undefined;
  readonly random: Random;
  readonly traces: Lines;
  readonly logs: Lines;
  /** Version of the instrumentation scope; without it the exporter leaves the labels of the scope off. */
  readonly scopeVersion?: string | undefined;
}

/** One process with one controller, as Prometheus sees it: an SDK of its own, which dies with it. */
export class ControllerProcess {
  readonly instrumentation: RebalanceHandle;
  readonly #reader: PrometheusExporter;
  readonly #serializer: PrometheusSerializer;
  readonly #scopeVersion: string | undefined;
  readonly #spans: SpanLines;
  readonly #records: LogLines;

  constructor(options: ProcessOptions) {
    const { instance, controller, clock, instrumentation, journal, random, traces, logs, scopeVersion } = options;
    this.#scopeVersion = scopeVersion;
    this.#serializer = new PrometheusSerializer(undefined, false, undefined, true, scopeVersion === undefined);
    const resource = resourceFromAttributes({ 'service.name': 'mesh-controller', 'service.instance.id': instance });
    const metricProducer = createRebalanceMetricProducer();
    this.#reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [metricProducer] });
    this.#spans = new SpanLines(traces);
    this.#records = new LogLines(logs);
    this.instrumentation = instrument(controller, {
      ...instrumentation,
      clock,
      journal,
      metricProducer,
      meterProvider: new MeterProvider({ resource, readers: [this.#reader] }),
      tracerProvider: new TracerProvider({
        resource,
        idGenerator: new SeededIds(random),
        spanProcessors: [this.#spans],
      }),
      loggerProvider: new LoggerProvider({ resource, processors: [this.#records] }),
    });
  }

  /** The text of `/metrics`. */
  async scrape(): Promise<string> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    const text = this.#serializer.serialize(resourceMetrics);
    // The package knows one version of itself only.
    return this.#scopeVersion === undefined ? text : text.replaceAll(SCOPE_VERSION, `$1"${this.#scopeVersion}"`);
  }

  /** Writes the spans and log records that are left. Spans still open are lost, as in a crash. */
  end(): void {
    this.#spans.flush();
    this.#records.flush();
  }
}
