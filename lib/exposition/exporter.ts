import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { diag } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { ClusterMetricProducer, type RebalanceMetricProducer } from '../metrics/producer.js';
import { Diagnostics, messageOf } from '../otel/diagnostics.js';
import { Guard } from '../otel/guard.js';
import type { RebalanceExporterConfig } from './config.js';
import { SilencedProducer, tellingFailures } from './other-metrics.js';
import { refuse, ScrapeHandler } from './scrape-handler.js';
import { SharedTurn } from './shared-turn.js';
import { type Form, TextMaker } from './text-maker.js';
import type { TextMemory } from './text-memory.js';

/** Milliseconds for which a connection may be silent, before a request and between two. */
const MOST_IDLE_MILLIS = 10_000;
/** Milliseconds that answers under way have to end at a shutdown. */
const MOST_ENDING_MILLIS = 2_000;

/**
 * A `PrometheusExporter` that writes the rebalance series itself, in slices that let the event loop turn, and everybody
 * else's as OpenTelemetry does.
 */
export class RebalanceExporter extends PrometheusExporter {
  readonly #config: RebalanceExporterConfig;
  readonly #endpoint: string;
  readonly #handler: ScrapeHandler;
  readonly #server: Server;
  #listening: Promise<void> | undefined;

  constructor(
    config: RebalanceExporterConfig,
    producer: RebalanceMetricProducer,
    callback: (error: Error | undefined) => void,
  ) {
    const silenced = new SilencedProducer(producer);
    const metricProducers = [...(config.metricProducers ?? []).map(tellingFailures), silenced];
    // The server that it makes is never started: it would answer with its own text.
    super({ ...config, metricProducers, preventServerStart: true });
    this.#config = config;
    this.#endpoint = (config.endpoint || PrometheusExporter.DEFAULT_OPTIONS.endpoint).replace(/^([^/])/, '/$1');
    const all = () => this.collect();
    const sources = {
      producer: ClusterMetricProducer.is(producer) ? producer : undefined,
      others: () => silenced.without(all),
      all,
    };
    const turn = new SharedTurn();
    const diagnostics = new Diagnostics();
    const maker = new TextMaker(sources, config, turn, diagnostics);
    const texts = {
      make: (form: Form, memory: TextMemory) => maker.make(form, memory),
      clusters: () => sources.producer?.clusters,
    };
    this.#handler = new ScrapeHandler(texts, turn, new Guard(diagnostics));
    const limits = {
      headersTimeout: MOST_IDLE_MILLIS,
      keepAliveTimeout: MOST_IDLE_MILLIS,
      connectionsCheckingInterval: MOST_IDLE_MILLIS / 2,
    };
    this.#server = createServer(limits, (request, response) => this.#answer(request, response)).unref();
    if (config.preventServerStart === true) queueMicrotask(() => callback(undefined));
    else this.#start(callback);
  }

  override startServer(): Promise<void> {
    const { host, port = PrometheusExporter.DEFAULT_OPTIONS.port } = this.#config;
    this.#listening ??= new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host }, resolve);
    });
    return this.#listening;
  }

  /** Answers that are under way have two seconds to end. */
  override stopServer(): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), MOST_ENDING_MILLIS).unref();
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
  }

  override getMetricsRequestHandler(request: IncomingMessage, response: ServerResponse): void {
    this.#handler.handle(request, response);
  }

  #start(callback: (error: Error | undefined) => void): void {
    this.startServer().then(
      () => callback(undefined),
      (error: Error) => {
        diag.error(messageOf(error));
        callback(error);
      },
    );
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    // A proxy may ask for the whole URL.
    const [path] = (request.url ?? '').replace(/^https?:\/\/[^/?]*/i, '').split('?', 1);
    if (!this.#isAllowed(request.headers.host)) refuse(response, 403, 'this host is not among allowedHosts');
    else if (path !== this.#endpoint) refuse(response, 404, `the metrics are at ${this.#endpoint}`);
    else if (response.socket !== null) this.#handler.handle(request, response);
    // One that was sent before the answer to the last one was read.
    else response.once('socket', () => this.#handler.handle(request, response));
  }

  #isAllowed(host = ''): boolean {
    const { allowedHosts } = this.#config;
    return allowedHosts === undefined || allowedHosts.includes(host.replace(/:\d*$/, '').toLowerCase());
  }
}
