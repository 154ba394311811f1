import { clockTime, duration } from '../../../examples/operator/cli/plan-text.js';
import type { SpanView } from '../server/wire.js';
import { axisTicks } from './axis-ticks.js';
import { Some } from './some.js';
import { type Row, waterfallRows } from './waterfall-rows.js';

const SHOWN = 60;

interface WaterfallProps {
  readonly spans: readonly SpanView[];
  /** Ends of the axis, milliseconds since the Unix epoch. */
  readonly from: number;
  readonly to: number;
}

/** A trace, each span a bar on one axis of time. One that is open grows. */
export function Waterfall({ spans, from, to }: WaterfallProps) {
  const [first] = spans;
  const whole = to - from;
  if (first === undefined) return <p class="none">No spans yet.</p>;
  return (
    <div class="waterfall">
      <p class="trace-id">
        trace <code>{first.traceId}</code>
      </p>
      <div class="axis" aria-hidden="true">
        {axisTicks(whole).map((tick) => {
          const left = tick === 0 ? 0 : (100 * tick) / whole;
          return (
            <span key={tick} style={{ left: `${left}%`, translate: `-${left}%` }}>
              {tick === 0 ? clockTime(from) : `+${duration(tick)}`}
            </span>
          );
        })}
      </div>
      <Some of={waterfallRows(spans)} most={SHOWN} what="spans">
        {(shown) => shown.map((row) => <SpanRow key={row.span.spanId} row={row} from={from} to={to} />)}
      </Some>
    </div>
  );
}

function SpanRow({ row: { span, label, isWithin }, from, to }: { row: Row; from: number; to: number }) {
  const end = span.end ?? to;
  const whole = Math.max(1, to - from);
  const left = clamp((100 * (span.start - from)) / whole);
  const width = clamp((100 * (end - span.start)) / whole);
  const kind = span.failed ? 'bad' : span.end === undefined ? 'open' : '';
  return (
    <details class={`span ${isWithin ? 'within' : ''}`}>
      <summary>
        <span class="label">{label}</span>
        <span class="lane">
          <i class={kind} style={{ left: `${Math.min(left, 99.5)}%`, width: `${width}%` }} />
        </span>
        <span class="number">
          {span.end === undefined ? `${duration(end - span.start)} …` : spanDuration(end - span.start)}
          {span.failed && <b> failed</b>}
        </span>
      </summary>
      <table>
        <tbody>
          <Fact name="span" value={`${span.name} ${span.spanId}`} />
          <Fact name="began" value={new Date(span.start).toISOString()} />
          {Object.entries(span.attributes).map(([name, value]) => (
            <Fact key={name} name={name} value={String(value)} />
          ))}
          {span.events.map(({ name, time }, index) => (
            <Fact key={`${index} ${time}`} name="event" value={`${clockTime(time)} ${name}`} />
          ))}
          {span.links.map(({ traceId, spanId }) => (
            <Fact key={traceId + spanId} name="link" value={`trace ${traceId}, span ${spanId}`} />
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{value}</td>
    </tr>
  );
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

function spanDuration(millis: number): string {
  return millis < 1_000 ? `${Math.round(millis)}ms` : duration(millis);
}
