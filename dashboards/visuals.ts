import { PanelBuilder as BarGaugePanel } from '@grafana/grafana-foundation-sdk/bargauge';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BarAlignment,
  BarGaugeDisplayMode,
  BarGaugeNamePlacement,
  BarGaugeValueMode,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueJustifyMode,
  BigValueTextMode,
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorBuilder,
  FieldColorModeId,
  type ThresholdsConfig,
  type ValueMap,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatPanel } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelinePanel } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as StatusHistoryPanel } from '@grafana/grafana-foundation-sdk/statushistory';
import { PanelBuilder as TimeSeriesPanel } from '@grafana/grafana-foundation-sdk/timeseries';
import { CLEAR, PLAIN, STATE_NUMBERS } from './palette.js';
import { steps } from './thresholds.js';

/** Points of a graph at most, so that a page about a whole fleet asks for no more than it can draw. */
const POINTS = 200;
/** Bars of a graph at most: more cannot be told apart. */
const BARS = 90;

/**
 * Numbers below each other, each with its name at its left, so that they fit a third of a page and a phone alike. On a
 * coloured ground, on which Grafana chooses a readable colour for the text; what is ordinary has no ground.
 */
export function stat(): StatPanel {
  return new StatPanel()
    .colorMode(BigValueColorMode.BackgroundSolid)
    .graphMode(BigValueGraphMode.None)
    .justifyMode(BigValueJustifyMode.Auto)
    .textMode(BigValueTextMode.ValueAndName)
    .orientation(VizOrientation.Horizontal)
    .wideLayout(true)
    .reduceOptions(lastValue())
    .colorScheme(byThreshold())
    .thresholds(steps(CLEAR));
}

/** Shows one of several numbers as the answer in words. */
export function answer(mapping: ValueMap): DynamicConfigValue[] {
  return [{ id: 'mappings', value: [mapping] }];
}

/** A number with colours of its own among several, with a unit of its own. */
export function coloured(thresholds: Builder<ThresholdsConfig>, unit?: string): DynamicConfigValue[] {
  const value = thresholds.build();
  return [{ id: 'thresholds', value }, ...(unit === undefined ? [] : [{ id: 'unit', value: unit }])];
}

/** A series in one colour. */
export function inColour(color: string): DynamicConfigValue[] {
  return [{ id: 'color', value: { mode: FieldColorModeId.Fixed, fixedColor: color } }];
}

/** A limit or a total beside the series that it belongs to: dashed, thin, without a fill. */
export const DASHED: DynamicConfigValue[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.lineWidth', value: 1 },
];

/** Lines that keep their value until the next: nothing is smoothed into being. */
export function lines(): TimeSeriesPanel {
  return graph()
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.StepAfter)
    .lineWidth(2)
    .fillOpacity(5)
    .showPoints(VisibilityMode.Auto)
    .maxDataPoints(POINTS);
}

/** Bars on top of each other; those below zero hang from it. */
export function bars(): TimeSeriesPanel {
  return graph()
    .drawStyle(GraphDrawStyle.Bars)
    .barAlignment(BarAlignment.Before)
    .lineWidth(1)
    .fillOpacity(70)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
    .maxDataPoints(BARS);
}

/** Bars of a day each on a page about a month. */
export function monthlyBars(): TimeSeriesPanel {
  return bars().maxDataPoints(30);
}

function graph(): TimeSeriesPanel {
  return new TimeSeriesPanel()
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .thresholds(steps(PLAIN))
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending).hideZeros(true))
    .axisSoftMin(0)
    .decimals(0);
}

/** Draws the threshold into a graph, as a dashed line. */
export function dashedThreshold(): GraphThresholdsStyleConfigBuilder {
  return new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed);
}

/** Horizontal bars, the longest first. */
export function barGauge(): BarGaugePanel {
  return new BarGaugePanel()
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .valueMode(BarGaugeValueMode.Text)
    .namePlacement(BarGaugeNamePlacement.Left)
    .showUnfilled(true)
    .minVizHeight(16)
    .maxVizHeight(40)
    .min(0)
    .decimals(0)
    .reduceOptions(lastValue())
    .colorScheme(byThreshold())
    .thresholds(steps(PLAIN));
}

/** States over time, by name and colour. */
export function stateTimeline(): StateTimelinePanel {
  return new StateTimelinePanel()
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .perPage(20)
    .fillOpacity(75)
    .lineWidth(0)
    .mappings([STATE_NUMBERS])
    .colorScheme(byThreshold())
    .thresholds(steps(PLAIN))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .maxDataPoints(POINTS);
}

/** A cell for each moment, with its number and in its colour. */
export function statusHistory(): StatusHistoryPanel {
  return new StatusHistoryPanel()
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .colWidth(0.9)
    .perPage(20)
    .fillOpacity(75)
    .lineWidth(0)
    .colorScheme(byThreshold())
    .legend(new VizLegendOptionsBuilder().showLegend(false))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .maxDataPoints(60);
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom);
}

/** A legend with numbers of each series. */
export function legendWith(calculation: 'sum' | 'mean' | 'lastNotNull'): VizLegendOptionsBuilder {
  return legend().displayMode(LegendDisplayMode.Table).calcs([calculation]);
}

function lastValue(): ReduceDataOptionsBuilder {
  return new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('');
}

function byThreshold(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
}
