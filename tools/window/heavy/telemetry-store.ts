import type { LogEvent, Span } from './page/src/trace/wire.js';

/** A span, as the page takes it. */
export type StoredSpan = Span;

/** A log event, as the page takes it. */
export type StoredEvent = LogEvent;

/** A condition on an attribute, whose dots may be written as underscores. */
export interface EventFilter {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~';
  readonly value: string;
}

/** Which events are asked for. */
export interface EventQuery {
  readonly from: number;
  readonly to: number;
  readonly filters: readonly EventFilter[];
  /** Only those of this trace. */
  readonly traceId?: string;
  /** Default: all. */
  readonly limit?: number;
}

/** Where traces are kept. */
export interface TraceStore {
  /** Spans of a trace that have ended; none where it is unknown. */
  trace(traceId: string): Promise<readonly StoredSpan[]>;
  /** Spans that have ended whose attribute has this value. */
  spans(attribute: string, value: string): Promise<readonly StoredSpan[]>;
}

/** Where log events are kept. */
export interface EventStore {
  /** The newest first. */
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
}
