import { useEffect, useState } from 'preact/hooks';

const EVERY_MS = 1_000;
/** Share of the time, at most, in which a fleet's long answer is waited for and read. */
const BUSY = 0.2;
const ANSWER_WITHIN_MS = 5_000;

/** What was last answered, and whether the server still answers. */
export interface Polled<T> {
  readonly value: T | undefined;
  /** When the first question was not answered any more, by the browser's clock; undefined while it answers. */
  readonly lostAt: number | undefined;
}

/** Asks for something every second, or more seldom where the answer takes long, for as long as it is shown. A server that has gone is asked until it is back. */
export function usePolled<T>(url: string): Polled<T> {
  const [polled, setPolled] = useState<Polled<T> & { readonly url: string }>({
    url,
    value: undefined,
    lostAt: undefined,
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const ended = new AbortController();
    const ask = async () => {
      const begin = performance.now();
      const value = await answer<T>(url, ended.signal);
      if (ended.signal.aborted) return;
      setPolled((before) => {
        const former = before.url === url ? before : { value: undefined, lostAt: undefined };
        if (value !== undefined) return { url, value, lostAt: undefined };
        return { url, value: former.value, lostAt: former.lostAt ?? Date.now() };
      });
      timer = setTimeout(ask, Math.max(EVERY_MS, (performance.now() - begin) / BUSY));
    };
    void ask();
    return () => {
      ended.abort();
      clearTimeout(timer);
    };
  }, [url]);
  return polled.url === url ? polled : { value: undefined, lostAt: undefined };
}

/** Undefined where the server gives no answer, whatever the cause: the page says so, and asks again. */
async function answer<T>(url: string, signal: AbortSignal): Promise<T | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]) });
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch (error) {
    if (!signal.aborted) console.warn(`${url}:`, error);
    return undefined;
  }
}
