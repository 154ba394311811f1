import { JsonLogsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { LogRecordProcessor, ReadableLogRecord, SdkLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Lines } from './line-file.js';

/** Spans or records of one line. */
const BATCH = 500;

/** Writes ended spans as OTLP/JSON, one export request a line, as the Collector's file receiver reads it. */
export class SpanLines implements SpanProcessor {
  readonly #file: Lines;
  #ended: ReadableSpan[] = [];

  constructor(file: Lines) {
    this.#file = file;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.#ended.push(span);
    if (this.#ended.length >= BATCH) this.flush();
  }

  flush(): void {
    if (this.#ended.length === 0) return;
    this.#file.write(textOf(JsonTraceSerializer.serializeRequest(this.#ended)));
    this.#ended = [];
  }

  async forceFlush(): Promise<void> {
    this.flush();
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }
}

/** Writes log records as OTLP/JSON, one export request a line. */
export class LogLines implements LogRecordProcessor {
  readonly #file: Lines;
  #emitted: ReadableLogRecord[] = [];

  constructor(file: Lines) {
    this.#file = file;
  }

  onEmit(record: SdkLogRecord): void {
    this.#emitted.push(record);
    if (this.#emitted.length >= BATCH) this.flush();
  }

  flush(): void {
    if (this.#emitted.length === 0) return;
    this.#file.write(textOf(JsonLogsSerializer.serializeRequest(this.#emitted)));
    this.#emitted = [];
  }

  async forceFlush(): Promise<void> {
    this.flush();
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}
