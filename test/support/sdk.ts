import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createRebalanceMetricProducer,
  type RebalanceInstrumentationOptions,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { parseExposition, type Sample } from './exposition.js';

/** A real SDK of its own, registered nowhere, whose output can be read at once. */
export class TestSdk {
  readonly spanExporter = new InMemorySpanExporter();
  readonly logExporter = new InMemoryLogRecordExporter();
  readonly metricProducer = createRebalanceMetricProducer();
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: TracerProvider;
  readonly loggerProvider: LoggerProvider;
  readonly views: ViewOptions[];
  readonly #reader: PrometheusExporter;

  constructor({ views = [] }: { views?: ViewOptions[] } = {}) {
    this.views = views;
    this.#reader = new PrometheusExporter({ preventServerStart: true, metricProducers: [this.metricProducer] });
    this.meterProvider = new MeterProvider({ readers: [this.#reader], views });
    this.tracerProvider = new TracerProvider({
      spanProcessors: [new SimpleSpanProcessor({ exporter: this.spanExporter })],
    });
    this.loggerProvider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: this.logExporter })],
    });
  }

  /** Options that send a controller's telemetry here. */
  get options(): RebalanceInstrumentationOptions {
    const { meterProvider, tracerProvider, loggerProvider, metricProducer } = this;
    return { meterProvider, tracerProvider, loggerProvider, metricProducer };
  }

  async scrapeText(): Promise<string> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics);
  }

  async scrape(): Promise<Sample[]> {
    return parseExposition(await this.scrapeText());
  }

  spans() {
    return this.spanExporter.getFinishedSpans();
  }

  logs() {
    return this.logExporter.getFinishedLogRecords();
  }
}
