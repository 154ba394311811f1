import { UIDS } from '../../../dashboards/links.js';
import { pageAtHand } from '../heavy/bundle.js';
import { DASHBOARD_LINKS, heavyRoutes, LIGHT_PAGES } from '../heavy/routes.js';
import type { WindowRoute } from '../server/route.js';
import type { Link } from '../server/wire.js';
import type { RecentSignals } from './recent-signals.js';

const TITLE = 'demo';

/** The dashboards of the demo, once it has a Prometheus and their page has been made by another command. */
export class DemoDashboards {
  readonly #signals: RecentSignals;
  #routes: readonly WindowRoute[] = [];

  constructor(signals: RecentSignals) {
    this.#signals = signals;
  }

  readonly route: WindowRoute = async (asked) => {
    for (const route of this.#routes) if (await route(asked)) return true;
    return false;
  };

  get links(): readonly Link[] {
    return this.#routes.length > 0 ? DASHBOARD_LINKS : [];
  }

  /**
   * Serves them if that needs nothing to be installed.
   *
   * @param prometheus its URL, if there is one
   * @param windowUrl ends in a slash
   * @returns their address, or how to have them
   */
  async serve(prometheus: string | undefined, windowUrl: string): Promise<string> {
    const bundle = await pageAtHand();
    if (bundle === undefined) return 'not made yet: "npm run look -- stuck-drain" makes them, and has its own';
    if (prometheus === undefined) return 'need a Prometheus: "npm run demo -- --with prometheus"';
    const { traceStore: traces, eventStore: events } = this.#signals;
    const settings = { title: TITLE, from: 'now-10m', pages: LIGHT_PAGES };
    this.#routes = heavyRoutes({ bundle, settings, prometheus, traces, events });
    return `${windowUrl}d/${UIDS.oncall}`;
  }
}
