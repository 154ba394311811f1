import { type Field, formattedValueToString, getFieldDisplayName } from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { useTheme2, VizLegend } from '@grafana/ui';
import { linksOf } from '../panel-data';
import type { Drawing } from './drawing';

const LEGEND_HEIGHT = 28;
const LETTER = 7;

/** A group of bars for each word: what Grafana's panel `barchart` shows when its bars lie. */
export function BarChart({ panel, frames, width, height }: Drawing) {
  const { options } = panel;
  const [frame] = frames;
  if (frame === undefined) return null;
  const words =
    frame.fields.find(({ name, state }) => name === options.xField || state?.displayName === options.xField) ??
    frame.fields.find(({ type }) => type === 'string');
  const bars = frame.fields.filter((field) => field.type === 'number' && field !== words);
  if (words === undefined) return null;
  const most = Math.max(0, ...bars.flatMap(({ values }) => values.filter(Number.isFinite)));
  const names = words.values.map((word) => formattedValueToString(words.display?.(word) ?? { text: String(word) }));
  const labels = Math.min(width * 0.4, Math.max(0, ...names.map((name) => name.length * LETTER)) + 12);
  const group = Math.min(96, (height - LEGEND_HEIGHT) / Math.max(names.length, 1));
  const bar = Math.min(32, (group * 0.8) / Math.max(bars.length, 1));
  const room = width - labels - 70;
  return (
    <div style={{ width, height, overflow: 'hidden auto' }}>
      {names.map((name, row) => (
        <div key={name} style={{ display: 'flex', alignItems: 'center', height: group }}>
          <div
            title={name}
            style={{ width: labels, paddingRight: 8, textAlign: 'right', overflow: 'hidden', textOverflow: 'ellipsis' }}
          >
            {name}
          </div>
          <div>
            {bars.map((field) => (
              <Bar
                key={field.name}
                field={field}
                name={`${name}, ${getFieldDisplayName(field, frame, frames)}`}
                row={row}
                size={bar}
                width={most === 0 ? 0 : (Number(field.values[row] ?? 0) / most) * room}
                showsValue={options.showValue !== 'never'}
              />
            ))}
          </div>
        </div>
      ))}
      {options.legend?.showLegend !== false && (
        <VizLegend
          placement="bottom"
          displayMode={LegendDisplayMode.List}
          items={bars.map((field) => ({
            label: getFieldDisplayName(field, frame, frames),
            color:
              field.display?.(field.values.find((value) => value !== null && value !== undefined) ?? 0).color ?? '#888',
            yAxis: 1,
          }))}
        />
      )}
    </div>
  );
}

interface BarProps {
  readonly field: Field;
  readonly name: string;
  readonly row: number;
  readonly size: number;
  readonly width: number;
  readonly showsValue: boolean;
}

function Bar({ field, name, row, size, width, showsValue }: BarProps) {
  const theme = useTheme2();
  const value = field.values[row] ?? 0;
  const display = field.display?.(value) ?? { text: String(value), numeric: Number(value) };
  const text = formattedValueToString(display);
  const [link] = linksOf(field, row);
  const drawn = (
    <div
      title={`${name}: ${text}`}
      style={{ display: 'flex', alignItems: 'center', height: size, color: theme.colors.text.primary }}
    >
      <div style={{ width, height: '88%', background: display.color }} />
      {showsValue && <span style={{ marginLeft: 6 }}>{text}</span>}
    </div>
  );
  if (link === undefined) return drawn;
  return (
    <a href={link.href} target={link.target}>
      {drawn}
    </a>
  );
}
