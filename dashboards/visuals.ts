import type { OUTCOMES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { steps } from './colour-steps.js';
import type { FieldDefaults, FieldProperty, Link, Override, Thresholds, ValueMapping } from './model.js';
import { CLEAR, COLOUR, PLAIN, STATE_NUMBERS } from './palette.js';
import { named, type Query, refIdAt, type Visual } from './panel.js';

/** Points of a graph at most, so that a page about a whole fleet asks for no more than it can draw. */
const POINTS = 200;
/** Bars of a graph at most: more cannot be told apart. */
const BARS = 90;

const LAST_VALUE = { calcs: ['lastNotNull'], values: false, fields: '' };
const BY_THRESHOLD = { mode: 'thresholds' };
const BY_NAME = { mode: 'palette-classic-by-name' };
const ONE_VALUE = { mode: 'single', sort: 'asc' };

/**
 * Numbers below each other, each with its name at its left, so that they fit a third of a page and a phone alike. On a
 * coloured ground, on which Grafana chooses a readable colour for the text; what is ordinary has no ground.
 */
export function stat(fields: FieldDefaults = {}, links?: readonly Link[]): Visual {
  return {
    type: 'stat',
    options: {
      colorMode: 'background_solid',
      graphMode: 'none',
      justifyMode: 'auto',
      textMode: 'value_and_name',
      orientation: 'horizontal',
      wideLayout: true,
      percentChangeColorMode: 'standard',
      showPercentChange: false,
      reduceOptions: LAST_VALUE,
    },
    fields: { color: BY_THRESHOLD, thresholds: steps(CLEAR), ...fields },
    ...(links === undefined ? {} : { links }),
  };
}

/** Shows one of several numbers as the answer in words. */
export function answer(mapping: ValueMapping): FieldProperty[] {
  return [{ id: 'mappings', value: [mapping] }];
}

/** A number with colours of its own among several, with a unit of its own. */
export function coloured(thresholds: Thresholds, unit?: string): FieldProperty[] {
  return [{ id: 'thresholds', value: thresholds }, ...(unit === undefined ? [] : [{ id: 'unit', value: unit }])];
}

/** A series in one colour. */
export function inColour(color: string): FieldProperty[] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }];
}

/** A limit or a total beside the series that it belongs to: dashed, thin, without a fill. */
export const DASHED: readonly FieldProperty[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.lineWidth', value: 1 },
];

/** Settings in which graphs differ. */
export interface GraphParts {
  /** Numbers of each series beside its name. */
  readonly legend?: 'sum' | 'mean' | 'lastNotNull';
  readonly decimals?: number;
  readonly maxDataPoints?: number;
  readonly overrides?: readonly Override[];
}

/** Lines that keep their value until the next: nothing is smoothed into being. */
export function lines({ maxDataPoints = POINTS, ...parts }: GraphParts = {}): Visual {
  const drawn = {
    drawStyle: 'line',
    lineInterpolation: 'stepAfter',
    lineWidth: 2,
    fillOpacity: 5,
    showPoints: 'auto',
  };
  return graph(drawn, { maxDataPoints, ...parts });
}

/** Bars on top of each other; those below zero hang from it. */
export function bars({ maxDataPoints = BARS, ...parts }: GraphParts = {}): Visual {
  const drawn = {
    drawStyle: 'bars',
    barAlignment: -1,
    lineWidth: 1,
    fillOpacity: 70,
    stacking: { mode: 'normal', group: 'A' },
  };
  return graph(drawn, { maxDataPoints, ...parts });
}

/** Bars of a day each on a page about a month. */
export function monthlyBars(parts: GraphParts): Visual {
  return bars({ ...parts, maxDataPoints: 30 });
}

/** The ends that plans and moves come to, each in its colour. */
export function byOutcome(): Override[] {
  const colours: Readonly<Partial<Record<(typeof OUTCOMES)[number], string>>> = {
    completed: COLOUR.green,
    failed: COLOUR.vermilion,
    cancelled: COLOUR.grey,
  };
  return Object.entries(colours).map(([outcome, colour]) => named(outcome, inColour(colour)));
}

function graph(drawn: Readonly<Record<string, unknown>>, parts: GraphParts): Visual {
  const { legend: calculation, decimals = 0, maxDataPoints, overrides } = parts;
  return {
    type: 'timeseries',
    options: {
      legend: calculation === undefined ? legend() : { ...legend(), displayMode: 'table', calcs: [calculation] },
      tooltip: { mode: 'multi', sort: 'desc', hideZeros: true },
    },
    fields: { color: BY_NAME, thresholds: steps(PLAIN), decimals, custom: { axisSoftMin: 0, ...drawn } },
    ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

/** Horizontal bars, the longest first. */
export function barGauge({ decimals = 0 }: { readonly decimals?: number } = {}): Visual {
  return {
    type: 'bargauge',
    options: {
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'text',
      namePlacement: 'left',
      showUnfilled: true,
      sizing: 'auto',
      minVizWidth: 8,
      minVizHeight: 16,
      maxVizHeight: 40,
      reduceOptions: LAST_VALUE,
      legend: legend(false),
    },
    fields: { color: BY_THRESHOLD, thresholds: steps(PLAIN), min: 0, decimals },
  };
}

/** States over time, by name and colour. */
export function stateTimeline(): Visual {
  return {
    type: 'state-timeline',
    options: {
      mergeValues: true,
      showValue: 'auto',
      alignValue: 'left',
      rowHeight: 0.8,
      perPage: 20,
      legend: legend(),
      tooltip: ONE_VALUE,
    },
    fields: {
      color: BY_THRESHOLD,
      thresholds: steps(PLAIN),
      mappings: [STATE_NUMBERS],
      custom: { fillOpacity: 75, lineWidth: 0 },
    },
    maxDataPoints: POINTS,
  };
}

/** A cell for each moment, with its number and in its colour. */
export function statusHistory(thresholds: Thresholds): Visual {
  return {
    type: 'status-history',
    options: {
      showValue: 'auto',
      rowHeight: 0.8,
      colWidth: 0.9,
      perPage: 20,
      legend: legend(false),
      tooltip: ONE_VALUE,
    },
    fields: { color: BY_THRESHOLD, thresholds, decimals: 0, custom: { fillOpacity: 75, lineWidth: 0 } },
    maxDataPoints: 60,
  };
}

/** Bars of one colour in a bar chart. */
export interface BarSeries {
  /** Gives rows. */
  readonly query: Query;
  readonly name: string;
  readonly color: string;
}

/** Bars side by side, one group for each value of a label. */
export function barChart(label: string, series: readonly BarSeries[]): { visual: Visual; queries: readonly Query[] } {
  const times = ['Time', ...series.map((_, index) => `Time ${index + 1}`)];
  const visual: Visual = {
    type: 'barchart',
    options: {
      xField: label,
      orientation: 'horizontal',
      showValue: 'always',
      stacking: 'none',
      barWidth: 0.8,
      barRadius: 0,
      groupWidth: 0.8,
      fullHighlight: false,
      xTickLabelMaxLength: 0,
      xTickLabelRotation: 0,
      xTickLabelSpacing: 0,
      legend: legend(),
      tooltip: ONE_VALUE,
    },
    fields: {
      color: BY_NAME,
      decimals: 0,
      custom: { axisSoftMin: 0, fillOpacity: 80, gradientMode: 'none', lineWidth: 1 },
    },
    overrides: series.map(({ name, color }) => named(name, inColour(color))),
    transformations: [
      { id: 'joinByField', options: { byField: label, mode: 'outer' } },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(times.map((field) => [field, true])),
          indexByName: {},
          renameByName: Object.fromEntries(series.map(({ name }, index) => [`Value #${refIdAt(index)}`, name])),
        },
      },
    ],
  };
  return { visual, queries: series.map(({ query }) => query) };
}

function legend(shown = true): object {
  return { showLegend: shown, displayMode: 'list', placement: 'bottom', calcs: [] };
}
