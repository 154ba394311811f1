import type { FunctionComponent } from 'react';
import { StateTimeline, StatusHistory } from './bands';
import { BarChart } from './bar-chart';
import type { Drawing } from './drawing';
import { Logs } from './logs';
import { Table } from './table';
import { Text } from './text';
import { TimeSeries } from './time-series';
import { Traces } from './traces';
import { Bars, Stat } from './values';

/** How a type of panel is drawn. */
export interface Kind {
  readonly Draw: FunctionComponent<Drawing>;
  /** It says itself that there is nothing. */
  readonly drawsNothing?: true;
}

export const KINDS: Readonly<Record<string, Kind>> = {
  stat: { Draw: Stat, drawsNothing: true },
  bargauge: { Draw: Bars },
  table: { Draw: Table },
  timeseries: { Draw: TimeSeries },
  'state-timeline': { Draw: StateTimeline },
  'status-history': { Draw: StatusHistory },
  barchart: { Draw: BarChart },
  text: { Draw: Text, drawsNothing: true },
  logs: { Draw: Logs },
  traces: { Draw: Traces },
};
