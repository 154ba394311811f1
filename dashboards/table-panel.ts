import type { FieldProperty, Override, RowLink, Thresholds, Transformation, ValueMapping } from './model.js';
import { named, type Query, refIdAt, type Visual } from './panel.js';

/** Content of a column: a label, or the value of a query. */
type Shown<Key extends string> = { readonly label: string } | { readonly value: Key };

/** A column. */
type Column<Key extends string> = Shown<Key> & {
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  /** Least width, of a column that takes what others leave. */
  readonly minWidth?: number;
  readonly mapping?: ValueMapping;
  /** Words without a colour. */
  readonly words?: ValueMapping;
  /** Needed by a link and not shown. */
  readonly unseen?: true;
  /** Text that may be copied: shown whole by a click, and wrapped where it is too long. */
  readonly copied?: true;
  readonly thresholds?: Thresholds;
  readonly link?: RowLink<Key>;
  /** A bar from 0 to 1 beside the number. */
  readonly bar?: boolean;
  readonly noValue?: string;
};

/** Queries and columns of a table. */
export interface TableParts<Key extends string> {
  /** Queries by names that columns use. Rows are joined by the labels that all queries have in common. */
  readonly queries: Readonly<Record<Key, Query>>;
  /** Columns in their order; values of queries that are not named are hidden. */
  readonly columns: readonly Column<NoInfer<Key>>[];
  /** Labels that are not shown. */
  readonly hidden?: readonly string[];
  /** Titles of the columns that the rows are ordered by, the first before the next. */
  readonly sortBy?: readonly { readonly title: string; readonly descending: boolean }[];
  /** Each column can be filtered; its title needs more room. */
  readonly filterable?: boolean;
}

/** The ground and not the text, on which Grafana chooses a colour for the text that can be read. */
const COLOURED = { type: 'color-background', mode: 'basic' };
const BAR = { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' };

/** All rows below each other: the buttons of pages need the room of a row, even where there is one page. */
const OPTIONS = { showHeader: true, showTypeIcons: false, frameIndex: 0, cellHeight: 'sm', enablePagination: false };
const FIELDS = { align: 'auto', inspect: false };

/**
 * A table of what one query answers.
 *
 * @param columns in their order; `label` is the name that the data source gives
 * @param unshown names of columns that are left out
 */
export function answeredTable(
  columns: readonly (Column<never> & { readonly label: string })[],
  unshown: readonly string[],
): Visual {
  return {
    type: 'table',
    options: OPTIONS,
    fields: { custom: FIELDS },
    overrides: columns.flatMap((column) => overrideOf(column, String)),
    transformations: [
      organized(
        columns.map(({ label, title }) => ({ name: label, title })),
        unshown,
      ),
    ],
  };
}

/** Puts columns in their order and under their titles. */
function organized(
  columns: readonly { readonly name: string; readonly title: string }[],
  unshown: readonly string[],
): Transformation {
  return {
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(unshown.map((name) => [name, true])),
      indexByName: Object.fromEntries(columns.map(({ name }, index) => [name, index])),
      renameByName: Object.fromEntries(columns.map(({ name, title }) => [name, title])),
    },
  };
}

/** A table of what queries answer at one moment. */
export function table<Key extends string>(parts: TableParts<Key>): { visual: Visual; queries: readonly Query[] } {
  const { queries, columns, hidden = [], sortBy = [], filterable = false } = parts;
  const keys = Object.keys(queries) as Key[];
  // Grafana names the values of several queries by their letters.
  const fieldOf = (key: Key) => (keys.length === 1 ? 'Value' : `Value #${refIdAt(keys.indexOf(key))}`);
  const shown = columns.map((column) => ({
    name: 'label' in column ? column.label : fieldOf(column.value),
    title: column.title,
  }));
  const unused = keys.map(fieldOf).filter((field) => !shown.some(({ name }) => name === field));
  const visual: Visual = {
    type: 'table',
    options: {
      ...OPTIONS,
      sortBy: sortBy.map(({ title, descending }) => ({ displayName: title, desc: descending })),
    },
    fields: { custom: { ...FIELDS, filterable } },
    overrides: columns.flatMap((column) => overrideOf(column, fieldOf)),
    transformations: [{ id: 'merge', options: {} }, organized(shown, ['Time', ...unused, ...hidden])],
  };
  return { visual, queries: Object.values<Query>(queries) };
}

function overrideOf<Key extends string>(column: Column<Key>, fieldOf: (key: Key) => string): Override[] {
  const { title, unit, decimals, width, minWidth, noValue, bar, link, mapping, words, thresholds, unseen, copied } =
    column;
  const properties: readonly [string, unknown][] = [
    ['unit', unit],
    ['decimals', decimals],
    ['custom.width', width],
    ['custom.minWidth', minWidth],
    // Else a cell without a value says what the whole panel says when it is empty, and leads somewhere.
    ['noValue', noValue ?? (link ? '' : '–')],
    ['links', link && [link(fieldOf)]],
    ['mappings', (mapping ?? words) && [mapping ?? words]],
    ['thresholds', thresholds],
    // A word that stands for a number is read like any other.
    ['custom.align', mapping && 'left'],
    ['custom.cellOptions', bar ? BAR : (mapping ?? thresholds) && COLOURED],
    ['custom.inspect', copied],
    ['custom.wrapText', copied],
    // The name of the option until Grafana 12, and since.
    ['custom.hidden', unseen],
    ['custom.hideFrom', unseen && { viz: true, legend: false, tooltip: false }],
    ['min', bar ? 0 : undefined],
    ['max', bar ? 1 : undefined],
  ];
  const given = properties.flatMap(([id, value]): FieldProperty[] => (value === undefined ? [] : [{ id, value }]));
  return given.length === 0 ? [] : [named(title, given)];
}
