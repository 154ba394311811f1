import type { Attribute, OtlpSink } from './otlp-sink.js';

/** Items of one request. */
const BATCH = 100;
/** Attribute that holds an item's number. */
const NUMBER = 'n';

/** What has arrived of what {@link sendNumbered} sent: the numbers, each once. */
export interface Arrived {
  readonly spans: ReadonlySet<string>;
  readonly points: ReadonlySet<string>;
  readonly logs: ReadonlySet<string>;
}

/** A request with its signal's path. */
interface Request {
  readonly path: string;
  readonly body: string;
}

function requestsFor(numbers: readonly number[], padding: string): Request[] {
  const resource = {
    attributes: [
      { key: 'service.name', value: { stringValue: 'numbered' } },
      { key: 'service.instance.id', value: { stringValue: 'one' } },
    ],
  };
  const now = `${Date.now()}000000`;
  const attributesOf = (number: number) => [
    { key: NUMBER, value: { stringValue: String(number) } },
    { key: 'padding', value: { stringValue: padding } },
    // Of a plan, so that no gateway samples it away.
    { key: 'mesh.rebalance.plan.id', value: { stringValue: 'plan-1' } },
  ];
  const hex = (number: number, length: number) => (number + 1).toString(16).padStart(length, '0');
  const spans = numbers.map((number) => ({
    traceId: hex(number, 32),
    spanId: hex(number, 16),
    name: 'rebalance.move',
    startTimeUnixNano: now,
    endTimeUnixNano: now,
    attributes: attributesOf(number),
  }));
  const dataPoints = numbers.map((number) => ({
    timeUnixNano: now,
    asDouble: number,
    attributes: attributesOf(number),
  }));
  const logRecords = numbers.map((number) => ({
    timeUnixNano: now,
    body: { stringValue: 'x' },
    attributes: attributesOf(number),
  }));
  const metrics = [{ name: 'numbered', gauge: { dataPoints } }];
  const bodies = {
    traces: { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] },
    metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] },
    logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] },
  };
  return Object.entries(bodies).map(([signal, body]) => ({ path: `/v1/${signal}`, body: JSON.stringify(body) }));
}

/**
 * Sends spans, metric points and log records with the numbers from `first` on, as many of each.
 *
 * @param padding bytes to add to each
 * @returns how many requests were refused
 */
export async function sendNumbered(url: string, first: number, count: number, padding = 0): Promise<number> {
  const fill = 'x'.repeat(padding);
  let refused = 0;
  for (let start = first; start < first + count; start += BATCH) {
    const length = Math.min(BATCH, first + count - start);
    const numbers = Array.from({ length }, (_, index) => start + index);
    for (const { path, body } of requestsFor(numbers, fill)) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      if (!response.ok) refused += 1;
    }
  }
  return refused;
}

/** The numbers that a sink has got. */
export async function arrivedAt(sink: OtlpSink): Promise<Arrived> {
  const numbers = (items: readonly { readonly attributes?: readonly Attribute[] }[]) =>
    new Set(
      items
        .map(({ attributes = [] }) => attributes.find(({ key }) => key === NUMBER)?.value.stringValue)
        .filter((number) => number !== undefined),
    );
  return {
    spans: numbers(await sink.spans()),
    points: numbers(await sink.points()),
    logs: numbers(await sink.logs()),
  };
}
