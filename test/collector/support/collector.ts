import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../../tools/program.js';
import { eventually } from '../../support/eventually.js';
import { parseExposition, type Sample } from '../../support/exposition.js';
import { Daemon, freePort, run } from '../../support/process.js';

/** The folder of the configuration files, as they are shipped. */
export const CONFIGURATIONS = new URL('../../../../collector/', import.meta.url).pathname;

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
interface Ports {
  readonly grpc: number;
  readonly http: number;
  readonly metrics: number;
  readonly ownMetrics: number;
  readonly health: number;
}

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
export class Collector {
  readonly ports: Ports;
  /** For what it writes; removed at its end. */
  readonly folder: string;
  readonly #options: CollectorOptions;
  #daemon: Daemon;

  private constructor(options: CollectorOptions, ports: Ports, folder: string, daemon: Daemon) {
    this.#options = options;
    this.ports = ports;
    this.folder = folder;
    this.#daemon = daemon;
  }

  static async start(options: CollectorOptions): Promise<Collector> {
    const [grpc, http, metrics, ownMetrics, health] = (await Promise.all(Array.from({ length: 5 }, freePort))) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const ports = { grpc, http, metrics, ownMetrics, health };
    const folder = await mkdtemp(join(tmpdir(), 'collector-'));
    const daemon = await launch(options, ports, folder);
    const collector = new Collector(options, ports, folder, daemon);
    try {
      await collector.#ready();
    } catch (error) {
      await collector.stop();
      throw error;
    }
    return collector;
  }

  /** Where a neighbour sends OTLP over gRPC. */
  get grpc(): string {
    return `127.0.0.1:${this.ports.grpc}`;
  }

  /** Where an application sends OTLP over HTTP. */
  get http(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  get processId(): number {
    return this.#daemon.process.pid as number;
  }

  /** What it has logged since it was last started. */
  get log(): string {
    return this.#daemon.output;
  }

  /** The lines of the log that an operator would have to look at. */
  get complaints(): string[] {
    return this.log.split('\n').filter((line) => /\t(warn|error|fatal|panic)\t|deprecated|^Error/i.test(line));
  }

  /** What it shows for a Prometheus to scrape. */
  async exposed(): Promise<Sample[]> {
    return parseExposition(await this.exposedText());
  }

  async exposedText(headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`, { headers })).text();
  }

  /** Its metrics about itself. */
  async ownMetrics(): Promise<Sample[]> {
    const response = await fetch(`http://127.0.0.1:${this.ports.ownMetrics}/metrics`);
    return parseExposition(await response.text());
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.#daemon.process, 'exit');
    this.#daemon.process.kill('SIGKILL');
    await exited;
  }

  /** Starts it anew after {@link kill} or {@link halt}, on its ports and in its folder. */
  async restart(): Promise<void> {
    this.#daemon = await launch(this.#options, this.ports, this.folder);
    await this.#ready();
  }

  /** Ends it, and leaves its folder for {@link restart}. */
  async halt(): Promise<void> {
    await this.#daemon.stop();
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    await eventually(async () => {
      if (this.#daemon.process.exitCode !== null) throw new Error(this.log);
      return (await fetch(`http://127.0.0.1:${this.ports.health}/`)).ok || undefined;
    });
  }
}

async function launch(options: CollectorOptions, ports: Ports, folder: string): Promise<Daemon> {
  const variables = {
    COLLECTOR_GRPC_PORT: String(ports.grpc),
    COLLECTOR_HTTP_PORT: String(ports.http),
    COLLECTOR_METRICS_PORT: String(ports.metrics),
    COLLECTOR_OWN_METRICS_PORT: String(ports.ownMetrics),
    COLLECTOR_HEALTH_PORT: String(ports.health),
    COLLECTOR_QUEUE_FOLDER: join(folder, 'queue'),
    COLLECTOR_LOG_FILE: join(folder, 'events.jsonl'),
    ...options.env,
  };
  const collector = [await program('otelcol'), ...configurationOf(options)];
  const line = [...(options.wrapper ?? []), 'env', ...environment(variables), ...collector];
  const [command, ...args] = line as [string, ...string[]];
  return new Daemon(command, args);
}
