import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../../tools/program.js';
import { eventually } from '../../support/eventually.js';
import { Daemon, freePort } from '../../support/process.js';

/** A span as Jaeger's query API gives it. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  /** What Jaeger holds against the span. */
  readonly warnings: readonly string[] | null;
}

/** A real Jaeger that keeps traces in memory. */
export class Jaeger {
  /** Where it takes OTLP over gRPC. */
  readonly endpoint: string;
  readonly #url: string;
  readonly #folder: string;
  readonly #daemon: Daemon;

  private constructor(endpoint: string, url: string, folder: string, daemon: Daemon) {
    this.endpoint = endpoint;
    this.#url = url;
    this.#folder = folder;
    this.#daemon = daemon;
  }

  static async start(): Promise<Jaeger> {
    const [otlp, http, grpc] = await Promise.all(Array.from({ length: 3 }, freePort));
    const config = {
      extensions: {
        jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
        jaeger_query: {
          storage: { traces: 'memory' },
          http: { endpoint: `127.0.0.1:${http}` },
          grpc: { endpoint: `127.0.0.1:${grpc}` },
        },
      },
      receivers: { otlp: { protocols: { grpc: { endpoint: `127.0.0.1:${otlp}` } } } },
      exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
      service: {
        extensions: ['jaeger_storage', 'jaeger_query'],
        pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
        telemetry: { metrics: { level: 'none' } },
      },
    };
    const folder = await mkdtemp(join(tmpdir(), 'jaeger-'));
    // JSON is YAML.
    await writeFile(join(folder, 'jaeger.yaml'), JSON.stringify(config));
    // Its traces of itself would be sent to a Collector that it believes to be on this machine.
    const command = ['OTEL_TRACES_SAMPLER=always_off', await program('jaeger'), '--config', `${folder}/jaeger.yaml`];
    const daemon = new Daemon('env', command);
    const jaeger = new Jaeger(`127.0.0.1:${otlp}`, `http://127.0.0.1:${http}`, folder, daemon);
    await eventually(async () => {
      if (daemon.process.exitCode !== null) throw new Error(daemon.output);
      return (await fetch(`${jaeger.#url}/api/services`)).ok || undefined;
    });
    return jaeger;
  }

  async services(): Promise<string[]> {
    return (await this.#get<string[] | null>('services')) ?? [];
  }

  /** The traces of a service that have a span with these tags, each as its spans. */
  async findTraces(service: string, tags: Readonly<Record<string, string>> = {}): Promise<JaegerSpan[][]> {
    const parameters = new URLSearchParams({ service, tags: JSON.stringify(tags), limit: '1000' });
    // A simulated clock may be some hours ahead.
    const dayInMicroseconds = 86_400_000_000;
    const now = Date.now() * 1_000;
    parameters.set('start', String(now - dayInMicroseconds));
    parameters.set('end', String(now + dayInMicroseconds));
    const traces = await this.#get<{ spans: JaegerSpan[] }[] | null>(`traces?${parameters}`);
    return (traces ?? []).map(({ spans }) => spans);
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/${path}`);
    const body = (await response.json()) as { data: T; errors: { msg: string }[] | null };
    if (body.errors !== null) throw new Error(body.errors.map(({ msg }) => msg).join('\n'));
    return body.data;
  }
}
