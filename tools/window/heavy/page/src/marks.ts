import type { Labels } from '@grafana/data';
import type { AnnotationQuery } from './dashboard';
import { type Context, interpolateQuery } from './interpolate';
import { range as askRange, inTemplate } from './prometheus';

/** A mark on the graphs of a page. Times are milliseconds since the Unix epoch. */
export interface Mark {
  readonly from: number;
  /** Later than `from` where it is a stretch of time. */
  readonly to: number;
  readonly title: string;
  readonly text: string;
  readonly color: string;
}

const LEAST_STEP_MS = 60_000;
const MOST_POINTS = 11_000;

/** What an annotation marks in the shown time; as in Grafana, values of 0 mark nothing. */
export async function marksOf(query: AnnotationQuery, context: Context, signal: AbortSignal): Promise<Mark[]> {
  const [from, to] = [context.range.from.valueOf(), context.range.to.valueOf()];
  const step = Math.max(LEAST_STEP_MS, Math.ceil((to - from) / MOST_POINTS / 1000) * 1000);
  const series = await askRange(interpolateQuery(query.expr ?? '', context), { from, to, step }, signal);
  return series.flatMap(({ metric, values = [] }) => {
    const samples = values.filter(([, value]) => Number(value) > 0);
    const look = describe(query, metric);
    if (query.useValueForTime) {
      const times = new Set(samples.map(([, value]) => Number(value)));
      return [...times].filter((time) => time >= from && time <= to).map((time) => ({ from: time, to: time, ...look }));
    }
    return stretches(
      samples.map(([seconds]) => seconds * 1000),
      step,
    ).map((stretch) => ({ ...stretch, ...look }));
  });
}

function describe(query: AnnotationQuery, labels: Labels) {
  return {
    title: inTemplate(query.titleFormat ?? query.name, labels),
    text: inTemplate(query.textFormat ?? '', labels).trim(),
    color: query.iconColor ?? '#0072B2',
  };
}

/** Points that follow each other without a gap are one stretch. */
function stretches(times: readonly number[], step: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const time of times) {
    const last = found.at(-1);
    if (last !== undefined && time - last.to <= step) last.to = time;
    else found.push({ from: time, to: time });
  }
  return found;
}
