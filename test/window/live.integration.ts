import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import type { Page } from 'playwright-core';
import { RecentSignals } from '../../tools/window/demo/recent-signals.js';
import { bundledPage } from '../../tools/window/heavy/bundle.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { heavyRoutes } from '../../tools/window/heavy/routes.js';
import { startWindow } from '../../tools/window/server/server.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { TestClock } from '../support/clock.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { HOUR, MINUTE } from '../support/time.js';
import { until } from '../support/until.js';

/** How long each plan takes, in seconds: one in each of three buckets, the last above every bar. */
const TOOK = [40, 100, 220];
const AVERAGE = TOOK.reduce((sum, seconds) => sum + seconds, 0) / TOOK.length;
const PANEL = '[data-panel="Time to rebalance"]';

/** Top and bottom of the bars in pixels of the page, by their colour. Lines of marks are dashed. */
const BARS = `(() => {
  const canvas = document.querySelector('${PANEL} canvas');
  const { top, height } = canvas.getBoundingClientRect();
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const isBlue = (x, y) => {
    const at = 4 * (y * canvas.width + x);
    return data[at + 3] > 100 && data[at + 2] - data[at] > 60;
  };
  const bars = [];
  for (let x = 0; x < canvas.width; x += 1) {
    let bottom = canvas.height - 1;
    while (bottom > 0 && !isBlue(x, bottom)) bottom -= 1;
    let highest = bottom;
    while (highest > 0 && isBlue(x, highest - 1)) highest -= 1;
    if (bottom - highest > 20) bars.push([highest, bottom + 1]);
  }
  const middle = bars[Math.floor(bars.length / 2)];
  return middle && middle.map((y) => top + (y * height) / canvas.height);
})()`;

describe('the dashboards of a controller at work', () => {
  const cleanup = Cleanup.forSuite();
  const clock = new TestClock();
  const controller = new TestController();
  const signals = new RecentSignals();
  let prometheus: Prometheus;
  let browser: Browser;
  let url: string;
  let now: number;

  before(async () => {
    now = Date.now();
    clock.now = now - 20 * MINUTE;
    const tracerProvider = new TracerProvider({ spanProcessors: [signals.spanProcessor] });
    const rebalanceProducer = createRebalanceMetricProducer();
    instrument(controller, { tracerProvider, metricProducer: rebalanceProducer, clock: clock.read });
    controller.tell('leadershipChanged', { leading: true });
    const port = await freePort();
    const exporter = await new Promise<PrometheusExporter>((resolve, reject) => {
      const made = rebalancePrometheusExporter({ port, rebalanceProducer }, (error) =>
        error ? reject(error) : resolve(made),
      );
    });
    cleanup.add(() => exporter.stopServer());
    prometheus = await cleanup.use(Prometheus.start({ release: '3', targets: [port] }));
    const nothing = async () => [];
    const window = await startWindow({
      port: 0,
      sources: { title: 'test', plans: nothing, clusters: nothing },
      routes: heavyRoutes({
        bundle: await bundledPage(),
        settings: { title: 'test', pages: [] },
        prometheus: prometheus.url,
        traces: signals.traceStore,
        events: signals.eventStore,
      }),
    });
    await cleanup.use({ stop: window.close });
    url = window.url;
    browser = await Browser.launch(cleanup);
  });

  afterEach(() => expect(browser.faults.splice(0)).to.deep.equal([]));

  it('wait for the first plan, and show it by themselves', async () => {
    const page = await browser.open(`${url}d/mesh-rebalance-plan?from=now-10m&to=now&refresh=`);
    await page.getByText('There is no plan yet').waitFor();
    expect(await page.locator('[data-panel]').count()).to.equal(0);
    beginPlan(controller, 'plan-0');
    await page.getByText('plan-0').first().waitFor({ timeout: MINUTE });
    await drawn(page);
    expect(await page.getByText('There is no plan yet').count()).to.equal(0);
    expect(await page.locator('[data-problem]').count()).to.equal(0);
    await page.context().close();
  });

  describe('have diamonds, which', () => {
    /** Of each plan in {@link TOOK}. */
    let traceIds: readonly string[];

    before(async () => {
      const ended = (count: number) =>
        until(async () => {
          const [point] = await prometheus.query('mesh_rebalance_phase_duration_seconds_count{phase="total"}');
          return expect(point?.value).to.equal(count);
        });
      for (const [index, seconds] of TOOK.entries()) {
        // The first one has begun.
        if (index > 0) beginPlan(controller, `plan-${index}`);
        clock.advance(seconds);
        completePlan(controller, `plan-${index}`);
        // Counters that begin are scraped at 0 before they grow.
        if (index === 0) await ended(0);
        clock.advance(200);
      }
      await ended(TOOK.length);
      traceIds = TOOK.map((_, index) => {
        const [span] = signals.spans({ namespace: 'payments', cluster: 'eu-1', id: `plan-${index}` });
        return span?.traceId as string;
      });
    });

    async function overview(from: number, to: number): Promise<Page> {
      const page = await browser.open(`${url}d/mesh-rebalance-overview?from=${from}&to=${to}&theme=dark`);
      await drawn(page);
      expect(await page.locator('[data-problem]').count()).to.equal(0);
      return page;
    }

    const diamondOf = (page: Page, traceId: string) => page.locator(`${PANEL} a[data-exemplar="${traceId}"]`);

    async function middleOf(page: Page, traceId: string): Promise<number> {
      const { y, height } = (await diamondOf(page, traceId).boundingBox()) ?? { y: Number.NaN, height: 0 };
      return y + height / 2;
    }

    it('stand at the height of what each plan took, by the bars of its graph', async () => {
      // There is a bar at each fifth minute: the next one is in sight.
      const page = await overview(now - 30 * MINUTE, now + 10 * MINUTE);
      const [top, bottom] = await page.evaluate<[number, number]>(BARS);
      const [short, middling, long] = traceIds as [string, string, string];
      for (const [index, traceId] of [short, middling].entries()) {
        const expected = bottom - ((TOOK[index] as number) / AVERAGE) * (bottom - top);
        expect(await middleOf(page, traceId), `plan-${index}`).to.be.closeTo(expected, 2);
      }
      // Beyond the scale: at its edge, not outside of the panel.
      const edge = await page.locator(`${PANEL} .u-over`).boundingBox();
      expect(await middleOf(page, long)).to.be.closeTo(edge?.y ?? Number.NaN, 1);
      expect(await page.locator(`${PANEL} a[data-exemplar]`).count()).to.equal(TOOK.length);
      await page.context().close();
    });

    it('say what the plan took, and lead to its trace by a click and by the keyboard', async () => {
      const [, traceId] = traceIds as [string, string];
      const page = await overview(now - 30 * MINUTE, now + 10 * MINUTE);
      const diamond = diamondOf(page, traceId);
      await diamond.hover();
      expect(await page.getByRole('tooltip').innerText()).to.match(
        /^1\.7 mins?, until .+ UTC\. Click for its trace\.$/,
      );
      const isOfTrace = (address: URL) => address.pathname === `/trace/${traceId}`;
      await diamond.click();
      await page.waitForURL(isOfTrace);
      await page
        .getByRole('treeitem', { name: /^rebalance\.plan/ })
        .first()
        .waitFor();
      await page.goBack();
      await drawn(page);
      await diamond.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(isOfTrace);
      await page.context().close();
    });

    it('are there before the first bar is', async () => {
      // A bar ends with its day.
      const page = await overview(now - 30 * 24 * HOUR, now);
      const [panel, longest] = [page.locator(PANEL), traceIds.at(-1) as string];
      await diamondOf(page, longest).waitFor();
      expect(await panel.innerText()).not.to.contain('No plan has finished');
      const edge = (await page.locator(`${PANEL} .u-over`).boundingBox()) ?? { y: 0, height: 0 };
      expect(await middleOf(page, longest)).to.be.within(edge.y + 1, edge.y + edge.height - 1);
      await diamondOf(page, longest).click();
      await page.waitForURL((address) => address.pathname === `/trace/${longest}`);
      await page.context().close();
    });
  });
});
