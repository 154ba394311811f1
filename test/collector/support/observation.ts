import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createRebalanceMetricProducer,
  instrument,
  type RebalanceController,
  type RebalanceHandle,
  type RebalanceInstrumentationOptions,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { parseExposition, type Sample } from '../../support/exposition.js';
import { freePort } from '../../support/process.js';
import { processResource, pushingReader } from './pushed-metrics.js';

/** What an {@link Observation} needs to know. */
export interface ObservationOptions {
  /** Where traces and logs go over OTLP; metrics too, unless `metricUrls` says otherwise. */
  readonly otlp?: string;
  /** The full addresses of all that are sent the metrics. */
  readonly metricUrls?: readonly string[];
  readonly instanceId: string;
  readonly serviceName?: string;
}

/** The SDK of one controller process: real exporters to OTLP, and the exporter that a Prometheus scrapes. */
export class Observation {
  readonly port: number;
  readonly tracerProvider: TracerProvider;
  readonly loggerProvider: LoggerProvider;
  readonly meterProvider: MeterProvider;
  readonly #producer = createRebalanceMetricProducer();
  readonly #handles: RebalanceHandle[] = [];

  private constructor(port: number, options: ObservationOptions, onListening: (error: Error | undefined) => void) {
    const { otlp, metricUrls = otlp === undefined ? [] : [`${otlp}/v1/metrics`] } = options;
    this.port = port;
    const resource = processResource(options.instanceId, options.serviceName);
    const spanProcessors =
      otlp === undefined
        ? []
        : [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${otlp}/v1/traces` }) })];
    const processors =
      otlp === undefined
        ? []
        : [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${otlp}/v1/logs` }) })];
    this.tracerProvider = new TracerProvider({ resource, spanProcessors });
    this.loggerProvider = new LoggerProvider({ resource, processors });
    const scraped: PrometheusExporter = rebalancePrometheusExporter(
      { port, rebalanceProducer: this.#producer },
      onListening,
    );
    const pushed = metricUrls.map((url) => pushingReader(new OTLPMetricExporter({ url }), this.#producer));
    this.meterProvider = new MeterProvider({ resource, readers: [scraped, ...pushed] });
  }

  static async start(options: ObservationOptions): Promise<Observation> {
    const port = await freePort();
    return new Promise((resolve, reject) => {
      const observation: Observation = new Observation(port, options, (error) =>
        error === undefined ? resolve(observation) : reject(error),
      );
    });
  }

  instrument(controller: RebalanceController, options: RebalanceInstrumentationOptions = {}): RebalanceHandle {
    const { meterProvider, tracerProvider, loggerProvider } = this;
    const providers = { meterProvider, tracerProvider, loggerProvider, metricProducer: this.#producer };
    const handle = instrument(controller, { ...providers, ...options });
    this.#handles.push(handle);
    return handle;
  }

  /** Sends everything that has been recorded. */
  async flush(): Promise<void> {
    await Promise.all([
      this.tracerProvider.forceFlush(),
      this.loggerProvider.forceFlush(),
      this.meterProvider.forceFlush(),
    ]);
  }

  /** What a Prometheus would see here. */
  async scrape(): Promise<Sample[]> {
    return parseExposition(await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text());
  }

  async stop(): Promise<void> {
    for (const handle of this.#handles) handle.disable();
    // What it was connected to may be gone already.
    await Promise.allSettled([
      this.tracerProvider.shutdown(),
      this.loggerProvider.shutdown(),
      this.meterProvider.shutdown(),
    ]);
  }
}
