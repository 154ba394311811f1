import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from '../../../tools/program.js';
import { freePorts } from '../../support/process.js';
import { type Launch, Server } from '../../support/server.js';

/** A span as Jaeger's query API gives it. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  /** What Jaeger holds against the span. */
  readonly warnings: readonly string[] | null;
}

/** A simulated clock may be some hours ahead. */
const DAY_IN_MICROSECONDS = 86_400_000_000;

/** A real Jaeger that keeps traces in memory. */
export class Jaeger extends Server {
  /** Where it takes OTLP over gRPC. */
  readonly endpoint: string;
  /** Where it takes OTLP over HTTP. */
  readonly http: string;
  readonly #url: string;

  private constructor(folder: string, launch: Launch, [grpc, http, query]: readonly number[]) {
    super(folder, launch);
    this.endpoint = `127.0.0.1:${grpc}`;
    this.http = `http://127.0.0.1:${http}`;
    this.#url = `http://127.0.0.1:${query}`;
  }

  static start(): Promise<Jaeger> {
    return Jaeger.launched('jaeger', async (folder) => {
      const ports = await freePorts(4);
      const [grpc, http, query, queryGrpc] = ports.map((port) => ({ endpoint: `127.0.0.1:${port}` }));
      const config = {
        extensions: {
          jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
          // Its own spans would go to the usual port, and hold up its end where nobody listens there.
          jaeger_query: { storage: { traces: 'memory' }, enable_tracing: false, http: query, grpc: queryGrpc },
        },
        receivers: { otlp: { protocols: { grpc, http } } },
        exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
        service: {
          extensions: ['jaeger_storage', 'jaeger_query'],
          pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
          telemetry: { metrics: { level: 'none' } },
        },
      };
      // JSON is YAML.
      await writeFile(join(folder, 'jaeger.yaml'), JSON.stringify(config));
      const command = [await program('jaeger'), '--config', join(folder, 'jaeger.yaml')] as const;
      const env = { OTEL_TRACES_SAMPLER: 'always_off' };
      return new Jaeger(folder, { command, env, ready: `http://${query?.endpoint}/api/services` }, ports);
    });
  }

  /** The traces of a service that have a span with these tags, each as its spans. */
  async findTraces(service: string, tags: Readonly<Record<string, string>> = {}): Promise<JaegerSpan[][]> {
    const parameters = new URLSearchParams({ service, tags: JSON.stringify(tags), limit: '1000' });
    const now = Date.now() * 1_000;
    parameters.set('start', String(now - DAY_IN_MICROSECONDS));
    parameters.set('end', String(now + DAY_IN_MICROSECONDS));
    const traces = await this.#get<{ spans: JaegerSpan[] }[] | null>(`traces?${parameters}`);
    return (traces ?? []).map(({ spans }) => spans);
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/${path}`);
    const body = (await response.json()) as { data: T; errors: { msg: string }[] | null };
    if (body.errors !== null) throw new Error(body.errors.map(({ msg }) => msg).join('\n'));
    return body.data;
  }
}
