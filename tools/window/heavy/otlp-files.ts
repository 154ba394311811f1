import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { eventsOf, type LogsData, spansOf, type TracesData } from './otlp-json.js';
import { selected } from './selected.js';
import type { EventQuery, EventStore, StoredEvent, StoredSpan, TraceStore } from './telemetry-store.js';

/** Traces in a file of the lab: an OTLP export request a line. It is read when it is first asked for. */
export class TraceFile implements TraceStore {
  readonly #path: string;
  #traces: Promise<ReadonlyMap<string, readonly StoredSpan[]>> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async trace(traceId: string): Promise<readonly StoredSpan[]> {
    return (await this.#read()).get(traceId) ?? [];
  }

  async spans(attribute: string, value: string): Promise<readonly StoredSpan[]> {
    const all = [...(await this.#read()).values()].flat();
    return all.filter(({ attributes }) => attributes[attribute] === value);
  }

  #read(): Promise<ReadonlyMap<string, readonly StoredSpan[]>> {
    this.#traces ??= linesOf<TracesData>(this.#path).then((requests) => byTrace(requests.flatMap(spansOf)));
    return this.#traces;
  }
}

function byTrace(spans: readonly StoredSpan[]): ReadonlyMap<string, readonly StoredSpan[]> {
  const traces = new Map<string, StoredSpan[]>();
  for (const span of spans) {
    const others = traces.get(span.traceId);
    if (others === undefined) traces.set(span.traceId, [span]);
    else others.push(span);
  }
  return traces;
}

/** Log events in a file: an OTLP export request a line, as the lab and a Collector's file exporter write them. */
export class EventFile implements EventStore {
  readonly #path: string;
  #seen: { readonly size: number; readonly events: readonly StoredEvent[] } = { size: -1, events: [] };

  constructor(path: string) {
    this.#path = path;
  }

  async events(query: EventQuery): Promise<readonly StoredEvent[]> {
    return selected(await this.#read(), query);
  }

  /** Anew when it has grown. A Collector makes it with the first event. */
  async #read(): Promise<readonly StoredEvent[]> {
    const size = await stat(this.#path).then(
      (file) => file.size,
      () => 0,
    );
    if (size !== this.#seen.size) {
      const events = size === 0 ? [] : (await linesOf<LogsData>(this.#path)).flatMap(eventsOf);
      this.#seen = { size, events };
    }
    return this.#seen.events;
  }
}

/** A last line that is not whole yet is left for the next time. */
async function linesOf<T>(path: string): Promise<T[]> {
  const parsed: T[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (!line.endsWith('}')) continue;
    try {
      parsed.push(JSON.parse(line));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
  return parsed;
}
