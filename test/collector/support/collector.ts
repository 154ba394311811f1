import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OWN_METRICS, type OwnMetric } from '../../../collector/own-metrics.js';
import { program } from '../../../tools/program.js';
import { parseExposition, type Sample } from '../../support/exposition.js';
import { freePorts, run } from '../../support/process.js';
import { type Launch, Server } from '../../support/server.js';

/** The folder of the configuration files, as they are shipped. */
export const CONFIGURATIONS = new URL('../../../../collector/', import.meta.url).pathname;

/** What a Collector counts of each signal: refused by a receiver, given up by an exporter, no room in its queue. */
export const REFUSED = [OWN_METRICS.refusedSpans, OWN_METRICS.refusedMetricPoints, OWN_METRICS.refusedLogRecords];
export const SEND_FAILED = [
  OWN_METRICS.sendFailedSpans,
  OWN_METRICS.sendFailedMetricPoints,
  OWN_METRICS.sendFailedLogRecords,
];
export const ENQUEUE_FAILED = [
  OWN_METRICS.enqueueFailedSpans,
  OWN_METRICS.enqueueFailedMetricPoints,
  OWN_METRICS.enqueueFailedLogRecords,
];

/** In a Collector's folder. */
const EVENT_FILE = 'events.jsonl';

/** How a {@link Collector} is configured. */
export interface CollectorOptions {
  /** Files of `collector/`, in the order in which they are merged. */
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What a test has to have otherwise, such as shorter times; merged last. */
  readonly overrides?: object;
  /** Words to put before the program's, such as `unshare --mount`. */
  readonly wrapper?: readonly string[];
}

/** Ports of 127.0.0.1. */
type Ports = Readonly<Record<'grpc' | 'http' | 'metrics' | 'ownMetrics' | 'health', number>>;

/** The arguments that configure a Collector. */
function configurationOf({ files, overrides }: CollectorOptions): string[] {
  const args = files.map((file) => `--config=file:${join(CONFIGURATIONS, file)}`);
  // JSON is YAML.
  return overrides === undefined ? args : [...args, `--config=yaml:${JSON.stringify(overrides)}`];
}

/** Only what is said here, so that nothing of the machine's own environment can help a configuration. */
function environment(variables: Readonly<Record<string, string>>): string[] {
  return ['-i', ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)];
}

/** Has the Collector check its configuration. Throws with what it says against it. */
export async function validate(options: CollectorOptions): Promise<void> {
  const args = [...environment(options.env ?? {}), await program('otelcol'), 'validate', ...configurationOf(options)];
  await run('env', args);
}

/** A real Collector. */
export class Collector extends Server {
  readonly ports: Ports;

  private constructor(folder: string, launch: Launch, ports: Ports) {
    super(folder, launch);
    this.ports = ports;
  }

  static start(options: CollectorOptions): Promise<Collector> {
    return Collector.launched('collector', async (folder) => {
      const [grpc = 0, http = 0, metrics = 0, ownMetrics = 0, health = 0] = await freePorts(5);
      const variables = environment({
        COLLECTOR_GRPC_PORT: String(grpc),
        COLLECTOR_HTTP_PORT: String(http),
        COLLECTOR_METRICS_PORT: String(metrics),
        COLLECTOR_OWN_METRICS_PORT: String(ownMetrics),
        COLLECTOR_HEALTH_PORT: String(health),
        COLLECTOR_QUEUE_FOLDER: join(folder, 'queue'),
        COLLECTOR_LOG_FILE: join(folder, EVENT_FILE),
        ...options.env,
      });
      const collector = [await program('otelcol'), ...configurationOf(options)];
      const command = [...(options.wrapper ?? []), 'env', ...variables, ...collector];
      const launch = { command, ready: `http://127.0.0.1:${health}/` };
      return new Collector(folder, launch, { grpc, http, metrics, ownMetrics, health });
    });
  }

  /** Where a neighbour sends OTLP over gRPC. */
  get grpc(): string {
    return `127.0.0.1:${this.ports.grpc}`;
  }

  /** Where an application sends OTLP over HTTP. */
  get http(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** The lines of the log that an operator would have to look at. */
  get complaints(): string[] {
    return this.log.split('\n').filter((line) => /\t(warn|error|fatal|panic)\t|deprecated|^Error/i.test(line));
  }

  /** What it shows for a Prometheus to scrape. */
  async exposed(): Promise<Sample[]> {
    return parseExposition(await this.exposedText());
  }

  async exposedText(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`)).text();
  }

  /** The lines of its file of events; none before there is one. */
  async eventLines(): Promise<string[]> {
    const text = await readFile(join(this.folder, EVENT_FILE), 'utf8').catch(() => '');
    // What comes after the last end of a line is still being written.
    return text.split('\n').slice(0, -1);
  }

  /** Its metrics about itself. */
  async ownMetrics(): Promise<Sample[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.ownMetrics}/metrics`);
    return parseExposition(await response.text());
  }

  /** The sum of metrics about itself over their series. */
  async own(...metrics: readonly Pick<OwnMetric, 'name'>[]): Promise<number> {
    const names = metrics.map(({ name }) => name);
    const samples = await this.ownMetrics();
    return samples.filter(({ name }) => names.includes(name)).reduce((sum, { value }) => sum + value, 0);
  }
}
