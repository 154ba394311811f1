import {
  createTheme,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type Field,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  FieldType,
  type GrafanaTheme2,
  identityOverrideProcessor,
  locationUtil,
  numberOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

/*
 * What Grafana's app registers at its start, and its libraries do not: without it, transformations and overrides do
 * nothing.
 */
const transformers = new Map(Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]));

type Registered = ReturnType<Parameters<typeof standardTransformersRegistry.setInit>[0]>;

standardTransformersRegistry.setInit(
  () =>
    [...transformers.values()].map((transformer) => ({
      id: transformer.id,
      name: transformer.name,
      transformation: async () => transformer,
    })) as unknown as Registered,
);

/** The properties of fields that a dashboard may set, with what makes of a setting what it means. */
export const fieldConfigRegistry = new FieldConfigOptionsRegistry();

type Process = FieldConfigPropertyItem['process'];

function property(id: string, process: Process, more: Partial<FieldConfigPropertyItem> = {}): void {
  const item = { id, path: id, name: id, process, shouldApply: () => true, settings: {}, ...more };
  fieldConfigRegistry.register(item as FieldConfigPropertyItem);
}

const ofNumbers = { shouldApply: ({ type }: Field) => type === FieldType.number };
property('displayName', displayNameOverrideProcessor);
property('description', stringOverrideProcessor);
property('unit', unitOverrideProcessor, ofNumbers);
for (const id of ['min', 'max', 'decimals']) property(id, numberOverrideProcessor, ofNumbers);
property('noValue', stringOverrideProcessor);
property('mappings', valueMappingsOverrideProcessor);
property('thresholds', thresholdsOverrideProcessor);
property('links', dataLinksOverrideProcessor);
for (const id of ['color', 'filterable', 'fieldMinMax']) property(id, identityOverrideProcessor);

/** Settings of the panels that Grafana has: those of graphs, of tables, and of bands over time. */
const CUSTOM = [
  ...[
    'align',
    'filterable',
    'inspect',
    'width',
    'minWidth',
    'cellOptions',
    'hidden',
    'hideFrom',
    'wrapText',
    'tooltip',
  ],
  ...[
    'wrapHeaderText',
    'footer',
    'drawStyle',
    'lineInterpolation',
    'lineWidth',
    'lineStyle',
    'fillOpacity',
    'fillBelowTo',
  ],
  ...['gradientMode', 'showPoints', 'pointSize', 'pointSymbol', 'showValues', 'stacking', 'spanNulls', 'insertNulls'],
  ...['axisLabel', 'axisPlacement', 'axisColorMode', 'axisSoftMin', 'axisSoftMax', 'axisCenteredZero', 'axisWidth'],
  ...['axisBorderShow', 'axisGridShow', 'scaleDistribution', 'barAlignment', 'barWidthFactor', 'barMaxWidth'],
  ...['thresholdsStyle', 'transform', 'lineColor', 'fillColor'],
];
for (const path of CUSTOM) property(`custom.${path}`, identityOverrideProcessor, { path, isCustom: true });

locationUtil.initialize({
  config: { appSubUrl: '' } as Parameters<typeof locationUtil.initialize>[0]['config'],
  getVariablesUrlParams: () => ({}),
  getTimeRangeForUrl: () => ({ from: 'now-6h', to: 'now' }),
});

export function themeOf(mode: string | null): GrafanaTheme2 {
  const preferred = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  return createTheme({ colors: { mode: mode === 'light' || mode === 'dark' ? mode : preferred } });
}
