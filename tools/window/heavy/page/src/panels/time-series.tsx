import { type DataFrame, dateTimeFormat, type Field, type LinkModel } from '@grafana/data';
import { SortOrder, TooltipDisplayMode, type VizTooltipOptions } from '@grafana/schema';
import {
  TimeSeries as Graph,
  getFieldDisplayItems,
  TooltipPlugin2,
  type UPlotConfigBuilder,
  useTheme2,
  VizTooltipContent,
  VizTooltipFooter,
  VizTooltipHeader,
  VizTooltipWrapper,
} from '@grafana/ui';
import { useLayoutEffect, useRef } from 'react';
import type { Mark } from '../marks';
import { linksOf } from '../panel-data';
import type { Drawing } from './drawing';
import { Exemplars } from './exemplars';

export type Plot = Parameters<Parameters<typeof TooltipPlugin2>[0]['render']>[0];

/** Of Grafana's enum, which its bundle does not export. */
const ALL_SERIES = 1;
const NEAREST_SERIES = 2;

/** Lines and bars over time as Grafana's panel `timeseries` shows them. */
export function TimeSeries({ panel, fieldConfig, frames, exemplars, marks, context, width, height, onRange }: Drawing) {
  const { options } = panel;
  return (
    <Graph
      frames={frames}
      timeRange={context.range}
      timeZone="utc"
      width={width}
      height={height}
      legend={options.legend}
      options={options}
    >
      {(config, aligned) => (
        <>
          <Marks config={config} marks={marks} />
          <Exemplars config={config} exemplars={exemplars} unit={fieldConfig.defaults.unit} />
          {options.tooltip?.mode !== 'none' && (
            <TooltipPlugin2
              config={config}
              hoverMode={options.tooltip?.mode === 'single' ? NEAREST_SERIES : ALL_SERIES}
              queryZoom={onRange}
              getDataLinks={(series, row) => {
                const field = aligned.fields[series];
                return field === undefined ? [] : linksOf(field, row);
              }}
              maxWidth={options.tooltip?.maxWidth}
              render={(u, rows, series, isPinned, _dismiss, _range, _viaSync, dataLinks) => (
                <Tip
                  frame={aligned}
                  rows={rows}
                  series={series}
                  options={options.tooltip ?? {}}
                  isPinned={isPinned}
                  dataLinks={dataLinks}
                  marks={marksNear(marks, u)}
                />
              )}
            />
          )}
        </>
      )}
    </Graph>
  );
}

interface TipProps {
  readonly frame: DataFrame;
  readonly rows: (number | null)[];
  readonly series: number | null;
  readonly options: Partial<VizTooltipOptions>;
  readonly isPinned: boolean;
  readonly dataLinks: LinkModel[];
  readonly marks: readonly Mark[];
}

function Tip({ frame, rows, series, options, isPinned, dataLinks, marks }: TipProps) {
  const { mode = TooltipDisplayMode.Multi, sort = SortOrder.None, hideZeros = false } = options;
  const [time] = frame.fields;
  if (time === undefined) return null;
  const row = rows.find((index) => index !== null && index !== undefined) ?? 0;
  const items = getFieldDisplayItems(frame.fields, time, rows, series, mode, sort, undefined, hideZeros);
  return (
    <VizTooltipWrapper>
      <VizTooltipHeader
        item={{ label: '', value: dateTimeFormat(time.values[row], { timeZone: 'utc' }) }}
        isPinned={isPinned}
      />
      <VizTooltipContent items={items} isPinned={isPinned} scrollable maxHeight={options.maxHeight ?? 300}>
        {marks.map(({ title, text, color, from }) => (
          <div key={`${title} ${from}`} style={{ borderLeft: `3px solid ${color}`, paddingLeft: 6, marginTop: 4 }}>
            {title} <small>{text}</small>
          </div>
        ))}
      </VizTooltipContent>
      {isPinned && dataLinks.length > 0 && <VizTooltipFooter dataLinks={dataLinks as LinkModel<Field>[]} />}
    </VizTooltipWrapper>
  );
}

const NEAR_PIXELS = 6;

/** The marks at the pointer. */
function marksNear(marks: readonly Mark[], u: Plot): Mark[] {
  const { left = -1 } = u.cursor;
  return marks.filter(({ from, to }) => {
    const [begin, end] = [u.valToPos(from, 'x'), u.valToPos(to, 'x')];
    return left >= begin - NEAR_PIXELS && left <= end + NEAR_PIXELS;
  });
}

/** Draws marks into the graph itself: a dashed line, or a stretch of light colour. */
function Marks({ config, marks }: { readonly config: UPlotConfigBuilder; readonly marks: readonly Mark[] }) {
  const drawn = useRef(marks);
  drawn.current = marks;
  const plot = useRef<Plot | null>(null);
  const theme = useTheme2();
  useLayoutEffect(() => {
    config.addHook('init', (u) => {
      plot.current = u;
    });
    config.addHook('draw', (u) => drawMarks(u, drawn.current));
  }, [config]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of either has to be drawn
  useLayoutEffect(() => plot.current?.redraw(false), [marks, theme]);
  return null;
}

function drawMarks(u: Plot, marks: readonly Mark[]): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to, color } of marks) {
    const [begin, end] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
    ctx.fillStyle = color;
    ctx.strokeStyle = color;
    if (end > begin) {
      ctx.globalAlpha = 0.08;
      ctx.fillRect(begin, bbox.top, end - begin, bbox.height);
    }
    ctx.globalAlpha = 0.9;
    ctx.lineWidth = ratio;
    ctx.setLineDash([5 * ratio, 5 * ratio]);
    ctx.beginPath();
    ctx.moveTo(begin, bbox.top);
    ctx.lineTo(begin, bbox.top + bbox.height);
    ctx.stroke();
    // A foot, by which it can be found.
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(begin - 5 * ratio, bbox.top + bbox.height);
    ctx.lineTo(begin + 5 * ratio, bbox.top + bbox.height);
    ctx.lineTo(begin, bbox.top + bbox.height - 6 * ratio);
    ctx.fill();
  }
  ctx.restore();
}
