import { type DataFrame, type Field, FieldType, type Labels } from '@grafana/data';

/** A query that was refused or could not be asked. */
class QueryFailed extends Error {
  override readonly name = 'QueryFailed';
}

type Sample = readonly [seconds: number, value: string];

interface Series {
  readonly metric: Labels;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
}

/** The frames of one answer are named and shaped as Grafana's Prometheus data source does it. */
export interface FrameOptions {
  readonly refId: string;
  readonly legendFormat?: string;
  /** Of the name of the column with the values; undefined: "Value". */
  readonly column?: string;
  /** Milliseconds. */
  readonly step?: number;
}

const BASE = '/api/prometheus/api/v1/';

/** @throws QueryFailed with what Prometheus said */
export async function ask<T>(
  path: string,
  parameters: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<T> {
  const response = await fetch(`${BASE}${path}?${new URLSearchParams(parameters)}`, signal && { signal }).catch(
    (error: Error) => {
      if (signal?.aborted) throw error;
      throw new QueryFailed('The window’s own server does not answer. It is asked again with the next refresh.', {
        cause: error,
      });
    },
  );
  const text = await response.text();
  let answer: { status?: string; error?: string; detail?: string; data?: T };
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new QueryFailed(`Prometheus: HTTP ${response.status} ${text.slice(0, 300)}`, { cause: error });
  }
  if (answer.status !== 'success') throw new QueryFailed(answer.error ?? answer.detail ?? `HTTP ${response.status}`);
  return answer.data as T;
}

interface Result {
  readonly resultType: string;
  readonly result: readonly Series[] | Sample;
}

function seriesOf({ resultType, result }: Result): readonly Series[] {
  return resultType === 'scalar' ? [{ metric: {}, value: result as Sample }] : (result as readonly Series[]);
}

/** @param time milliseconds */
export async function instant(query: string, time: number, signal: AbortSignal): Promise<readonly Series[]> {
  return seriesOf(await ask<Result>('query', { query, time: String(time / 1000) }, signal));
}

/** Times and step in milliseconds. */
export async function range(
  query: string,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const [start, end] = [from, to].map((time) => (Math.floor(time / step) * step) / 1000);
  const parameters = { query, start: String(start), end: String(end), step: String(step / 1000) };
  return seriesOf(await ask<Result>('query_range', parameters, signal));
}

export function seriesFrames(series: readonly Series[], options: FrameOptions): DataFrame[] {
  return series.map(({ metric, value, values = value === undefined ? [] : [value] }) => {
    const name = legend(metric, options.legendFormat);
    const numbers = values.map(([, text]) => numberOf(text));
    return {
      refId: options.refId,
      name,
      length: values.length,
      fields: [
        field(
          'Time',
          FieldType.time,
          values.map(([seconds]) => seconds * 1000),
          options.step && { interval: options.step },
        ),
        { ...field('Value', FieldType.number, numbers, { displayNameFromDS: name }), labels: metric },
      ],
    };
  });
}

/** One frame for all series: a row for each, a column for each label. */
export function tableFrame(series: readonly Series[], { refId, column = 'Value' }: FrameOptions): DataFrame {
  if (series.length === 0) return { refId, fields: [], length: 0 };
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].sort();
  return {
    refId,
    length: series.length,
    fields: [
      field(
        'Time',
        FieldType.time,
        series.map(({ value }) => (value?.[0] ?? 0) * 1000),
      ),
      ...labels.map((label) =>
        field(
          label,
          FieldType.string,
          series.map(({ metric }) => metric[label] ?? ''),
        ),
      ),
      field(
        column,
        FieldType.number,
        series.map(({ value }) => numberOf(value?.[1] ?? 'NaN')),
      ),
    ],
  };
}

function field(name: string, type: FieldType, values: unknown[], config: object | 0 | undefined = {}): Field {
  return { name, type, config: config || {}, values };
}

function numberOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : text === '-Inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function legend(labels: Labels, format = ''): string {
  if (format !== '' && format !== '__auto') return inTemplate(format, labels);
  const { __name__: name = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name || 'Value' : `${name}{${pairs.join(', ')}}`;
}

/** Puts labels in place of `{{label}}`. */
export function inTemplate(template: string, labels: Labels): string {
  return template.replaceAll(/\{\{\s*(.+?)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
}
