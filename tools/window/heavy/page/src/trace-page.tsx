import { dateTime, type TimeRange } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { answerOf } from './answer';
import { useReady } from './ready';
import type { Settings } from './settings';
import type { Clock } from './time';
import { duration } from './trace/duration';
import { Waterfall } from './trace/waterfall';
import type { Span } from './trace/wire';

/** Between two questions for a trace of which nothing is there. */
const AGAIN_MS = 2_000;

interface TracePageProps {
  readonly traceId: string;
  readonly settings: Settings;
  readonly address: URL;
  readonly clock: Clock;
  readonly width: number;
}

/** A trace alone, over the time that it took. */
export function TracePage({ traceId, settings, address, clock, width }: TracePageProps) {
  const theme = useTheme2();
  const [trace, setTrace] = useState<Trace>();
  const [problem, setProblem] = useState<string>();
  // Spans come when they have ended. A history has no more to come.
  const isAwaited = trace?.spans.length === 0 && settings.now === undefined;
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(() => setRound((count) => count + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, [isAwaited]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked anew with each round
  useEffect(() => {
    document.title = `Trace ${traceId}`;
    const until = clock();
    answerOf<readonly Span[]>(`/api/traces/${encodeURIComponent(traceId)}?until=${until}`)
      .then((spans) => {
        setTrace({ spans, until });
        setProblem(undefined);
      })
      .catch((error: Error) => setProblem(error.message));
  }, [traceId, clock, round]);
  useReady(trace !== undefined || problem !== undefined, address);
  if (problem !== undefined) return <p role="alert">{problem}</p>;
  if (trace === undefined) return null;
  const { spans, until } = trace;
  const range = spanned(trace);
  return (
    <>
      <h1 style={{ fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }}>Trace {traceId}</h1>
      {range === undefined ? (
        <p>
          No span of this trace is known yet, or its store has deleted it.
          {isAwaited && ' The page asks again by itself.'}
        </p>
      ) : (
        <>
          <p>
            {spans.length} spans over {duration(range.to.valueOf() - range.from.valueOf())}. A click on one shows what
            it says.
          </p>
          <Waterfall spans={spans} until={until} range={range} width={width} />
        </>
      )}
    </>
  );
}

/** A trace as it was at a time, in milliseconds since the Unix epoch. */
interface Trace {
  readonly spans: readonly Span[];
  readonly until: number;
}

function spanned({ spans, until }: Trace): TimeRange | undefined {
  if (spans.length === 0) return undefined;
  const begin = Math.min(...spans.map(({ start }) => start));
  const end = Math.max(...spans.map(({ end = until }) => end), begin + 1);
  const [from, to] = [dateTime(begin), dateTime(end)];
  return { from, to, raw: { from, to } };
}

/** The id in a link to Grafana's page Explore. */
export function traceOfExplore(address: URL): string {
  const text = address.searchParams.get('panes') ?? '{}';
  try {
    const panes = JSON.parse(text) as Record<string, { queries?: { query?: string }[] }>;
    const queries = Object.values(panes).flatMap(({ queries: ofPane }) => ofPane ?? []);
    return queries.find(({ query }) => query !== undefined)?.query ?? '';
  } catch {
    // A label with a quote in it breaks the link. The server says what it takes instead.
    return text;
  }
}
