import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { selected } from './selection.js';
import { METRICS_SOURCE } from './variables.js';

/** What a reader is told of a panel, on the page and in the documentation. */
export interface PanelText {
  readonly title: string;
  /** What it tells. */
  readonly tells: string;
  /** What to do. */
  readonly act: string;
  /** What it means when it shows nothing. */
  readonly empty: string;
  /** The same in a few words, shown in the panel's place. */
  readonly noValue: string;
}

/** A panel as a page holds it. */
export interface PagePanel {
  readonly text: PanelText;
  build(): Panel;
}

/** What the panel builders of the SDK have in common. */
interface PanelBuilder<P> extends Builder<Panel> {
  id(id: number): P;
  title(title: string): P;
  description(description: string): P;
  datasource(source: DataSourceRef): P;
  unit(unit: string): P;
  noValue(text: string): P;
  span(width: number): P;
  height(height: number): P;
}

/** Where a panel stands and what its values are. */
export interface PanelFrame {
  /** Within its dashboard; in links to a single panel, so it never changes. */
  readonly id: number;
  /** Of 24. */
  readonly width: number;
  /** In steps of 30 pixels and a gap of 8. */
  readonly height: number;
  readonly unit: string;
  readonly source?: DataSourceRef;
}

/** A panel with everything that every panel must have. */
export function panel<P extends PanelBuilder<P>>(frame: PanelFrame, text: PanelText, builder: P): PagePanel {
  const { id, width, height, unit, source = METRICS_SOURCE } = frame;
  const described = builder
    .id(id)
    .title(text.title)
    .description(description(text))
    .datasource(source)
    .unit(unit)
    .noValue(text.noValue)
    .span(width)
    .height(height);
  return { text, build: () => described.build() };
}

/** The text behind the information sign of a panel; Markdown. */
export function description({ tells, act, empty }: PanelText): string {
  return `${tells}\n\n**What to do:** ${act}\n\n**Empty:** ${empty}`;
}

/** A query over the shown time. */
export function overTime(refId: string, expression: string, legend: string): DataqueryBuilder {
  return query(refId, expression).range().legendFormat(legend).format(PromQueryFormat.TimeSeries);
}

/** A query at the end of the shown time. */
export function now(refId: string, expression: string, legend: string): DataqueryBuilder {
  return query(refId, expression).instant().legendFormat(legend).format(PromQueryFormat.TimeSeries);
}

/** A query at the end of the shown time, one row for each series. */
export function rows(refId: string, expression: string): DataqueryBuilder {
  return query(refId, expression).instant().format(PromQueryFormat.Table);
}

function query(refId: string, expression: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).datasource(METRICS_SOURCE).expr(selected(expression));
}

/** A query in a language that the SDK has no builder for. */
export function rawQuery(target: object): Builder<Dataquery> {
  return { build: () => target as Dataquery };
}
