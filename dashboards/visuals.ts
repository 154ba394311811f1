import type { OUTCOMES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { steps } from './colour-steps.js';
import type { FieldDefaults, FieldProperty, Link, Override, Thresholds, ValueMapping } from './model.js';
import { CLEAR, COLOUR, PLAIN, STATE_NUMBERS } from './palette.js';
import { named, type Visual } from './panel.js';

/** Points of a graph at most, so that a page about a whole fleet asks for no more than it can draw. */
const POINTS = 200;
/** Bars of a graph at most: more cannot be told apart. */
const BARS = 60;
/** Least time of a bar: increases over less than four scrapes are made up by more of the time before. */
const SHORTEST_BAR = '5m';

const LAST_VALUE = { calcs: ['lastNotNull'], values: false, fields: '' };
const GREATEST_VALUE = { ...LAST_VALUE, calcs: ['max'] };
const BY_THRESHOLD = { mode: 'thresholds' };
const BY_NAME = { mode: 'palette-classic-by-name' };
const LEGEND = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] };
const ONE_VALUE = { mode: 'single', sort: 'asc' };

/** On a coloured ground, on which Grafana chooses a readable colour for the text; what is ordinary has no ground. */
const STAT = {
  colorMode: 'background_solid',
  graphMode: 'none',
  percentChangeColorMode: 'standard',
  showPercentChange: false,
  reduceOptions: LAST_VALUE,
};

/** One answer, as large as the panel: of what several queries say, the greatest number. */
export function answerStat(links?: readonly Link[]): Visual {
  const options = {
    ...STAT,
    reduceOptions: GREATEST_VALUE,
    justifyMode: 'center',
    textMode: 'value',
    orientation: 'auto',
    wideLayout: true,
  };
  return {
    type: 'stat',
    options: { ...options, text: { valueSize: 30 } },
    fields: { color: BY_THRESHOLD, thresholds: steps(CLEAR) },
    transformations: [{ id: 'merge', options: {} }],
    ...(links === undefined ? {} : { links }),
  };
}

/** Up to five numbers side by side, each below its name; the letters have one size, whatever is said. */
export function numbers(fields: FieldDefaults = {}): Visual {
  const options = { ...STAT, justifyMode: 'center', textMode: 'value_and_name', orientation: 'vertical' };
  return {
    type: 'stat',
    options: { ...options, wideLayout: false, text: { titleSize: 13, valueSize: 24 } },
    fields: { color: BY_THRESHOLD, thresholds: steps(CLEAR), ...fields },
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

/**
 * Lines told apart without their colours: four kinds of strokes, given out by the last letter of a name, which is what
 * differs among nodes and clusters.
 */
export const STROKES: readonly Override[] = [
  stroke('[159bfjnrvz]', [10, 6]),
  stroke('[26cgkosw]', [2, 5]),
  stroke('[37dhlptx]', [14, 5, 2, 5]),
];

function stroke(last: string, dash: readonly number[]): Override {
  const properties = [{ id: 'custom.lineStyle', value: { fill: 'dash', dash } }];
  return { matcher: { id: 'byRegexp', options: `/${last}$/i` }, properties };
}

/** The lines of one query, by the letter that Grafana knows it by, as thick as this. */
export function thick(refId: string, lineWidth: number): Override {
  const properties = [{ id: 'custom.lineWidth', value: lineWidth }];
  return { matcher: { id: 'byFrameRefID', options: refId }, properties };
}

/** A limit or a total beside the series that it belongs to: dashed, thin, without a fill. */
export const DASHED: readonly FieldProperty[] = [
  { id: 'custom.lineStyle', value: { fill: 'dash', dash: [10, 10] } },
  { id: 'custom.fillOpacity', value: 0 },
  { id: 'custom.lineWidth', value: 1 },
];

/** Settings in which graphs differ. */
export interface GraphParts {
  readonly decimals?: number;
  readonly maxDataPoints?: number;
  readonly interval?: string;
  /** Drawn at the steps of `thresholds` as lines. */
  readonly thresholds?: Thresholds;
  readonly overrides?: readonly Override[];
}

/** Lines that keep their value until the next: nothing is smoothed into being. */
export function lines({ maxDataPoints = POINTS, ...parts }: GraphParts = {}): Visual {
  const drawn = {
    drawStyle: 'line',
    lineInterpolation: 'stepAfter',
    lineWidth: 2,
    fillOpacity: 0,
    showPoints: 'never',
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
  return graph(drawn, { maxDataPoints, interval: SHORTEST_BAR, ...parts });
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
  const { decimals = 0, maxDataPoints, interval, thresholds, overrides } = parts;
  const limits = thresholds === undefined ? {} : { thresholdsStyle: { mode: 'dashed' } };
  return {
    type: 'timeseries',
    options: {
      legend: LEGEND,
      tooltip: { mode: 'multi', sort: 'desc', hideZeros: true },
    },
    fields: {
      color: BY_NAME,
      thresholds: thresholds ?? steps(PLAIN),
      decimals,
      custom: { axisSoftMin: 0, ...drawn, ...limits },
    },
    ...(maxDataPoints === undefined ? {} : { maxDataPoints }),
    ...(interval === undefined ? {} : { interval }),
    ...(overrides === undefined ? {} : { overrides }),
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
      legend: { ...LEGEND, showLegend: false },
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
