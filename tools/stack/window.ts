import { UIDS } from '../../dashboards/links.js';
import { ControlApiClient } from '../../examples/operator/cli/control-api-client.js';
import { freePort } from '../../examples/stack/program.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { inSeconds } from '../../rules/duration.js';
import { DEFAULTS } from '../../rules/settings.js';
import { Jaeger } from '../window/heavy/jaeger.js';
import { EventFile } from '../window/heavy/otlp-files.js';
import { heavyRoutes } from '../window/heavy/routes.js';
import { storedSources } from '../window/heavy/stored-sources.js';
import { startWindow, WINDOW_PORT } from '../window/server/server.js';
import { nodeShards } from './node-shards.js';

/** Of compose.yaml. */
const TOKEN = 'stack';

/** What the page shows. */
export interface StackParts {
  readonly bundle: URL;
  readonly control: string;
  readonly prometheus: string;
  readonly jaeger: string;
  /** File of the log events. */
  readonly events: string;
}

/**
 * Serves the page of the stack: its plans, its dashboards, its traces and its log events.
 *
 * @returns its URL
 */
export async function openStackWindow(parts: StackParts, shutdown: Shutdown): Promise<string> {
  const { bundle, control, prometheus } = parts;
  const client = new ControlApiClient(new URL(control), { token: TOKEN, insecure: true });
  const traces = new Jaeger(parts.jaeger);
  const events = new EventFile(parts.events);
  const title = 'stack';
  const window = await startWindow({
    port: await freePort(WINDOW_PORT),
    sources: {
      title,
      stuckAfterMillis: inSeconds(DEFAULTS.values.stuckAfter) * 1_000,
      control: { url: control, token: TOKEN },
      links: Object.entries(UIDS).map(([name, uid]) => ({ name: `Dashboard: ${name}`, url: `/d/${uid}` })),
      plans: async () => (await client.list()).plans,
      clusters: async () => {
        const [{ controllers }, nodesOf] = await Promise.all([client.controllers(), nodeShards(prometheus)]);
        return controllers.map((controller) => ({ ...controller, nodes: nodesOf(controller) }));
      },
      ...storedSources(traces, events),
    },
    routes: heavyRoutes({
      bundle,
      settings: {
        title,
        pages: [
          { title: 'Plans and approvals', url: '/' },
          { title: 'Runbooks', url: '/runbooks/' },
        ],
      },
      prometheus,
      traces,
      events,
    }),
  });
  shutdown.add(() => window.close());
  return window.url;
}
