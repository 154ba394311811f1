import { dateTimeFormat, type TimeRange } from '@grafana/data';
import { useTheme2 } from '@grafana/ui';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 30].map((count) => count * DAY),
];
const LEAST_PIXELS = 80;

/** Times at which an axis has a mark. */
export function ticksOf({ from, to }: TimeRange, width: number): { readonly time: number; readonly text: string }[] {
  const [begin, end] = [from.valueOf(), to.valueOf()];
  const most = Math.max(1, Math.floor(width / LEAST_PIXELS));
  const step = STEPS.find((candidate) => (end - begin) / candidate <= most) ?? 365 * DAY;
  const format = step < MINUTE ? 'HH:mm:ss' : step < DAY ? 'HH:mm' : 'MM/DD';
  const first = Math.ceil(begin / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((end - first) / step) + 1) }, (_, index) => {
    const time = first + index * step;
    return { time, text: dateTimeFormat(time, { format, timeZone: 'utc' }) };
  });
}

export const AXIS_HEIGHT = 22;

/** The axis below bands over time, as those of graphs look. */
export function TimeAxis({ range, width }: { readonly range: TimeRange; readonly width: number }) {
  const theme = useTheme2();
  return (
    <div style={{ position: 'relative', height: AXIS_HEIGHT, width, fontSize: 12, color: theme.colors.text.secondary }}>
      {ticksOf(range, width).map(({ time, text }) => {
        const left = place(range, time) * width;
        return (
          <span key={time} style={{ position: 'absolute', left, top: 4, translate: within(left, width) }}>
            {text}
          </span>
        );
      })}
    </div>
  );
}

const HALF_A_TEXT = 20;

/** In the middle of its mark, unless that is at an end of the axis. */
function within(left: number, width: number): string {
  if (left < HALF_A_TEXT) return '0';
  return left > width - HALF_A_TEXT ? '-100%' : '-50%';
}

/** Where a time is, between 0 and 1. */
export function place({ from, to }: TimeRange, time: number): number {
  return (time - from.valueOf()) / (to.valueOf() - from.valueOf());
}
