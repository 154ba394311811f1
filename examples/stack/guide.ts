import type { Companion } from './companion.js';

/** Addresses in the guide. */
export interface Places {
  readonly metricsUrl: string;
  readonly controlUrl: string;
  readonly runbooksUrl: string;
  /** Where the dashboards are, or how to have them; undefined without a page. */
  readonly dashboards: string | undefined;
  readonly secret: string;
  readonly companions: readonly Companion[];
}

/** Text for a reader: what runs, where to look and what to type. */
export function guide({ metricsUrl, controlUrl, runbooksUrl, dashboards, secret, companions }: Places): string {
  const places = [
    ['metrics', metricsUrl],
    ['control API', `${controlUrl}/control/rebalance-plans`],
    ['runbooks', `${runbooksUrl}/`],
    ...(dashboards === undefined ? [] : [['dashboards', dashboards]]),
    ...companions.map(({ name, url }) => [name, url]),
  ];
  const looks = companions.flatMap(({ look }) => look ?? []);
  return `Three clusters run with minutes shortened to seconds. In payments/eu-1 nodes die
and come back, in search/us-1 plans fail too, and in catalog/eu-2 a plan waits
for you. Ctrl-C ends everything.

${places.map(([name, url]) => `  ${name?.padEnd(12)} ${url}`).join('\n')}

In another terminal:

  curl -s ${metricsUrl} | grep plan_shards_remaining
  export MESH_CONTROL_URL=${controlUrl}
  export MESH_CONTROL_TOKEN=${secret}
  npm run -s mesh -- shards rebalance list
  npm run -s mesh -- shards rebalance approve -- PLAN
  npm run -s mesh -- shards rebalance watch
${looks.map((look) => `  ${look}\n`).join('')}
`;
}
