import { expect } from 'chai';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { type HistoryWindow, openHistory } from '../../tools/window/heavy/history-window.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { MINUTE } from '../support/time.js';

const PLAN = 'payments-eu-1-0001';

describe('a history in a browser', function () {
  this.timeout(240_000);
  const cleanup = Cleanup.forSuite();
  let browser: Browser;
  let history: HistoryWindow;

  afterEach(() => {
    expect(browser.faults.splice(0)).to.deep.equal([]);
  });

  before(async () => {
    browser = await Browser.launch(cleanup);
    const shutdown = new Shutdown();
    cleanup.add(() => shutdown.run());
    const play = { scenario: scenarioNamed('stuck-drain'), hours: 1.25, clusters: 2, seed: 1, minute: 65, port: 0 };
    history = await openHistory(play, shutdown, new AbortController().signal);
  });

  function urlOf(path: string): string {
    return new URL(path, history.url).href;
  }

  it('leads from the answer to the plan, its trace and its events, at the minute that is looked at', async () => {
    const page = await browser.open(urlOf('/'));
    await drawn(page);
    expect(new URL(page.url()).pathname).to.equal('/d/mesh-rebalance-oncall');
    expect(await page.locator('header').innerText()).to.contain('stuck-drain, minute 65');
    expect(await page.getByText('Stuck').first().isVisible()).to.equal(true);
    await page.getByRole('link', { name: PLAN }).first().click();
    await page.waitForURL(/mesh-rebalance-plan/);
    await drawn(page);
    expect(new URL(page.url()).searchParams.get('var-plan_id')).to.equal(PLAN);
    expect(await page.getByText(`Plan ${PLAN} of payments/eu-1`).count()).to.be.greaterThan(5);
    await page
      .getByRole('treeitem', { name: /^rebalance\.move shard-/ })
      .first()
      .click();
    const details = page.locator('[data-details]');
    const hanging = page.getByRole('treeitem', { name: /^rebalance\.move shard-\d+, open for 5\d min/ });
    expect(await hanging.count()).to.equal(2);
    expect(await details.innerText()).to.match(/mesh\.shard\.id\s+shard-\d+/);
    await details.getByRole('link').first().click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}$/);
    await drawn(page);
    expect(await page.getByRole('treeitem').count()).to.be.greaterThan(2);
    await page.goBack();
    await drawn(page);
    expect(new URL(page.url()).pathname).to.equal('/d/mesh-rebalance-plan');
    await page.close();
  });

  it('has a table of the steps that had ended at the minute that is looked at', async () => {
    const { from } = history.run;
    const plan = `var-namespace=payments&var-cluster=eu-1&var-plan_id=${PLAN}`;
    const page = await browser.open(urlOf(`/d/mesh-rebalance-plan?${plan}&from=${from}&to=${from + 8 * MINUTE}`));
    await drawn(page);
    const steps = page.locator('[data-panel="Trace"]').getByRole('gridcell', { name: /^rebalance\./ });
    expect(await steps.allInnerTexts()).to.deep.equal(['rebalance.plan.created', 'rebalance.approval']);
    await page.close();
  });

  it('has a choice of a cluster by the control at the top, which the address then says', async () => {
    const page = await browser.open(urlOf('/d/mesh-rebalance-oncall'));
    await drawn(page);
    await page.locator('[data-variable="cluster"] input').click();
    await page.getByRole('option', { name: 'eu-2' }).click();
    await page.waitForURL(/var-cluster=eu-2/);
    await drawn(page);
    expect(await page.getByRole('link', { name: PLAN }).count()).to.equal(0);
    await page.close();
  });

  it('stands in one column on a telephone, in light and in dark', async () => {
    for (const theme of ['light', 'dark']) {
      const page = await browser.open(urlOf(`/d/mesh-rebalance-oncall?theme=${theme}`), {
        viewport: { width: 420, height: 900 },
      });
      await drawn(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(420);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).to.match(theme === 'light' ? /rgb\(2\d\d, 2\d\d, 2\d\d\)/ : /rgb\(\d\d?, \d\d?, \d\d?\)/);
      await page.close();
    }
  });

  it('opens runbooks', async () => {
    const page = await browser.open(urlOf('/d/mesh-rebalance-oncall'));
    await drawn(page);
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
