import { type AbsoluteTimeRange, dateTime, rangeUtil, type TimeRange } from '@grafana/data';
import { Combobox, MultiCombobox, RefreshPicker, TimeRangePicker, useTheme2 } from '@grafana/ui';
import { useId } from 'react';
import { ALL, type Chosen } from './interpolate';

interface ControlsProps {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly onChoose: (name: string, values: readonly string[]) => void;
  readonly range: TimeRange;
  readonly onRange: (range: TimeRange) => void;
  readonly refresh: string;
  readonly onRefresh: () => void;
  readonly onInterval: (interval: string) => void;
  readonly loading: boolean;
}

/** What can be chosen, at the top of a page. */
export function Controls({ chosen, onChoose, range, onRange, refresh, onRefresh, onInterval, loading }: ControlsProps) {
  const shown = [...chosen.values()].filter(({ variable }) => variable.hide !== 2 && variable.type !== 'datasource');
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>
      {shown.map((choice) => (
        <Choice key={choice.variable.name} choice={choice} onChoose={onChoose} />
      ))}
      <div style={{ flex: 1 }} />
      <TimeRangePicker
        value={range}
        timeZone="utc"
        onChange={onRange}
        onChangeTimeZone={() => {}}
        onMoveBackward={() => onRange(moved(range, -0.5))}
        onMoveForward={() => onRange(moved(range, 0.5))}
        onZoom={() => onRange(zoomedOut(range))}
      />
      <RefreshPicker
        value={refresh}
        intervals={['5s', '10s', '30s', '1m', '5m']}
        onRefresh={onRefresh}
        onIntervalChanged={onInterval}
        isLoading={loading}
        tooltip="Ask everything anew"
      />
    </div>
  );
}

function Choice({ choice, onChoose }: { readonly choice: Chosen; readonly onChoose: ControlsProps['onChoose'] }) {
  const theme = useTheme2();
  const id = useId();
  const { variable, choices, values } = choice;
  const { name, label = name, multi, includeAll } = variable;
  const known = [...new Set([...choices, ...values.filter((value) => value !== ALL)])];
  const options = [
    ...(includeAll ? [{ label: 'All', value: ALL }] : []),
    ...known.map((value) => ({ label: value, value })),
  ];
  const common = { id, options, width: 'auto' as const, minWidth: 12, maxWidth: 40 };
  return (
    <div style={{ display: 'flex', alignItems: 'center', maxWidth: '100%' }} data-variable={name}>
      <label
        htmlFor={id}
        title={variable.description}
        style={{
          padding: '0 8px',
          fontSize: 12,
          fontWeight: 500,
          color: theme.colors.text.primary,
          whiteSpace: 'nowrap',
        }}
      >
        {label}
      </label>
      {multi ? (
        <MultiCombobox
          {...common}
          value={[...values]}
          onChange={(picked) =>
            onChoose(
              name,
              settled(
                picked.map(({ value }) => value),
                values,
              ),
            )
          }
        />
      ) : (
        <Combobox {...common} value={values[0] ?? null} onChange={({ value }) => onChoose(name, [value])} />
      )}
    </div>
  );
}

/** All and one is what was chosen last of both; nothing is all. */
function settled(picked: readonly string[], before: readonly string[]): readonly string[] {
  if (picked.length === 0 || (picked.includes(ALL) && !before.includes(ALL))) return [ALL];
  return picked.filter((value) => value !== ALL || picked.length === 1);
}

function moved(range: TimeRange, by: number): TimeRange {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  return absolute({ from: from + (to - from) * by, to: to + (to - from) * by });
}

function zoomedOut(range: TimeRange): TimeRange {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  return absolute({ from: from - (to - from) / 2, to: to + (to - from) / 2 });
}

export function absolute({ from, to }: AbsoluteTimeRange): TimeRange {
  const [begin, end] = [dateTime(Math.round(from)), dateTime(Math.round(to))];
  return { from: begin, to: end, raw: { from: begin, to: end } };
}

/** Milliseconds between two rounds; undefined: never. */
export function refreshMillis(refresh: string): number | undefined {
  return refresh === '' ? undefined : rangeUtil.intervalToMs(refresh);
}
