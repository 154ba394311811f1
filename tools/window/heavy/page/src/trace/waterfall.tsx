import { dateTimeFormat, type TimeRange } from '@grafana/data';
import { ScrollContainer, useTheme2 } from '@grafana/ui';
import { type CSSProperties, useState } from 'react';
import { AXIS_HEIGHT, place, TimeAxis, ticksOf } from '../time-axis';
import { Attributes } from './attributes';
import { duration } from './duration';
import { type Row, rowsOf } from './model';
import type { Span } from './wire';

const ROW = 26;
const INDENT = 14;
/** Narrower than this, names stand above their bars. */
const NARROW = 640;

interface WaterfallProps {
  readonly spans: readonly Span[];
  /** As of which time, in milliseconds since the Unix epoch: what is open reaches to here. */
  readonly until: number;
  /** The axis: that of the page, so that a bar stands below what the graphs show of its time. */
  readonly range: TimeRange;
  readonly width: number;
  readonly height?: number;
}

/** The spans of a trace below each other, each where its time is; a click shows what it says. */
export function Waterfall({ spans, until, range, width, height }: WaterfallProps) {
  const theme = useTheme2();
  const [opened, setOpened] = useState<string>();
  const rows = rowsOf(spans);
  const isNarrow = width < NARROW;
  const names = isNarrow ? 0 : Math.min(320, width * 0.34);
  const plot = width - names - 14;
  const list = (
    <div role="tree" aria-label="Trace">
      {rows.map((row) => (
        <div key={row.span.spanId}>
          <Bar
            row={row}
            until={until}
            range={range}
            names={names}
            plot={plot}
            isExpanded={row.span.spanId === opened}
            onClick={() => setOpened(row.span.spanId === opened ? undefined : row.span.spanId)}
          />
          {row.span.spanId === opened && <Details span={row.span} until={until} />}
        </div>
      ))}
    </div>
  );
  return (
    <div
      style={{
        width,
        ...(height !== undefined && { height, display: 'flex', flexDirection: 'column' }),
        color: theme.colors.text.primary,
      }}
    >
      <div style={{ marginLeft: names, flex: 'none', height: AXIS_HEIGHT }}>
        <TimeAxis range={range} width={plot} />
      </div>
      {height === undefined ? list : <ScrollContainer minHeight={0}>{list}</ScrollContainer>}
    </div>
  );
}

interface BarProps {
  readonly row: Row;
  readonly until: number;
  readonly range: TimeRange;
  readonly names: number;
  readonly plot: number;
  readonly isExpanded: boolean;
  readonly onClick: () => void;
}

function Bar({ row: { span, depth }, until, range, names, plot, isExpanded, onClick }: BarProps) {
  const theme = useTheme2();
  const { start, end: ended = until } = span;
  const isOpen = span.end === undefined;
  const color =
    span.status === 'error'
      ? theme.visualization.getColorByName('semi-dark-red')
      : theme.visualization.getColorByName('semi-dark-blue');
  const [begin, end] = [place(range, start), place(range, ended)].map(
    (at) => Math.min(1, Math.max(0, at)) as number,
  ) as [number, number];
  const isOutside = ended < range.from.valueOf() || start > range.to.valueOf();
  const width = Math.max(2, (end - begin) * plot);
  const length = isOpen ? `open for ${duration(ended - start)}` : duration(ended - start);
  const subject = subjectOf(span);
  const name = (
    <>
      {span.status === 'error' && <span aria-hidden>✖ </span>}
      {span.name}
      {subject && <span style={{ color: theme.colors.text.secondary }}> {subject}</span>}
    </>
  );
  // Beside the bar where there is room, else on the bar's end.
  const after = begin * plot + width + 6;
  const fitsAfter = after + length.length * 7 < plot;
  return (
    <button
      type="button"
      role="treeitem"
      aria-expanded={isExpanded}
      aria-level={depth + 1}
      aria-label={`${span.name} ${subject}, ${length}${span.status === 'error' ? ', error' : ''}`}
      data-span={span.spanId}
      onClick={onClick}
      title={`${span.name} ${subject}\n${dateTimeFormat(span.start, { timeZone: 'utc' })}, ${length}`}
      style={{
        all: 'unset',
        cursor: 'pointer',
        display: names === 0 ? 'block' : 'flex',
        alignItems: 'center',
        width: '100%',
        minHeight: ROW,
        fontSize: 12,
        background: isExpanded ? theme.colors.action.selected : undefined,
        outline: 'revert',
      }}
    >
      <div
        style={{
          width: names || undefined,
          paddingLeft: depth * INDENT,
          paddingRight: 8,
          overflow: 'hidden',
          textOverflow: 'ellipsis',
          whiteSpace: 'nowrap',
          boxSizing: 'border-box',
        }}
      >
        {name}
      </div>
      <div
        style={{
          position: 'relative',
          width: plot,
          height: ROW,
          backgroundImage: ground(range, plot, theme.colors.border.weak),
        }}
      >
        {isOutside ? (
          <span
            style={{
              color: theme.colors.text.secondary,
              position: 'absolute',
              top: 5,
              [begin >= 1 ? 'right' : 'left']: 0,
            }}
          >
            {begin >= 1 ? 'later →' : '← earlier'}
          </span>
        ) : (
          <>
            <div
              style={{
                position: 'absolute',
                left: begin * plot,
                width,
                top: 6,
                height: ROW - 12,
                borderRadius: 2,
                ...(isOpen ? hatched(color) : { background: color }),
              }}
            />
            <span
              style={{
                position: 'absolute',
                top: 5,
                ...(fitsAfter ? { left: after } : { right: plot - (begin * plot + width) + 6 }),
                color: fitsAfter ? theme.colors.text.secondary : theme.colors.getContrastText(color),
                // Stripes are no ground for letters.
                ...(isOpen &&
                  !fitsAfter && {
                    right: plot - (begin * plot + width),
                    paddingLeft: 6,
                    background: theme.colors.background.primary,
                    color: theme.colors.text.primary,
                  }),
                ...(!fitsAfter &&
                  width < length.length * 7 && { right: plot - begin * plot + 6, color: theme.colors.text.secondary }),
              }}
            >
              {length}
            </span>
          </>
        )}
      </div>
    </button>
  );
}

/** An outline with stripes: what is not over. */
function hatched(color: string): CSSProperties {
  return {
    boxSizing: 'border-box',
    border: `1px solid ${color}`,
    borderRight: 'none',
    background: `repeating-linear-gradient(-45deg, ${color} 0 2px, transparent 2px 7px)`,
  };
}

/** Thin lines where the axis has its marks. */
function ground(range: TimeRange, plot: number, color: string): string | undefined {
  const lines = ticksOf(range, plot).map(({ time }) => place(range, time) * plot);
  if (lines.length === 0) return undefined;
  const stops = lines.flatMap((at) => [
    `transparent ${at}px`,
    `${color} ${at}px`,
    `${color} ${at + 1}px`,
    `transparent ${at + 1}px`,
  ]);
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** What a span is about, beside its name: the node or the shard. */
function subjectOf({ attributes }: Span): string {
  const of = (name: string) => (attributes[name] === undefined ? '' : String(attributes[name]));
  return of('mesh.shard.id') || of('mesh.node.id');
}

function Details({ span, until }: { readonly span: Span; readonly until: number }) {
  const theme = useTheme2();
  return (
    <div
      data-details={span.spanId}
      style={{
        padding: '8px 12px',
        background: theme.colors.background.secondary,
        borderRadius: 4,
        fontSize: 12,
        overflowWrap: 'anywhere',
      }}
    >
      <Attributes
        title="Span"
        attributes={{
          started: dateTimeFormat(span.start, { timeZone: 'utc' }),
          ...(span.end === undefined
            ? { 'open for': duration(until - span.start) }
            : { took: duration(span.end - span.start) }),
          status: span.statusMessage ? `${span.status}: ${span.statusMessage}` : span.status,
          service: span.service,
          'trace id': span.traceId,
          'span id': span.spanId,
        }}
      />
      <Attributes title="Attributes" attributes={span.attributes} />
      {span.events.map(({ time, name, attributes }) => (
        <Attributes
          key={`${time} ${name}`}
          title={`Event ${name}, ${duration(time - span.start)} after the start`}
          attributes={attributes}
        />
      ))}
      {span.links.map((link) => (
        <div key={link.spanId}>
          <b>Link</b> to <a href={`/trace/${link.traceId}`}>trace {link.traceId}</a>, span {link.spanId}
          <Attributes title="" attributes={link.attributes} />
        </div>
      ))}
    </div>
  );
}
