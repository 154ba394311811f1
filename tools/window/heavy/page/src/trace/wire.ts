/** A span as the window's server gives it. Times are milliseconds since the Unix epoch. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service: string;
  readonly start: number;
  /** Absent while it is open. */
  readonly end?: number;
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly time: number; readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
}

export type Attributes = Readonly<Record<string, unknown>>;

/** A log event. The time is in milliseconds since the Unix epoch. */
export interface LogEvent {
  readonly time: number;
  readonly severity: string;
  readonly name: string;
  readonly body: string;
  readonly attributes: Attributes;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}
