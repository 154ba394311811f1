import { expect } from 'chai';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { type HistoryWindow, openHistory } from '../../tools/window/heavy/history-window.js';
import { DASHBOARDS, panelsOf, readDashboard } from '../dashboards/dashboard-files.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { scenarioNamed } from '../support/scenario.js';

const READY = 'body[data-ready]';
const PLAN = 'payments-eu-1-0001';
const HISTORIES = [
  { scenario: 'stuck-drain', hours: 1, minute: 50 },
  { scenario: 'repeated-failures', hours: 1 },
  { scenario: 'approval-backlog', hours: 1 },
] as const;

describe('the dashboards in a browser', function () {
  this.timeout(240_000);
  const cleanup = Cleanup.forSuite();
  const windows = new Map<string, HistoryWindow>();
  let browser: Browser;

  afterEach(() => {
    expect(browser.faults.splice(0)).to.deep.equal([]);
  });

  before(async () => {
    browser = await Browser.launch(cleanup);
    const shutdown = new Shutdown();
    cleanup.add(() => shutdown.run());
    for (const { scenario: name, ...options } of HISTORIES) {
      const play = { scenario: scenarioNamed(name), clusters: 2, seed: 1, port: 0, ...options };
      windows.set(name, await openHistory(play, shutdown, new AbortController().signal));
    }
  });

  function urlOf(history: string, path: string): string {
    return new URL(path, (windows.get(history) as HistoryWindow).url).href;
  }

  for (const { scenario } of HISTORIES) {
    for (const uid of DASHBOARDS) {
      it(`draw every panel of ${uid} without an error: ${scenario}`, async () => {
        const page = await browser.open(urlOf(scenario, `/d/${uid}?var-plan_id=${PLAN}&rows=open`));
        await page.waitForSelector(READY);
        const dashboard = readDashboard(uid);
        for (const { id, title } of panelsOf(dashboard).filter(({ type }) => type !== 'traces')) {
          expect(await page.locator(`[data-panel-id="${id}"]`).count(), title).to.equal(1);
        }
        expect(await page.locator('[data-problem]').evaluateAll(textsOf)).to.deep.equal([]);
        expect(await page.getByRole('alert').allInnerTexts()).to.deep.equal([]);
        await page.close();
      });
    }
  }

  it('lead from the answer to the plan, its trace and its events, at the minute that is looked at', async () => {
    const page = await browser.open(urlOf('stuck-drain', '/'));
    await page.waitForSelector(READY);
    expect(new URL(page.url()).pathname).to.equal('/d/mesh-rebalance-oncall');
    expect(await page.locator('header').innerText()).to.contain('stuck-drain, minute 50');
    expect(await page.getByText('Stuck').first().isVisible()).to.equal(true);
    await page.getByRole('link', { name: PLAN }).first().click();
    await page.waitForURL(/mesh-rebalance-plan/);
    await page.waitForSelector(READY);
    expect(new URL(page.url()).searchParams.get('var-plan_id')).to.equal(PLAN);
    expect(await page.getByText(`Plan ${PLAN} of payments/eu-1`).count()).to.be.greaterThan(5);
    await page
      .getByRole('treeitem', { name: /^rebalance\.move shard-/ })
      .first()
      .click();
    const details = page.locator('[data-details]');
    expect(await details.innerText()).to.match(/mesh\.shard\.id\s+shard-\d+/);
    await details.getByRole('link').first().click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}$/);
    await page.waitForSelector(READY);
    expect(await page.getByRole('treeitem').count()).to.be.greaterThan(2);
    await page.goBack();
    await page.waitForSelector(READY);
    expect(new URL(page.url()).pathname).to.equal('/d/mesh-rebalance-plan');
    await page.close();
  });

  it('choose a cluster by the control at the top, which the address then says', async () => {
    const page = await browser.open(urlOf('stuck-drain', '/d/mesh-rebalance-oncall'));
    await page.waitForSelector(READY);
    await page.locator('[data-variable="cluster"] input').click();
    await page.getByRole('option', { name: 'eu-2' }).click();
    await page.waitForURL(/var-cluster=eu-2/);
    await page.waitForSelector(READY);
    expect(await page.getByRole('link', { name: PLAN }).count()).to.equal(0);
    await page.close();
  });

  it('stand in one column on a telephone, in light and in dark', async () => {
    for (const theme of ['light', 'dark']) {
      const page = await browser.open(urlOf('stuck-drain', `/d/mesh-rebalance-oncall?theme=${theme}`), {
        viewport: { width: 420, height: 900 },
      });
      await page.waitForSelector(READY);
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(420);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).to.match(theme === 'light' ? /rgb\(2\d\d, 2\d\d, 2\d\d\)/ : /rgb\(\d\d?, \d\d?, \d\d?\)/);
      await page.close();
    }
  });

  it('open runbooks', async () => {
    const page = await browser.open(urlOf('stuck-drain', '/d/mesh-rebalance-oncall'));
    await page.waitForSelector(READY);
    const opened = page.waitForEvent('popup');
    const link = page.locator('a[href^="/runbooks/MeshRebalance"]').first();
    const alert = await link.innerText();
    await link.click();
    const runbook = await opened;
    await runbook.waitForURL(/\/runbooks\/MeshRebalance/);
    expect(await runbook.locator('h1').innerText()).to.equal(alert);
    await page.close();
  });
});

/** Runs in the page. */
function textsOf(elements: { getAttribute(name: string): string | null }[]): (string | null)[] {
  return elements.map((element) => `${element.getAttribute('data-panel')}: ${element.getAttribute('data-problem')}`);
}
