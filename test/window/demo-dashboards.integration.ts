import { delimiter, dirname } from 'node:path';
import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { bundledPage } from '../../tools/window/heavy/bundle.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import { DemoProcess } from '../stack/demo-process.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';

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
});
