import {
  type FieldDisplay,
  getDisplayValueAlignmentFactors,
  getFieldDisplayValues,
  VizOrientation,
} from '@grafana/data';
import { BarGaugeNamePlacement, BarGaugeValueMode } from '@grafana/schema';
import {
  BarGauge,
  BigValue,
  DataLinksContextMenu,
  useTheme2,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';
import type { ReactElement } from 'react';
import { interpolate } from '../interpolate';
import type { Drawing } from './drawing';

type Factors = ReturnType<typeof getDisplayValueAlignmentFactors>;
type Shown = VizRepeaterRenderValueProps<FieldDisplay, Factors>;

/** Numbers as Grafana's panel `stat` shows them. */
export function Stat(drawing: Drawing) {
  const theme = useTheme2();
  const { options } = drawing.panel;
  return (
    <Values
      {...drawing}
      sparkline={options.graphMode !== 'none'}
      render={({ value, width, height, count, alignmentFactors }, className) => (
        <BigValue
          value={value.display}
          sparkline={value.sparkline}
          count={count}
          width={width}
          height={height}
          alignmentFactors={alignmentFactors}
          theme={theme}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={options.justifyMode}
          textMode={textMode(options.textMode, value)}
          text={options.text}
          percentChangeColorMode={options.percentChangeColorMode}
          disableWideLayout={options.wideLayout === false}
          className={className}
        />
      )}
    />
  );
}

/** A name that says only "Value" says nothing. */
function textMode(mode: string, { display }: FieldDisplay) {
  return (mode === 'auto' && !display.title ? 'value' : mode) as never;
}

/** Bars as Grafana's panel `bargauge` shows them. */
export function Bars(drawing: Drawing) {
  const theme = useTheme2();
  const { options } = drawing.panel;
  return (
    <Values
      {...drawing}
      itemSpacing={options.displayMode === 'lcd' ? 2 : 10}
      render={({ value, width, height, orientation, alignmentFactors, count }, className) => (
        <BarGauge
          value={value.display}
          field={value.field}
          display={value.view?.getFieldDisplayProcessor(value.colIndex as number)}
          width={width}
          height={height}
          orientation={orientation}
          alignmentFactors={count > 1 ? alignmentFactors : undefined}
          theme={theme}
          itemSpacing={options.displayMode === 'lcd' ? 2 : 10}
          displayMode={options.displayMode}
          showUnfilled={options.showUnfilled}
          valueDisplayMode={options.valueMode ?? BarGaugeValueMode.Color}
          namePlacement={options.namePlacement ?? BarGaugeNamePlacement.Auto}
          text={options.text}
          className={className}
        />
      )}
    />
  );
}

interface ValuesProps extends Drawing {
  readonly sparkline?: boolean;
  readonly itemSpacing?: number;
  readonly render: (shown: Shown, className?: string) => ReactElement;
}

function Values({
  panel,
  fieldConfig,
  frames,
  context,
  width,
  height,
  sparkline = false,
  itemSpacing = 3,
  render,
}: ValuesProps) {
  const theme = useTheme2();
  const { options } = panel;
  const getValues = () =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: options.reduceOptions,
      replaceVariables: (text, scoped, format) => interpolate(text, context, scoped, format as never),
      theme,
      data: frames,
      sparkline,
      timeZone: 'utc',
    });
  const natural = panel.type === 'stat' && width > height ? VizOrientation.Vertical : VizOrientation.Horizontal;
  const orientation = options.orientation === 'auto' ? natural : options.orientation;
  return (
    <VizRepeater<FieldDisplay, Factors>
      getValues={getValues}
      getAlignmentFactors={(values) => getDisplayValueAlignmentFactors(values)}
      renderValue={(shown) => <Linked shown={shown} render={render} />}
      source={frames}
      renderCounter={0}
      width={width}
      height={height}
      orientation={orientation}
      itemSpacing={itemSpacing}
      autoGrid={panel.type === 'stat' && options.orientation === 'auto'}
      minVizWidth={options.minVizWidth}
      minVizHeight={options.minVizHeight}
      maxVizHeight={options.maxVizHeight}
    />
  );
}

function Linked({ shown, render }: { readonly shown: Shown; readonly render: ValuesProps['render'] }) {
  const { hasLinks, getLinks } = shown.value;
  if (!hasLinks || getLinks === undefined) return render(shown);
  return (
    <DataLinksContextMenu links={getLinks}>
      {({ targetClassName }) => render(shown, targetClassName)}
    </DataLinksContextMenu>
  );
}
