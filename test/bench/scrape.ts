import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { freePort } from '../support/process.js';
import { collectGarbage } from './garbage.js';
import { holdsDuring } from './hold-probe.js';
import { livePlans } from './live-plans.js';
import { samplesOf } from './prom-client-twin.js';
import type { Rival, Served } from './scrape-rival.js';
import type { ScrapeReply, ScrapeRequest } from './scrape-worker.js';
import { seriesCount } from './series.js';
import { quick } from './settings.js';
import { median } from './statistics.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';
import { WorkerProcess } from './worker-process.js';

const SIZES = [10, 100, 1_000, 10_000];
/**
 * Small answers are measured often, large ones seldom, each after as many that do not count: an app goes on for weeks, and
 * what the engine has yet to compile takes twice as long.
 */
const ROUNDS: Readonly<Record<number, number>> = quick
  ? { 10: 20, 100: 10, 1000: 5, 10000: 2 }
  : { 10: 1_500, 100: 150, 1000: 25, 10000: 7 };
const WATCHED_SCRAPES = quick ? 10 : 100;
const TARGET_HOLD = 20;
const targetRatio = (plans: number) => (plans < 100 ? 0.5 : 0.35);
const UNREAD = 20;

const scraper = new WorkerProcess<ScrapeRequest, ScrapeReply>('./scrape-worker.js', []);

async function serveExporter(plans: number) {
  const { producer, disable } = livePlans(plans);
  const port = await freePort();
  const exporter = await new Promise<PrometheusExporter>((resolve, reject) => {
    const made = rebalancePrometheusExporter({ port, rebalanceProducer: producer, withoutTargetInfo: true }, (error) =>
      error ? reject(error) : resolve(made),
    );
  });
  const provider = new MeterProvider({ readers: [exporter] });
  const stop = async () => {
    await provider.shutdown();
    disable();
  };
  return { port, producer, stop };
}

/** Each in a process of its own, as no app has two of them: a collection of garbage goes through all that a process holds. */
async function serveRival(rival: Rival) {
  const worker = new WorkerProcess<Rival, Served>('./scrape-rival.js', []);
  const { port } = await worker.request(rival);
  return { port, stop: () => worker.stop() };
}

const urlOf = (port: number) => `http://127.0.0.1:${port}/metrics`;

/** Without the values, some of which are times that go on. */
const seriesOf = (text: string) => samplesOf(text).replace(/ [^ ]+$/gm, '');

/** Throws unless all answer with the same series. Returns the bytes of the first answer. */
async function bytesOfSameSeries(ports: readonly number[]): Promise<number> {
  const texts = await Promise.all(ports.map(async (port) => (await fetch(urlOf(port))).text()));
  if (new Set(texts.map(seriesOf)).size > 1) throw new Error('the two do not hold the same series');
  return Buffer.byteLength(texts[0] ?? '');
}

/** Median milliseconds of a scrape of each, taking turns, so that a slow minute of the machine falls on all alike. */
async function compare(ports: readonly number[], rounds: number): Promise<number[]> {
  const samples: number[][] = ports.map(() => []);
  for (let round = -rounds; round < rounds; round += 1) {
    for (const [index, port] of ports.entries()) {
      const { millis } = await scraper.request({ port, scrapes: 1, atOnce: 1 });
      if (round >= 0) samples[index]?.push(...millis);
    }
  }
  return samples.map(median);
}

async function measure(plans: number) {
  const ours = await serveExporter(plans);
  const watch = (atOnce: number) =>
    holdsDuring(() => scraper.request({ port: ours.port, scrapes: WATCHED_SCRAPES, atOnce }));
  const first = await holdsDuring(() => scraper.request({ port: ours.port, scrapes: 1, atOnce: 1 }));
  const holds = { first, one: await watch(1), ten: await watch(10) };
  const hundred = plans === 1_000 ? await watch(100) : undefined;
  const produced = await ours.producer.collect();
  const rivals = await Promise.all([
    serveRival({ kind: 'promClient', plans }),
    serveRival({ kind: 'readyText', from: urlOf(ours.port) }),
    serveRival({ kind: 'emptyAnswer' }),
  ]);
  const ports = [ours.port, ...rivals.map(({ port }) => port)];
  const bytes = await bytesOfSameSeries(ports.slice(0, 2));
  collectGarbage();
  const [own = 0, promClient = 0, readyText = 0, empty = 0] = await compare(ports, ROUNDS[plans] ?? 5);
  await ours.stop();
  for (const { stop } of rivals) stop();
  return {
    plans,
    series: seriesCount(produced),
    bytes,
    own,
    promClient,
    readyText,
    empty,
    holds,
    hundred,
  };
}

/** What connections hold that ask and do not read. */
async function measureUnread(plans: number) {
  const ours = await serveExporter(plans);
  const { bytes } = await scraper.request({ port: ours.port, scrapes: 3, atOnce: 1 });
  collectGarbage();
  // Not what the process has taken from the system, which it keeps.
  const taken = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = taken();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, taken());
  }, 20);
  const { millis } = await scraper.request({ port: ours.port, scrapes: 1, atOnce: 1, unread: UNREAD });
  clearInterval(timer);
  await ours.stop();
  return { plans, bytes, mebibytes: (most - before) / 2 ** 20, next: millis[0] ?? 0 };
}

const ms = (value: number) => value.toFixed(value < 1 ? 3 : 1);
// First, while the process has no memory to spare.
const unread = await measureUnread(SIZES.at(-1) ?? 0);
const results: Awaited<ReturnType<typeof measure>>[] = [];
for (const plans of SIZES) {
  results.push(await measure(plans));
  collectGarbage();
}
scraper.stop();

console.log(
  'Live plans with four open drains each, over HTTP. Scraper and servers are processes of their own. Both sides hold the same series,\n' +
    'compared line by line. Milliseconds from request to last byte, medians of interleaved rounds.',
);
console.log(
  textTable(
    [
      'plans',
      'series',
      'bytes',
      'ours',
      'prom-client',
      'ready text',
      'empty answer',
      'ours/prom-client',
      'ready text/prom-client',
    ],
    results.map(({ plans, series, bytes, own, promClient, readyText, empty }) => [
      ...[plans, series, bytes].map(String),
      ...[own, promClient, readyText, empty].map(ms),
      (own / promClient).toFixed(2),
      (readyText / promClient).toFixed(2),
    ]),
  ),
);
for (const { plans, own, promClient } of results) {
  const ratio = own / promClient;
  console.log(
    verdict(
      `${plans} plans: at most ${targetRatio(plans)} of prom-client`,
      ratio.toFixed(2),
      ratio <= targetRatio(plans),
    ),
  );
}
console.log(
  `\nLongest hold of the event loop over ${WATCHED_SCRAPES} scrapes, in ms that the thread works, without pauses of the garbage collector; last with them.`,
);
console.log(
  textTable(
    ['plans', 'first scrape', 'one at a time', 'ten at once', '100 at once', 'with garbage'],
    results.map(({ plans, holds: { first, one, ten }, hundred }) => [
      String(plans),
      ...[first.loop, one.loop, ten.loop].map(ms),
      hundred === undefined ? '' : ms(hundred.loop),
      ms(Math.max(first.all, one.all, ten.all, hundred?.all ?? 0)),
    ]),
  ),
);
const longest = Math.max(
  ...results.flatMap(({ holds: { first, one, ten }, hundred }) =>
    [first, one, ten, hundred].map((hold) => hold?.loop ?? 0),
  ),
);
console.log(verdict(`at most ${TARGET_HOLD} ms at any size`, `${ms(longest)} ms`, longest <= TARGET_HOLD));
const text = unread.bytes / 2 ** 20;
console.log(
  `\n${UNREAD} connections with 20 unread scrapes each at ${unread.plans} plans (a text of ${text.toFixed(0)} MiB) take ` +
    `${unread.mebibytes.toFixed(0)} MiB; the next scrape comes after ${(unread.next / 1000).toFixed(1)} s`,
);
console.log(verdict('at most three texts', `${(unread.mebibytes / text).toFixed(1)}`, unread.mebibytes <= 3 * text));
