import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UIDS } from '../../../dashboards/links.js';
import { sendJson } from '../../../examples/operator/api/call.js';
import { DEFAULTS } from '../../../rules/settings.js';
import { REPOSITORY } from '../../repository.js';
import type { WindowRoute } from '../server/route.js';

/** What a window says of what it shows. The page's own `settings.ts` says the same. */
export interface WindowSettings {
  readonly title: string;
  readonly about?: string;
  /** What is shown began then; milliseconds since the Unix epoch. */
  readonly began?: number;
  /** The clock stands there; milliseconds since the Unix epoch. */
  readonly now?: number;
  /** Times as Grafana's addresses have them. */
  readonly from?: string;
  readonly to?: string;
  readonly pages: readonly { readonly title: string; readonly url: string }[];
}

const FOLDER = join(REPOSITORY, 'dashboards');
/** From what everybody looks at to what is looked at last. */
const ORDER: readonly string[] = Object.values(UIDS);

/** Serves the shipped dashboards as they stand, and what is shown with them. */
export function settingsRoute(settings: WindowSettings): WindowRoute {
  return async ({ path, response }) => {
    if (path === '/api/window') {
      const dashboards = [...read().values()].map(({ uid, title, tags }) => ({ uid, title, tags }));
      sendJson(response, 200, { ...settings, dashboards });
      return true;
    }
    if (!path.startsWith('/api/dashboards/')) return false;
    const dashboard = read().get(path.slice('/api/dashboards/'.length));
    if (dashboard === undefined) return false;
    sendJson(response, 200, dashboard);
    return true;
  };
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
}

/** Anew each time, so that a dashboard that is worked at is seen as it is. */
function read(): ReadonlyMap<string, Dashboard> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  const dashboards = files.map(
    (name) => JSON.parse(withOwnRunbooks(readFileSync(join(FOLDER, name), 'utf8'))) as Dashboard,
  );
  const place = ({ uid }: Dashboard) => (ORDER.includes(uid) ? ORDER.indexOf(uid) : ORDER.length);
  return new Map(dashboards.sort((a, b) => place(a) - place(b)).map((dashboard) => [dashboard.uid, dashboard]));
}

/** Runbooks are pages of the window, whatever else serves them. */
function withOwnRunbooks(text: string): string {
  return text.replaceAll(DEFAULTS.runbooks, '/runbooks');
}
