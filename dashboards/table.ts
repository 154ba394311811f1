import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableCellHeight,
  type TableCellOptions,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type {
  DynamicConfigValue,
  Panel,
  ThresholdsConfigBuilder,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { type Options, PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { CellLink } from './links.js';

/** A column: a label, or the value of a query. */
export interface Column {
  /** A label, or `Value #A` for the value of query A; just `Value` where there is one query. */
  readonly field: string;
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  readonly mapping?: ValueMapping;
  readonly thresholds?: ThresholdsConfigBuilder;
  readonly links?: readonly CellLink[];
  /** A bar from 0 to 1 beside the number. */
  readonly bar?: boolean;
  readonly noValue?: string;
}

/** What a table is made of. */
export interface TableParts {
  /** Rows are joined by the labels that all queries have in common. */
  readonly queries: readonly DataqueryBuilder[];
  /** In this order; fields that are not named are left out. */
  readonly columns: readonly Column[];
  /** Fields of the queries that are not shown. */
  readonly hidden: readonly string[];
  /** Titles of columns, the first one first. */
  readonly sortBy: readonly { readonly title: string; readonly descending: boolean }[];
}

/** The ground and not the text, on which Grafana chooses a colour for the text that can be read. */
const COLOURED: TableCellOptions = {
  type: TableCellDisplayMode.ColorBackground,
  mode: TableCellBackgroundDisplayMode.Basic,
};
const BAR: TableCellOptions = {
  type: TableCellDisplayMode.Gauge,
  mode: BarGaugeDisplayMode.Basic,
  valueDisplayMode: BarGaugeValueMode.Text,
};

/** A table in pages. The SDK knows only the option for it that Grafana 12 has replaced. */
export class PagedTable extends PanelBuilder {
  override build(): Panel {
    const built = super.build();
    const { footer: _, ...options } = built.options as Options;
    return { ...built, options: { ...options, enablePagination: true } };
  }
}

/** A table of what queries answer at one moment. */
export function table({ queries, columns, hidden, sortBy }: TableParts): PagedTable {
  const builder = new PagedTable()
    .showHeader(true)
    .cellHeight(TableCellHeight.Sm)
    .filterable(true)
    .sortBy(
      sortBy.map(({ title, descending }) => new TableSortByFieldStateBuilder().displayName(title).desc(descending)),
    )
    .targets([...queries])
    .transformations([
      { id: 'merge', options: {} },
      {
        id: 'organize',
        options: {
          excludeByName: Object.fromEntries(['Time', ...hidden].map((field) => [field, true])),
          indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
          renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
        },
      },
    ]);
  for (const column of columns) {
    const properties = propertiesOf(column);
    if (properties.length > 0) builder.overrideByName(column.title, properties);
  }
  return builder;
}

function propertiesOf({ bar, links, mapping, thresholds, title: _, field: __, ...rest }: Column): DynamicConfigValue[] {
  const { unit, decimals, width, noValue } = rest;
  const properties: [string, unknown][] = [
    ['unit', unit],
    ['decimals', decimals],
    ['custom.width', width],
    ['noValue', noValue],
    ['links', links],
    ['mappings', mapping && [mapping]],
    ['thresholds', thresholds?.build()],
    ['custom.cellOptions', bar ? BAR : (mapping ?? thresholds) && COLOURED],
    ['min', bar ? 0 : undefined],
    ['max', bar ? 1 : undefined],
  ];
  return properties.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value }));
}
