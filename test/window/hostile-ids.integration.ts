import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { prometheusOver } from '../../tools/history/prometheus.js';
import { bundledPage } from '../../tools/window/heavy/bundle.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { EventFile, TraceFile } from '../../tools/window/heavy/otlp-files.js';
import { heavyRoutes } from '../../tools/window/heavy/routes.js';
import { startWindow, type Window } from '../../tools/window/server/server.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { freePort } from '../support/process.js';

const START = Date.UTC(2026, 0, 1);
const MINUTES = 10;
const TRACE_ID = '0123456789abcdef0123456789abcdef';
const IDS = [
  `"><img src=x onerror=document.body.dataset.owned=1>`,
  'javascript:document.body.dataset.owned=1',
  `a/b\\c%2f%25?d=e&f#g$h{i}'j'`,
  'ünïcode 計画',
  'x'.repeat(256),
] as const;

/** What comes out of a controller whose plans have such names. */
function metrics(): string {
  const times = Array.from({ length: MINUTES * 4 + 1 }, (_, index) => START / 1000 + index * 15);
  const series = (name: string, labels: Record<string, string>, value: number) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return times.map((time) => `${name}{${pairs.join(',')}} ${value} ${time}`);
  };
  const where = { namespace: 'payments', cluster: 'eu-1' };
  const families: Record<string, string[]> = {
    mesh_rebalance_state: [
      ...series('mesh_rebalance_state', { ...where, plan_id: '', state: 'steady' }, 0),
      ...IDS.flatMap((id) => series('mesh_rebalance_state', { ...where, plan_id: id, state: 'rebalancing' }, 1)),
    ],
    mesh_rebalance_plan_info: IDS.flatMap((id) =>
      series(
        'mesh_rebalance_plan_info',
        { ...where, plan_id: id, trigger: id, approval: 'auto', trace_id: TRACE_ID },
        1,
      ),
    ),
    mesh_rebalance_plan_created_timestamp_seconds: IDS.flatMap((id) =>
      series('mesh_rebalance_plan_created_timestamp_seconds', { ...where, plan_id: id }, START / 1000),
    ),
  };
  const texts = Object.entries(families).map(([name, lines]) => `# TYPE ${name} gauge\n${lines.join('\n')}`);
  return `${texts.join('\n')}\n# EOF\n`;
}

function traces(): string {
  const nanos = (minute: number) => `${START + minute * 60_000}000000`;
  const attributes = IDS.map((id, index) => ({ key: `attribute.${index}`, value: { stringValue: id } }));
  const span = {
    traceId: TRACE_ID,
    spanId: '0123456789abcdef',
    name: IDS[0],
    startTimeUnixNano: nanos(1),
    endTimeUnixNano: nanos(2),
    attributes,
  };
  return `${JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })}\n`;
}

describe('ids that would like to be something else', () => {
  const cleanup = Cleanup.forSuite();
  let browser: Browser;
  let window: Window;
  let open: (port: number) => Promise<Window>;

  before(async () => {
    browser = await Browser.launch(cleanup);
    const shutdown = new Shutdown();
    cleanup.add(() => shutdown.run());
    const folder = await cleanup.folder('hostile');
    const [om, spans] = [join(folder, 'metrics.om'), join(folder, 'traces.json')];
    await writeFile(om, metrics());
    await writeFile(spans, traces());
    const now = START + MINUTES * 60_000;
    const recording = { metrics: om, from: START, to: now };
    const prometheus = await prometheusOver(recording, shutdown, new AbortController().signal);
    const routes = heavyRoutes({
      bundle: await bundledPage(),
      settings: { title: IDS[0], now, from: String(START), to: String(now), pages: [] },
      prometheus,
      traces: new TraceFile(spans),
      events: new EventFile(join(folder, 'none.json')),
    });
    const nothing = async () => [];
    const sources = { title: 'hostile', plans: nothing, clusters: nothing };
    open = (port) => startWindow({ port, sources, routes });
    window = await open(await freePort());
    cleanup.add(() => window.close());
  });

  async function expectHarmless(page: Page): Promise<void> {
    expect(await page.evaluate('document.body.dataset.owned')).to.equal(undefined);
    expect(await page.locator('img[src="x"]').count()).to.equal(0);
    expect(await page.locator('a[href^="javascript:"]').count()).to.equal(0);
    expect(browser.faults.splice(0)).to.deep.equal([]);
  }

  for (const id of IDS) {
    it(`show as text, and survive the link from the table to the plan: ${id.slice(0, 40)}`, async () => {
      const page = await browser.open(`${window.url}d/mesh-rebalance-oncall`, {
        viewport: { width: 2400, height: 3000 },
      });
      await drawn(page);
      const link = page.getByRole('link', { name: id, exact: true }).first();
      expect(await link.innerText()).to.equal(id);
      // It may be longer than its cell.
      await link.press('Enter');
      await page.waitForURL(/mesh-rebalance-plan/);
      await drawn(page);
      expect(new URL(page.url()).searchParams.get('var-plan_id')).to.equal(id);
      expect(await page.locator('[data-variable="plan_id"] input').inputValue()).to.equal(id);
      expect(await page.locator('[data-problem]').count()).to.equal(0);
      await expectHarmless(page);
      await page.close();
    });
  }

  it('show as text in a trace', async () => {
    const page = await browser.open(`${window.url}trace/${TRACE_ID}`);
    await drawn(page);
    await page.getByRole('treeitem').click();
    const details = await page.locator('[data-details]').innerText();
    for (const id of IDS) expect(details).to.contain(id);
    await expectHarmless(page);
    await page.close();
  });

  it('say in each panel that the server is away, keep what was shown, and go on when it is back', async () => {
    const page = await browser.open(`${window.url}d/mesh-rebalance-oncall`);
    await drawn(page);
    const port = Number(new URL(window.url).port);
    await window.close();
    await page.getByTestId('data-testid RefreshPicker run button').click();
    await page.waitForSelector('[data-problem]');
    expect(await page.getByRole('link', { name: IDS[1], exact: true }).count()).to.be.greaterThan(0);
    window = await open(port);
    await page.getByTestId('data-testid RefreshPicker run button').click();
    await page.locator('[data-problem]').first().waitFor({ state: 'detached' });
    await drawn(page);
    expect(await page.locator('[data-problem]').count()).to.equal(0);
    await expectHarmless(page);
    await page.close();
  });
});
