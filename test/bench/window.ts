import { startWindow } from '../../tools/window/server/server.js';
import type { ClusterView } from '../../tools/window/server/wire.js';
import { DemoProcess } from '../stack/demo-process.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { pageParts } from '../window/page-parts.js';
import { planAtWork } from '../window/plan-views.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';

const REPETITIONS = quick ? 2 : 7;
const CLUSTERS = 200;
const PLANS_OF_A_CLUSTER = 4;
const NODES_OF_A_CLUSTER = 12;

/** Milliseconds from the start of the demo's program to its first line and to its page's first answer. */
async function demoStart(): Promise<[number, number]> {
  const begin = performance.now();
  const demo = await DemoProcess.startWithPage();
  await demo.printed(' shows ');
  const printed = performance.now() - begin;
  const url = demo.found(/^(http:\S+\/) shows/);
  await until(async () => (await fetch(url, { headers: { connection: 'close' } })).ok);
  const answered = performance.now() - begin;
  demo.interrupt();
  await demo.end();
  return [printed, answered];
}

/** Milliseconds from the question for a page to its verdict, for each of several readers. */
async function firstContent(browser: Browser, url: string): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < REPETITIONS; turn += 1) {
    const begin = performance.now();
    const page = await browser.open(url);
    await page.locator('.verdict').waitFor();
    times.push(performance.now() - begin);
    await page.context().close();
  }
  return times;
}

function fleet(): { clusters: ClusterView[]; plans: ReturnType<typeof planAtWork>[] } {
  const names = Array.from({ length: CLUSTERS }, (_, index) => ({ namespace: 'payments', cluster: `eu-${index}` }));
  const nodes = Array.from({ length: NODES_OF_A_CLUSTER }, (_, index) => ({ node: `node-${index}`, shards: 8 }));
  return {
    clusters: names.map((name) => ({ ...name, paused: false, nodes })),
    plans: names.flatMap((name) =>
      Array.from({ length: PLANS_OF_A_CLUSTER }, (_, index) => planAtWork({ ...name, id: `${name.cluster}-${index}` })),
    ),
  };
}

await Cleanup.whole(async (cleanup) => {
  const starts: [number, number][] = [];
  for (let turn = 0; turn < REPETITIONS; turn += 1) starts.push(await demoStart());
  const { clusters, plans } = fleet();
  const window = await startWindow({
    port: 0,
    sources: { title: 'benchmark', plans: async () => plans, clusters: async () => clusters },
  });
  await cleanup.use({ stop: window.close });
  const sizes = await pageParts(async (path) => (await fetch(new URL(path, window.url))).text());
  const browser = await Browser.launch(cleanup);
  const content = await firstContent(browser, window.url);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const kilobytes = [...sizes.values()].reduce((sum, size) => sum + size, 0) / 1_000;
  console.log(
    textTable(
      ['page of the demo and the stack', 'median'],
      [
        ['demo: start of the program to its first line', ms(median(starts.map(([printed]) => printed)))],
        ['demo: start of the program to the first answer', ms(median(starts.map(([, answered]) => answered)))],
        [`Chromium: question to verdict, ${CLUSTERS} clusters with ${plans.length} plans`, ms(median(content))],
        [`size of all ${sizes.size} parts, each compressed`, `${kilobytes.toFixed(1)} KB`],
      ],
    ),
  );
  await cleanup.now();
});
