import { Problem } from '../../../examples/operator/api/problem.js';
import { spansOf, type TracesData } from './otlp-json.js';
import { causeOf } from './prometheus-route.js';
import type { StoredSpan, TraceStore } from './telemetry-store.js';

const WITHIN_MS = 10_000;
const MOST_TRACES = 20;
const DAYS_BACK = 7;

/** Traces that a Jaeger keeps, by the API that answers in OTLP. */
export class Jaeger implements TraceStore {
  readonly #url: string;

  /** @param url without a slash at its end */
  constructor(url: string) {
    this.#url = url;
  }

  trace(traceId: string): Promise<readonly StoredSpan[]> {
    return this.#ask(`/api/v3/traces/${traceId}`);
  }

  async spans(attribute: string, value: string): Promise<readonly StoredSpan[]> {
    const { services = [] } = (await this.#answer('/api/v3/services')) as { services?: string[] };
    const now = Date.now();
    const found = await Promise.all(
      services.map((service) => {
        const query = new URLSearchParams({
          'query.service_name': service,
          'query.attributes': JSON.stringify({ [attribute]: value }),
          'query.start_time_min': new Date(now - DAYS_BACK * 86_400_000).toISOString(),
          'query.start_time_max': new Date(now).toISOString(),
          'query.num_traces': String(MOST_TRACES),
        });
        return this.#ask(`/api/v3/traces?${query}`);
      }),
    );
    return found.flat().filter(({ attributes }) => attributes[attribute] === value);
  }

  async #ask(path: string): Promise<StoredSpan[]> {
    const { result } = ((await this.#answer(path)) ?? {}) as { result?: TracesData };
    return result === undefined ? [] : spansOf(result);
  }

  /** @returns undefined for what it does not know */
  async #answer(path: string): Promise<unknown> {
    const response = await fetch(this.#url + path, { signal: AbortSignal.timeout(WITHIN_MS) }).catch((error: Error) => {
      throw new Problem(502, `Jaeger at ${this.#url} does not answer: ${causeOf(error)}`);
    });
    if (response.status === 404) return undefined;
    if (!response.ok)
      throw new Problem(502, `Jaeger: HTTP ${response.status} ${(await response.text()).slice(0, 300)}`);
    return response.json();
  }
}
