import { dateMath, dateTime, type RawTimeRange, rangeUtil, type TimeRange } from '@grafana/data';

/** A moment in milliseconds since the Unix epoch; the clock of a history stands still. */
export type Clock = () => number;

/**
 * What `from` and `to` of an address mean.
 *
 * @param fallback used where the address has none, or one that means nothing
 */
export function timeRangeOf(parameters: URLSearchParams, fallback: RawTimeRange, clock: Clock): TimeRange {
  const raw = {
    from: meant(parameters.get('from')) ?? meant(String(fallback.from)) ?? 'now-6h',
    to: meant(parameters.get('to')) ?? meant(String(fallback.to)) ?? 'now',
  };
  const now = new Date(clock());
  const [from, to] = [momentOf(raw.from, false, now), momentOf(raw.to, true, now)];
  return { from, to, raw: rangeUtil.isRelativeTimeRange(raw) ? raw : { from, to } };
}

function meant(text: string | null): string | undefined {
  if (text === null || text === '') return undefined;
  if (/^-?\d+$/.test(text)) return text;
  return dateMath.isValid(text) ? text : undefined;
}

function momentOf(text: string, roundUp: boolean, now: Date) {
  if (/^-?\d+$/.test(text)) return dateTime(Number(text));
  return dateTime(dateMath.toDateTime(text, { roundUp, now, timezone: 'utc' }));
}

/** Parameters of an address for a chosen time. */
export function timeParameters({ raw }: TimeRange): { from: string; to: string } {
  const text = (value: RawTimeRange['from']) => (typeof value === 'string' ? value : String(value.valueOf()));
  return { from: text(raw.from), to: text(raw.to) };
}
