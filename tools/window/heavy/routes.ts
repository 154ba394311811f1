import { UIDS } from '../../../dashboards/links.js';
import type { WindowRoute } from '../server/route.js';
import type { Link } from '../server/wire.js';
import { heavyPage } from './page-route.js';
import { prometheusRoute } from './prometheus-route.js';
import { settingsRoute, type WindowSettings } from './settings-route.js';
import { telemetryRoute } from './telemetry-route.js';
import type { EventStore, TraceStore } from './telemetry-store.js';

/** Pages of the light half, for those of the heavy one. */
export const LIGHT_PAGES: WindowSettings['pages'] = [
  { title: 'Plans and approvals', url: '/' },
  { title: 'Runbooks', url: '/runbooks/' },
];
/** The dashboards, for the light half. */
export const DASHBOARD_LINKS: readonly Link[] = [
  { name: 'Dashboard: overview', url: `/d/${UIDS.overview}` },
  { name: 'Dashboard: on-call', url: `/d/${UIDS.oncall}` },
  { name: 'Dashboard: one plan', url: `/d/${UIDS.plan}` },
];

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
