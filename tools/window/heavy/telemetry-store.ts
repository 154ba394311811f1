/** Values of attributes as OTLP has them, in JSON. */
type Attributes = Readonly<Record<string, unknown>>;

/** A span that has ended. Times are milliseconds since the Unix epoch. */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly start: number;
  readonly end: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly time: number; readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
}

/** A log event. The time is in milliseconds since the Unix epoch. */
export interface StoredEvent {
  readonly time: number;
  readonly severity: string;
  readonly name: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

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
  readonly limit: number;
}

/** Where traces are kept. */
export interface TraceStore {
  /** Spans of a trace; none where it is unknown. */
  trace(traceId: string): Promise<readonly StoredSpan[]>;
  /** Spans whose attribute has this value. */
  spans(attribute: string, value: string): Promise<readonly StoredSpan[]>;
}

/** Where log events are kept. */
export interface EventStore {
  /** The newest first. */
  events(query: EventQuery): Promise<readonly StoredEvent[]>;
}
