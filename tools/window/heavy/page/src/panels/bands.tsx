import {
  type DataFrame,
  type DisplayValue,
  dateTimeFormat,
  type Field,
  formattedValueToString,
  getFieldDisplayName,
} from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { Pagination, useTheme2, VizLegend } from '@grafana/ui';
import { useState } from 'react';
import { AXIS_HEIGHT, place, TimeAxis } from '../time-axis';
import type { Drawing } from './drawing';

/** A value and the time that it lasts, in milliseconds. */
interface Band {
  readonly from: number;
  readonly to: number;
  readonly display: DisplayValue;
  readonly text: string;
}

interface Line {
  readonly name: string;
  readonly bands: readonly Band[];
}

const LEGEND_HEIGHT = 28;
const PAGES_HEIGHT = 36;
const LETTER = 7;

/** States over time: what Grafana's panel `state-timeline` shows, in the colours and words that its fields have. */
export function StateTimeline(drawing: Drawing) {
  return <Bands {...drawing} merge={drawing.panel.options.mergeValues !== false} gap={0} />;
}

/** A cell for each moment: what Grafana's panel `status-history` shows. */
export function StatusHistory(drawing: Drawing) {
  return <Bands {...drawing} merge={false} gap={1 - (drawing.panel.options.colWidth ?? 0.9)} />;
}

function Bands({ panel, frames, context, width, height, merge, gap }: Drawing & { merge: boolean; gap: number }) {
  const theme = useTheme2();
  const [page, setPage] = useState(1);
  const { options } = panel;
  const end = context.range.to.valueOf();
  const lines = frames.flatMap((frame) => linesOf(frame, frames, merge, end));
  const perPage = options.perPage ?? 20;
  const pages = Math.max(1, Math.ceil(lines.length / perPage));
  const shown = lines.slice((Math.min(page, pages) - 1) * perPage, Math.min(page, pages) * perPage);
  const labels = Math.min(width * 0.3, Math.max(...lines.map(({ name }) => name.length * LETTER), 0) + 12);
  const legend = options.legend?.showLegend === false ? [] : legendOf(lines);
  const below = AXIS_HEIGHT + (legend.length > 0 ? LEGEND_HEIGHT : 0) + (pages > 1 ? PAGES_HEIGHT : 0);
  const row = Math.min(48, (height - below) / Math.max(shown.length, 1));
  const plot = width - labels - 8;
  const alpha = (panel.fieldConfig?.defaults.custom?.fillOpacity ?? 70) / 100;
  return (
    <div style={{ width, height, position: 'relative' }}>
      {shown.map(({ name, bands }) => (
        <div key={name} style={{ display: 'flex', height: row, alignItems: 'center' }}>
          <div
            title={name}
            style={{
              width: labels,
              paddingRight: 8,
              textAlign: 'right',
              fontSize: 12,
              ...ONE_LINE,
              direction: 'rtl',
              color: theme.colors.text.primary,
            }}
          >
            <bdi>{name}</bdi>
          </div>
          <div
            style={{ position: 'relative', width: plot, height: row * (options.rowHeight ?? 0.9), overflow: 'hidden' }}
          >
            {bands.map(({ from, to, display, text }) => {
              const left = Math.max(0, place(context.range, from)) * plot;
              const size = place(context.range, to) * plot - left;
              const fits = options.showValue !== 'never' && text.length * LETTER + 6 < size;
              return (
                <div
                  key={from}
                  title={`${name}: ${text}\n${clock(from)} to ${clock(to)}`}
                  style={{
                    position: 'absolute',
                    left: left + (size * gap) / 2,
                    width: Math.max(1, size * (1 - gap)),
                    height: '100%',
                    display: 'flex',
                    alignItems: 'center',
                    justifyContent: options.alignValue === 'left' ? 'flex-start' : 'center',
                    padding: '0 3px',
                    fontSize: 12,
                    overflow: 'hidden',
                    whiteSpace: 'nowrap',
                    background: mixed(display.color ?? '#888', alpha, theme.colors.background.primary),
                    color: theme.colors.getContrastText(solid(display.color ?? '#888', alpha, theme)),
                  }}
                >
                  {fits && text}
                </div>
              );
            })}
          </div>
        </div>
      ))}
      <div style={{ marginLeft: labels }}>
        <TimeAxis range={context.range} width={plot} />
      </div>
      {legend.length > 0 && (
        <VizLegend
          placement="bottom"
          displayMode={LegendDisplayMode.List}
          items={legend.map(({ text, display }) => ({ label: text, color: display.color ?? '#888', yAxis: 1 }))}
        />
      )}
      {pages > 1 && <Pagination currentPage={Math.min(page, pages)} numberOfPages={pages} onNavigate={setPage} />}
    </div>
  );
}

const ONE_LINE = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

function clock(time: number): string {
  return dateTimeFormat(time, { timeZone: 'utc' });
}

function mixed(color: string, alpha: number, ground: string): string {
  return `color-mix(in srgb, ${color} ${alpha * 100}%, ${ground})`;
}

/** Nearly the mixed colour, as a plain one, by which to choose that of the text. */
function solid(color: string, alpha: number, theme: ReturnType<typeof useTheme2>): string {
  const channels = (text: string) => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16));
  if (!/^#[0-9a-f]{6}/i.test(color)) return color;
  const ground = channels(theme.isDark ? '#181b1f' : '#ffffff');
  const parts = channels(color).map((value, index) =>
    Math.round(value * alpha + (ground[index] as number) * (1 - alpha)),
  );
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function linesOf(frame: DataFrame, frames: DataFrame[], merge: boolean, end: number): Line[] {
  const time = frame.fields.find(({ type }) => type === 'time');
  if (time === undefined) return [];
  return frame.fields
    .filter((field) => field !== time && field.config.custom?.hideFrom?.viz !== true)
    .map((field) => ({ name: getFieldDisplayName(field, frame, frames), bands: bandsOf(field, time, merge, end) }));
}

/** A value lasts until the next, but no longer than a step where none follows: a gap stays a gap. */
function bandsOf(field: Field, time: Field, merge: boolean, end: number): Band[] {
  const bands: Band[] = [];
  const step = Number(time.config.interval ?? Number.POSITIVE_INFINITY);
  for (const [index, value] of field.values.entries()) {
    if (value === null || value === undefined) continue;
    const from = time.values[index] as number;
    const next = (time.values[index + 1] as number | undefined) ?? end;
    const to = Math.max(from, Math.min(next, from + step, end));
    const display = field.display?.(value) ?? { text: String(value), numeric: Number(value) };
    const text = formattedValueToString(display);
    const last = bands.at(-1);
    if (merge && last !== undefined && last.to === from && last.text === text) {
      bands[bands.length - 1] = { ...last, to };
    } else bands.push({ from, to, display, text });
  }
  return bands;
}

/** The words that occur, each with its colour. */
function legendOf(lines: readonly Line[]): Band[] {
  return [...new Map(lines.flatMap(({ bands }) => bands).map((band) => [band.text, band])).values()];
}
