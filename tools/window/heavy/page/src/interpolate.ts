import {
  type DataFrame,
  type Field,
  formattedValueToString,
  getFieldDisplayName,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import type { Variable } from './dashboard';

/** Everything that is chosen; the value of the choice "All". */
export const ALL = '$__all';

/** What is chosen of a variable. */
export interface Chosen {
  readonly variable: Variable;
  /** What there is to choose from. */
  readonly choices: readonly string[];
  readonly values: readonly string[];
}

/** What goes into queries, titles and links. */
export interface Context {
  readonly chosen: ReadonlyMap<string, Chosen>;
  readonly range: TimeRange;
  /** Values of a query's own, such as its `$__interval`. */
  readonly own?: Readonly<Record<string, string>>;
}

type Format = string | ((value: unknown, variable: unknown, fallback: unknown) => string) | undefined;

/** The three ways in which Grafana refers to a variable: `$name`, `[[name:format]]`, `${name.path:format}`. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}/g;

/** Puts values in place of references, as Grafana does outside of queries; a reference to nothing stays as it is. */
export function interpolate(text: string, context: Context, scoped: ScopedVars = {}, format?: Format): string {
  return replaceReferences(text, context, scoped, format, (values) => formatted(values, format));
}

/** The same for PromQL and LogQL: several values become a regular expression inside of a string. */
export function interpolateQuery(text: string, context: Context): string {
  return replaceReferences(text, context, {}, undefined, (values, { multi, includeAll }) =>
    multi || includeAll
      ? grouped(values.map(regexInString))
      : (values[0] ?? '').replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
  );
}

function replaceReferences(
  text: string,
  context: Context,
  scoped: ScopedVars,
  given: Format,
  plainly: (values: readonly string[], variable: Variable) => string,
): string {
  return text.replace(REFERENCE, (reference, plain, bracketed, old, braced, path, format = old) => {
    const name = (plain ?? bracketed ?? braced) as string;
    const macro = ofTime(name, context) ?? context.own?.[name] ?? ofData(name, path, scoped);
    if (macro !== undefined) return name.startsWith('__url') ? macro : formatted([macro], format ?? given);
    const choice = context.chosen.get(name);
    if (choice === undefined) return reference;
    const { variable, values } = choice;
    if (format === 'queryparam') return queryParameters(variable.name, values);
    if (values.length === 1 && values[0] === ALL) {
      // A value of its own for All goes in as it is.
      if (variable.allValue) return variable.allValue;
      return format === undefined ? plainly(choice.choices, variable) : formatted(choice.choices, format, name);
    }
    return format === undefined ? plainly(values, variable) : formatted(values, format, name);
  });
}

function queryParameters(name: string, values: readonly string[]): string {
  return values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&');
}

function ofTime(name: string, { range, chosen }: Context): string | undefined {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  switch (name) {
    case '__from':
      return String(from);
    case '__to':
      return String(to);
    case '__range':
      return `${Math.round((to - from) / 1000)}s`;
    case '__range_s':
      return String(Math.round((to - from) / 1000));
    case '__range_ms':
      return String(to - from);
    case '__url_time_range': {
      const { raw } = range;
      const side = (value: typeof raw.from) => (typeof value === 'string' ? value : String(value.valueOf()));
      return `from=${encodeURIComponent(side(raw.from))}&to=${encodeURIComponent(side(raw.to))}`;
    }
    case '__all_variables':
      return [...chosen.values()].map(({ variable, values }) => queryParameters(variable.name, values)).join('&');
    default:
      return undefined;
  }
}

interface DataContext {
  readonly frame: DataFrame;
  readonly data?: readonly DataFrame[];
  readonly field: Field;
  readonly rowIndex?: number;
  readonly calculatedValue?: { readonly text: string; readonly numeric: number };
}

/** What a link of a field says of its row: `__data.fields["Value #A"].numeric`, `__value.raw`, `__field.labels.node`. */
function ofData(name: string, path: string | undefined, scoped: ScopedVars): string | undefined {
  const context = (scoped['__dataContext'] as { value?: DataContext } | undefined)?.value;
  if (context === undefined) return undefined;
  const { frame, field, rowIndex, calculatedValue } = context;
  switch (name) {
    case '__data': {
      const [, quoted, dotted, , part] =
        /^fields(?:\[["']?(.+?)["']?\]|\.([^.[]+))(\.(text|numeric|time|raw))?$/.exec(path ?? '') ?? [];
      const wanted = quoted ?? dotted;
      if (wanted === undefined || rowIndex === undefined) return '';
      const other =
        frame.fields.find((one) => one.name === wanted || getFieldDisplayName(one, frame) === wanted) ??
        (/^\d+$/.test(wanted) ? frame.fields[Number(wanted)] : undefined);
      return other === undefined ? '' : partOf(other, rowIndex, part);
    }
    case '__value':
      if (rowIndex !== undefined) return partOf(field, rowIndex, path ?? 'raw');
      return path === 'text' ? (calculatedValue?.text ?? '') : String(calculatedValue?.numeric ?? '');
    case '__series':
      return getFieldDisplayName(field, frame, context.data ? [...context.data] : undefined);
    case '__field':
      return path?.startsWith('labels.') ? (field.labels?.[path.slice('labels.'.length)] ?? '') : field.name;
    default:
      return undefined;
  }
}

function partOf(field: Field, row: number, part: string | undefined): string {
  const value = field.values[row];
  if (part === 'numeric' || part === 'raw' || field.display === undefined) return String(value ?? '');
  if (part === 'time') return String(value);
  return field.type === 'string' ? String(value ?? '') : formattedValueToString(field.display(value));
}

function formatted(values: readonly string[], format: Format, name = ''): string {
  if (typeof format === 'function') return format(values.length === 1 ? values[0] : values, {}, undefined);
  switch (format) {
    case 'regex':
      return grouped(values.map((value) => value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, '\\$&')));
    case 'pipe':
      return values.join('|');
    case 'csv':
    case 'raw':
      return values.join(',');
    case 'doublequote':
      return values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(',');
    case 'singlequote':
      return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',');
    case 'json':
      return JSON.stringify(values);
    case 'queryparam':
      return queryParameters(name, values);
    case 'percentencode':
      return encodeStrictly(globbed(values));
    case 'uriencode':
      // What has a meaning in an address keeps it.
      return encodeURI(globbed(values)).replaceAll(/[!'()*]/g, percent);
    default:
      return globbed(values);
  }
}

function globbed(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : `{${values.join(',')}}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, percent);
}

function grouped(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : `(${values.join('|')})`;
}

/** Once for the regular expression, once for the string that it stands in. */
function regexInString(value: string): string {
  return value
    .replaceAll('\\', '\\\\\\\\')
    .replaceAll(/[$^*{}[\]'+?.()|]/g, '\\\\$&')
    .replaceAll('"', '\\"');
}
