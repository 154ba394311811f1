import type { WindowRoute } from '../server/server.js';
import { heavyPage } from './page-route.js';
import { prometheusRoute } from './prometheus-route.js';
import { settingsRoute, type WindowSettings } from './settings-route.js';
import { telemetryRoute } from './telemetry-route.js';
import type { EventStore, TraceStore } from './telemetry-store.js';

/** What the dashboards are drawn from. */
export interface HeavyOptions {
  /** The folder of the page's bundle. */
  readonly bundle: URL;
  readonly settings: WindowSettings;
  /** URL of a Prometheus, without a slash at its end. */
  readonly prometheus: string;
  readonly traces: TraceStore;
  readonly events: EventStore;
  /** Where `/` leads, if it leads to a dashboard. */
  readonly home?: string;
}

/** The heavy half of the window: dashboards, traces beside them, and log events. */
export function heavyRoutes({ bundle, settings, prometheus, traces, events, home }: HeavyOptions): WindowRoute[] {
  return [
    heavyPage(bundle, home),
    settingsRoute(settings),
    prometheusRoute(prometheus),
    telemetryRoute(traces, events),
  ];
}
