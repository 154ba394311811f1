import { dateTime, type TimeRange } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { answerOf } from './answer';
import type { Settings } from './settings';
import type { Clock } from './time';
import { duration } from './trace/duration';
import { Waterfall } from './trace/waterfall';
import type { Span } from './trace/wire';

interface TracePageProps {
  readonly traceId: string;
  readonly settings: Settings;
  readonly address: URL;
  readonly clock: Clock;
  readonly width: number;
}

/** A trace alone, over the time that it took. */
export function TracePage({ traceId, clock, width }: TracePageProps) {
  const theme = useTheme2();
  const [spans, setSpans] = useState<readonly Span[]>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    document.title = `Trace ${traceId}`;
    answerOf<readonly Span[]>(`/api/traces/${encodeURIComponent(traceId)}`)
      .then((all) => setSpans(all.filter(({ start }) => start <= clock())))
      .catch((error: Error) => setProblem(error.message));
  }, [traceId, clock]);
  useEffect(() => {
    document.body.toggleAttribute('data-ready', spans !== undefined || problem !== undefined);
  }, [spans, problem]);
  if (problem !== undefined) return <p role="alert">{problem}</p>;
  if (spans === undefined) return null;
  const range = spanned(spans);
  return (
    <>
      <h1 style={{ fontSize: theme.typography.h4.fontSize, overflowWrap: 'anywhere' }}>Trace {traceId}</h1>
      {range === undefined ? (
        <p>No span of this trace has ended yet, or its store has deleted it.</p>
      ) : (
        <>
          <p>
            {spans.length} spans over {duration(range.to.valueOf() - range.from.valueOf())}. A click on one shows what
            it says.
          </p>
          <Waterfall spans={spans} range={range} width={width} />
        </>
      )}
    </>
  );
}

function spanned(spans: readonly Span[]): TimeRange | undefined {
  if (spans.length === 0) return undefined;
  const begin = Math.min(...spans.map(({ start }) => start));
  const end = Math.max(...spans.map(({ end }) => end), begin + 1);
  const [from, to] = [dateTime(begin), dateTime(end)];
  return { from, to, raw: { from, to } };
}

/** The id in a link to Grafana's page Explore. */
export function traceOfExplore(address: URL): string {
  const panes = JSON.parse(address.searchParams.get('panes') ?? '{}') as Record<
    string,
    { queries?: { query?: string }[] }
  >;
  const queries = Object.values(panes).flatMap(({ queries: ofPane }) => ofPane ?? []);
  return queries.find(({ query }) => query !== undefined)?.query ?? '';
}
