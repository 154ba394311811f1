import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';

type Attribute = { key: string; value: { stringValue?: string; intValue?: number; boolValue?: boolean } };

/** A span as OTLP/JSON carries it. */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

/** A log record as OTLP/JSON carries it. */
export interface OtlpLogRecord {
  readonly traceId?: string;
  readonly eventName?: string;
  readonly attributes: readonly Attribute[];
}

type Scopes<K extends string, T> = { [key in K]: readonly T[] };
interface TraceRequest {
  resourceSpans: { scopeSpans: Scopes<'spans', OtlpSpan>[] }[];
}
interface LogsRequest {
  resourceLogs: { scopeLogs: Scopes<'logRecords', OtlpLogRecord>[] }[];
}

/** The receiving end of OTLP over HTTP with JSON, which keeps what it gets. */
export class OtlpReceiver {
  readonly spans: OtlpSpan[] = [];
  readonly logRecords: OtlpLogRecord[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await json(request).catch((error: unknown) => {
        // Who is killed in the middle of a request sends no more of it.
        if (request.complete) throw error;
      });
      if (body === undefined) return;
      if (request.url === '/v1/traces') this.#takeSpans(body as TraceRequest);
      if (request.url === '/v1/logs') this.#takeLogs(body as LogsRequest);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #takeSpans({ resourceSpans }: TraceRequest): void {
    this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
  }

  #takeLogs({ resourceLogs }: LogsRequest): void {
    const records = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
    this.logRecords.push(...records);
  }
}
