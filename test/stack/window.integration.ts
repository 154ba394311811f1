import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { end } from '../support/process.js';
import { until } from '../support/until.js';

const STACK = fileURLToPath(new URL('../../tools/stack/main.js', import.meta.url));

interface Now {
  readonly plans: readonly { readonly id: string; readonly state: string }[];
}

describe('the page of the stack', function () {
  this.timeout(300_000);
  const cleanup = Cleanup.forSuite();
  let browser: Browser;
  let url: string;

  before(async () => {
    const stack = spawn(process.execPath, [STACK], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanup.add(() => end(stack));
    const [line] = (await once(createInterface(stack.stdout), 'line')) as [string];
    url = line.split(' ')[0] as string;
    browser = await Browser.launch(cleanup);
  });

  it('is the first line, and shows a plan with its graphs, its trace and its events', async () => {
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const plan = await until(async () => {
      const { plans } = (await (await fetch(`${url}api/now`)).json()) as Now;
      return plans.find(({ state }) => state === 'completed')?.id;
    }, 90_000);
    const page = await browser.open(`${url}d/mesh-rebalance-plan?var-plan_id=${plan}&from=now-10m&to=now&refresh=5s`);
    await drawn(page);
    // A batch of spans and a file of events take their time.
    await page
      .getByRole('treeitem', { name: /^rebalance\.move shard-/ })
      .first()
      .waitFor({ timeout: 60_000 });
    await page.getByText(`Plan ${plan} of`).first().waitFor({ timeout: 60_000 });
    await until(async () => (await page.locator('[data-problem]').count()) === 0);
    expect(browser.faults).to.deep.equal([]);
    await page.close();
  });

  it('leads from a diamond to the trace of its plan', async () => {
    const page = await browser.open(`${url}d/mesh-rebalance-overview?from=now-10m&to=now&refresh=5s`);
    const diamond = page.locator('[data-panel="Time to rebalance"] a[data-exemplar]').first();
    // A plan has to end, and a scrape to come by.
    await diamond.waitFor({ timeout: 240_000 });
    await diamond.click();
    await page.waitForURL(/\/trace\/[0-9a-f]{32}/);
    await page
      .getByRole('treeitem', { name: /^rebalance\.plan/ })
      .first()
      .waitFor({ timeout: 60_000 });
    expect(browser.faults).to.deep.equal([]);
    await page.close();
  });

  it('shows the dashboards of all clusters without an error', async () => {
    for (const uid of ['mesh-rebalance-overview', 'mesh-rebalance-oncall']) {
      const page = await browser.open(`${url}d/${uid}?from=now-10m&to=now`);
      await drawn(page);
      expect(await page.locator('[data-problem]').count(), uid).to.equal(0);
      await page.close();
    }
    expect(browser.faults).to.deep.equal([]);
  });
});
