import { ControlApiClient } from '../../examples/operator/cli/control-api-client.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { Jaeger } from '../window/heavy/jaeger.js';
import { EventFile } from '../window/heavy/otlp-files.js';
import { DASHBOARD_LINKS, heavyRoutes, LIGHT_PAGES } from '../window/heavy/routes.js';
import { storedSources } from '../window/heavy/stored-sources.js';
import { startWindow } from '../window/server/server.js';
import { nodeShards } from './node-shards.js';

/** Of compose.yaml. */
const TOKEN = 'stack';

/** What the page shows. */
export interface StackParts {
  /** The page's own. */
  readonly port: number;
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
    port: parts.port,
    sources: {
      title,
      control: { url: control, token: TOKEN },
      links: DASHBOARD_LINKS,
      plans: async () => (await client.list()).plans,
      clusters: async () => {
        const [{ controllers }, nodesOf] = await Promise.all([client.controllers(), nodeShards(prometheus)]);
        return controllers.map((controller) => ({ ...controller, nodes: nodesOf(controller) }));
      },
      ...storedSources(traces, events),
    },
    routes: heavyRoutes({
      bundle,
      settings: { title, pages: LIGHT_PAGES },
      prometheus,
      traces,
      events,
    }),
  });
  shutdown.add(() => window.close());
  return window.url;
}
