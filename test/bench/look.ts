import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { bundledPage } from '../../tools/window/heavy/bundle.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { openHistory } from '../../tools/window/heavy/history-window.js';
import { DASHBOARDS } from '../dashboards/dashboard-files.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { quick } from './settings.js';
import { textTable } from './text-table.js';

const CLUSTERS = quick ? 20 : 200;
const HOURS = 0.3;
const ROUNDS = quick ? 1 : 5;
const PLAN = 'search-eu-2-0001';

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const seconds = (millis: number) => `${(millis / 1000).toFixed(2)} s`;

const cleanup = new Cleanup();
try {
  const bundle = await bundledPage();
  const scripts = readdirSync(bundle).filter((name) => /\.(js|css)$/.test(name));
  const sizes = scripts.map((name) => gzipSync(readFileSync(new URL(name, bundle))).length);
  const megabytes = (sizes.reduce((sum, size) => sum + size, 0) / 1e6).toFixed(2);
  console.log(`bundle of the dashboards: ${megabytes} MB gzipped, with what is loaded only when it is needed`);

  const shutdown = new Shutdown();
  cleanup.add(() => shutdown.run());
  const play = { scenario: scenarioNamed('fleet-one-bad'), clusters: CLUSTERS, hours: HOURS, seed: 1, port: 0 };
  const { url } = await openHistory(play, shutdown, new AbortController().signal);
  const browser = await Browser.launch(cleanup);
  const rows: string[][] = [];
  for (const uid of DASHBOARDS) {
    const [first, last]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const page = await browser.open(`${url}d/${uid}?var-plan_id=${PLAN}`);
      await drawn(page);
      const at = (mark: string) =>
        page.evaluate<number>(`performance.getEntriesByName(${JSON.stringify(mark)})[0].startTime`);
      first.push(await at('first panel'));
      last.push(await at('last panel'));
      await page.close();
    }
    rows.push([uid, seconds(median(first)), seconds(median(last)), seconds(Math.max(...last))]);
  }
  console.log(`${CLUSTERS} clusters, median of ${ROUNDS} loads into an empty browser`);
  console.log(textTable(['page', 'first panel', 'last panel', 'slowest last'], rows));
} finally {
  await cleanup.now();
}
