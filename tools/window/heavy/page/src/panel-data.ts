import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  type DataLinkPostProcessor,
  type Field,
  type GrafanaTheme2,
  type LinkModel,
  rangeUtil,
  transformDataFrame,
} from '@grafana/data';
import { VariableFormatID } from '@grafana/schema';
import { lastValueFrom } from 'rxjs';
import type { Panel, Target } from './dashboard';
import { eventFrame } from './events';
import { type Exemplar, exemplarsOf, unseenFrame } from './exemplars';
import { fieldConfigRegistry } from './grafana';
import { type Context, interpolate, interpolateQuery } from './interpolate';
import { instant, range, seriesFrames, tableFrame } from './prometheus';
import { traceFrames } from './trace/frames';

/** Seconds between two scrapes, as the data source is told in the shipped provisioning. */
const SCRAPE = '15s';
const SCRAPE_MS = 15_000;

/** What a panel shows, and when it was asked. */
export interface PanelData {
  readonly frames: DataFrame[];
  readonly exemplars: readonly Exemplar[];
}

/** @throws Error with what the data source said */
export async function loadPanel(
  panel: Panel,
  context: Context,
  { theme, width, signal }: { readonly theme: GrafanaTheme2; readonly width: number; readonly signal: AbortSignal },
): Promise<PanelData> {
  const targets = (panel.targets ?? []).filter(({ hide }) => hide !== true);
  const points = panel.maxDataPoints ?? Math.max(Math.floor(width), 1);
  const asking = { panel, context, points, of: targets, signal };
  const [answers, found] = await Promise.all([
    Promise.all(targets.map((target) => answer(target, asking))),
    Promise.all(
      targets
        .filter(({ exemplar }) => exemplar)
        .map((target) => exemplarsOf(questionOf(target, asking).query, context.range, signal)),
    ),
  ]);
  const exemplars = found.flat();
  const scoped = (text: string, more?: Parameters<typeof interpolate>[2], format?: unknown) =>
    interpolate(text, context, more, format as Parameters<typeof interpolate>[3]);
  let frames = answers.flat();
  if (panel.transformations !== undefined && panel.transformations.length > 0) {
    frames = await lastValueFrom(transformDataFrame(panel.transformations, frames, { interpolate: scoped }));
  }
  if (frames.length === 0 && exemplars.length > 0) frames = [unseenFrame(exemplars)];
  const data = applyFieldOverrides({
    data: frames,
    fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
    theme,
    replaceVariables: scoped,
    timeZone: 'utc',
    fieldConfigRegistry,
    dataLinkPostProcessor: withWholeAddress,
  });
  // Otherwise tables show the names from before `organize`.
  cacheFieldDisplayNames(data);
  return { frames: data, exemplars };
}

interface Asking {
  readonly panel: Panel;
  readonly context: Context;
  /** At most. */
  readonly points: number;
  readonly of: readonly Target[];
  readonly signal: AbortSignal;
}

async function answer(target: Target, asking: Asking): Promise<DataFrame[]> {
  const { panel, context, signal } = asking;
  const type = target.datasource?.type ?? panel.datasource?.type;
  switch (type) {
    case 'prometheus':
      return fromPrometheus(target, asking);
    case 'tempo':
    case 'jaeger':
      return traceFrames(interpolateQuery(target.query ?? '', context), target, context, signal);
    case 'loki':
      return [await eventFrame(interpolateQuery(target.expr ?? '', context), target, context, signal)];
    default:
      throw new Error(`the window has no data source of the type ${type}`);
  }
}

/** A question to Prometheus as it is asked, and its step in milliseconds. */
function questionOf(target: Target, { panel, context, points }: Asking): { query: string; step: number } {
  const least = (target.interval || panel.interval || SCRAPE).replace('>', '');
  const { intervalMs } = rangeUtil.calculateInterval(context.range, points, least);
  const [from, to] = [context.range.from.valueOf(), context.range.to.valueOf()];
  // Prometheus refuses ranges of more points.
  const step = Math.max(intervalMs, Math.ceil((to - from) / 11_000 / 1000) * 1000);
  const rate = Math.max(step + SCRAPE_MS, 4 * SCRAPE_MS);
  const own = {
    __interval: `${step / 1000}s`,
    __interval_ms: String(step),
    __rate_interval: `${rate / 1000}s`,
    __rate_interval_ms: String(rate),
  };
  return { query: interpolateQuery(target.expr ?? '', { ...context, own }), step };
}

async function fromPrometheus(target: Target, asking: Asking): Promise<DataFrame[]> {
  const { context, of, signal } = asking;
  const { refId, legendFormat } = target;
  const { query, step } = questionOf(target, asking);
  const [from, to] = [context.range.from.valueOf(), context.range.to.valueOf()];
  const options = { refId, legendFormat: interpolate(legendFormat ?? '', context), step };
  const isTable = target.format === 'table';
  if (target.range) {
    const series = await range(query, { from, to, step }, signal);
    return seriesFrames(series, options);
  }
  const series = await instant(query, to, signal);
  if (!isTable) return seriesFrames(series, { refId, legendFormat: options.legendFormat });
  const several = of.filter(({ format }) => format === 'table').length > 1;
  return [tableFrame(series, { refId, column: several ? `Value #${refId}` : 'Value' })];
}

/**
 * Grafana makes the address of a link harmless by decoding it, so that a value with a `&` or a `%` in it leads elsewhere.
 * Here it stays as it was written, unless it is a program.
 */
const withWholeAddress: DataLinkPostProcessor = ({ link, linkModel, dataLinkScopedVars, replaceVariables }) => {
  const address = replaceVariables(link.url, dataLinkScopedVars, VariableFormatID.UriEncode);
  return { ...linkModel, href: harmless(address) };
};

/** The address itself; where it would run something, one that leads nowhere. */
export function harmless(address: string): string {
  const protocol = URL.parse(address, location.href)?.protocol;
  return protocol === 'http:' || protocol === 'https:' ? address : 'about:blank';
}

/** Links of a value, with everything in them put in place. */
export function linksOf(field: Field, row: number): LinkModel<Field>[] {
  return field.getLinks?.({ valueRowIndex: row }) ?? [];
}
