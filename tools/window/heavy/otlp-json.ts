import type { StoredEvent, StoredSpan } from './telemetry-store.js';

interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: KeyValues };
}

type KeyValues = readonly { readonly key: string; readonly value?: AnyValue }[];

interface Resource {
  readonly attributes?: KeyValues;
}

/** An OTLP request for traces, or what Jaeger answers with, as JSON. */
export interface TracesData {
  readonly resourceSpans?: readonly {
    readonly resource?: Resource;
    readonly scopeSpans?: readonly { readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number | string; readonly message?: string };
  readonly attributes?: KeyValues;
  readonly events?: readonly {
    readonly timeUnixNano: string;
    readonly name?: string;
    readonly attributes?: KeyValues;
  }[];
  readonly links?: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly attributes?: KeyValues;
  }[];
}

/** An OTLP request for logs, as JSON. */
export interface LogsData {
  readonly resourceLogs?: readonly {
    readonly scopeLogs?: readonly { readonly logRecords?: readonly OtlpLog[] }[];
  }[];
}

interface OtlpLog {
  readonly timeUnixNano?: string;
  readonly observedTimeUnixNano?: string;
  readonly severityText?: string;
  readonly severityNumber?: number;
  readonly eventName?: string;
  readonly body?: AnyValue;
  readonly attributes?: KeyValues;
  readonly traceId?: string;
  readonly spanId?: string;
}

export function spansOf({ resourceSpans = [] }: TracesData): StoredSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service = String(attributesOf(resource?.attributes)['service.name'] ?? '');
    return scopeSpans.flatMap(({ spans = [] }) => spans.map((span) => spanOf(span, service)));
  });
}

function spanOf(span: OtlpSpan, service: string): StoredSpan {
  const { traceId, spanId, parentSpanId, name, status = {}, events = [], links = [] } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    name,
    service,
    start: millis(span.startTimeUnixNano),
    end: millis(span.endTimeUnixNano),
    status: statusOf(status.code),
    ...(status.message && { statusMessage: status.message }),
    attributes: attributesOf(span.attributes),
    events: events.map((event) => ({
      time: millis(event.timeUnixNano),
      name: event.name ?? '',
      attributes: attributesOf(event.attributes),
    })),
    links: links.map((link) => ({ ...link, attributes: attributesOf(link.attributes) })),
  };
}

function statusOf(code: number | string | undefined): StoredSpan['status'] {
  if (code === 2 || code === 'STATUS_CODE_ERROR') return 'error';
  return code === 1 || code === 'STATUS_CODE_OK' ? 'ok' : 'unset';
}

export function eventsOf({ resourceLogs = [] }: LogsData): StoredEvent[] {
  return resourceLogs
    .flatMap(({ scopeLogs = [] }) => scopeLogs)
    .flatMap(({ logRecords = [] }) => logRecords)
    .map(({ timeUnixNano, observedTimeUnixNano, severityText, eventName, body, attributes, traceId, spanId }) => {
      const values = attributesOf(attributes);
      return {
        time: millis(timeUnixNano || observedTimeUnixNano || '0'),
        severity: severityText ?? '',
        name: eventName ?? String(values['event.name'] ?? ''),
        body: textOf(plain(body)),
        attributes: values,
        ...(traceId && { traceId }),
        ...(spanId && { spanId }),
      };
    });
}

function textOf(value: unknown): string {
  return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Nanoseconds are more than a number holds. */
function millis(nanos: string): number {
  return Number(BigInt(nanos) / 1000n) / 1000;
}

function attributesOf(pairs: KeyValues = []): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: AnyValue = {}): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}
