import { delimiter, dirname } from 'node:path';
import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { bundledPage } from '../../tools/window/heavy/bundle.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { readDashboard } from '../dashboards/dashboard-files.js';
import { ALL, interpolate } from '../dashboards/interpolation.js';
import { panelQueries } from '../dashboards/queries.js';
import { DemoProcess } from '../stack/demo-process.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { HOUR, SECOND } from '../support/time.js';
import { until } from '../support/until.js';

describe('the demo with a Prometheus', function () {
  this.timeout(240_000);
  const cleanup = Cleanup.forSuite();
  let browser: Browser;
  let demo: DemoProcess;

  before(async () => {
    await bundledPage();
    const PATH = [process.env['PATH'], dirname(await program('prometheus-2'))].join(delimiter);
    demo = await DemoProcess.startWithPage(['--with', 'prometheus'], { PATH });
    cleanup.add(async () => {
      demo.interrupt();
      await demo.end();
    });
    browser = await Browser.launch(cleanup);
    await demo.printed('planCreated');
  });

  it('has the dashboards once their page has been made, with its own traces and events', async () => {
    const home = demo.found(/^(http:\S+\/) shows/);
    const oncall = demo.found(/^ +dashboards +(http:\S+)$/m);
    const page = await browser.open(home);
    await page.getByRole('link', { name: 'Dashboard: on-call' }).click();
    await page.waitForURL(oncall);
    await drawn(page);
    expect(await page.locator('[data-problem]').count()).to.equal(0);
    const plan = demo.found(/ (\S+) planCreated/);
    const [, namespace, cluster] = /^(\w+)-(.+)-\d+$/.exec(plan) ?? [];
    const chosen = new URLSearchParams({ 'var-namespace': `${namespace}`, 'var-cluster': `${cluster}` });
    await page.goto(`${home}d/mesh-rebalance-plan?${chosen}&var-plan_id=${plan}&from=now-10m&to=now&refresh=5s`);
    await page
      .getByRole('treeitem', { name: /^rebalance\.plan\.created/ })
      .first()
      .waitFor();
    await page.getByText(`Plan ${plan} of`).first().waitFor();
    expect(await page.locator('[data-problem]').count()).to.equal(0);
    expect(browser.faults).to.deep.equal([]);
    await page.close();
  });

  it('has no row for a plan that was held and has completed, whichever query it would come from', async () => {
    const dashboard = readDashboard('mesh-rebalance-oncall');
    const prometheus = demo.found(/^ +prometheus +(http:\S+)$/m);
    /** Plans that each query of the table gives at one moment, the first of which says how they stand. */
    async function rowsNow(): Promise<string[][]> {
      const time = Date.now();
      const values = { namespace: ALL, cluster: ALL, node: ALL };
      const choice = { from: time - HOUR, to: time, step: SECOND, scrape: 2 * SECOND, values };
      const queries = panelQueries(dashboard).filter(({ panel }) => panel === 'Active plans');
      return Promise.all(
        queries.map(async ({ expr }) => {
          const query = interpolate(expr, dashboard.templating.list, choice);
          const asked = new URLSearchParams({ query, time: `${time / 1000}` });
          const { data } = (await (await fetch(`${prometheus}/api/v1/query?${asked}`)).json()) as {
            data: { result: { metric: { plan_id: string } }[] };
          };
          return data.result.map(({ metric }) => metric.plan_id);
        }),
      );
    }
    const completed = await until(() => / (\S+) planFinished outcome=completed/.exec(demo.stdout)?.[1]);
    const [standing = [], ...others] = await until(async () => {
      const found = await rowsNow();
      return found[0] !== undefined && !found[0].includes(completed) && found;
    });
    expect(standing).to.not.deep.equal([]);
    expect(others.length).to.be.greaterThan(4);
    for (const plans of others) expect(standing).to.include.members(plans);
  });
});
