import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Locator, Page } from 'playwright-core';
import { CONTROLLERS_PATH } from '../../examples/operator/api/wire.js';
import type { PlanView } from '../../examples/operator/controllable.js';
import { planHref } from '../../tools/window/light/route.js';
import { startWindow, type Window } from '../../tools/window/server/server.js';
import type { WindowSources } from '../../tools/window/server/sources.js';
import { DemoProcess } from '../stack/demo-process.js';
import { Browser } from '../support/browser.js';
import { Cleanup } from '../support/cleanup.js';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';
import { HOSTILE_IDS, logEvent, planAtWork, planView } from './plan-views.js';

const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const PHONE = { viewport: { width: 420, height: 900 }, colorScheme: 'dark' } as const;

describe('the page in a browser', () => {
  const suite = Cleanup.forSuite();
  const cleanup = Cleanup.forEachTest();
  let browser: Browser;
  before(async () => {
    browser = await Browser.launch(suite);
  });
  beforeEach(() => browser.faults.splice(0));
  afterEach(() => expect(browser.faults).to.deep.equal([]));

  async function open(sources: Partial<WindowSources>, port = 0): Promise<Window> {
    const nothing = async () => [];
    const window = await startWindow({
      port,
      sources: { title: 'test', plans: nothing, clusters: nothing, ...sources },
    });
    await cleanup.use({ stop: window.close });
    return window;
  }

  const verdict = (page: Page) => page.locator('.verdict').innerText();
  /** How much wider the page is than its window. */
  const overflow = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>;

  const heights = (elements: Locator) =>
    elements.evaluateAll((all) => all.map((element) => element.getBoundingClientRect().height));

  describe('of the demo', () => {
    let demo: DemoProcess;
    let page: Page;
    before(async () => {
      demo = await DemoProcess.startWithPage([], { MESH_CONTROL_TOKEN: undefined });
      await suite.use({ stop: () => demo.interrupt() });
      await demo.printed('In another terminal');
      page = await browser.open(demo.found(/^(http:\S+\/) shows/), {
        permissions: ['clipboard-read', 'clipboard-write'],
      });
    });

    /** Copies a command by a click, and runs it as a person would paste it. */
    async function runShown(label: RegExp): Promise<string> {
      const copied = async (what: RegExp) => {
        await page.getByRole('button', { name: what }).first().click();
        return (await page.evaluate('navigator.clipboard.readText()')) as string;
      };
      const access = await copied(/Copy: address and token/);
      const line = await copied(label);
      expect(line).to.match(/^npm run -s mesh -- shards rebalance /);
      const { stdout } = await promisify(execFile)('sh', ['-c', `${access}\n${line}`], { cwd: REPOSITORY });
      return stdout;
    }

    it('has the plan that waits, which the command that it shows approves, and another one cancels', async () => {
      const link = page.getByRole('link', { name: /^catalog-eu-2-\d+$/ });
      await link.click();
      await page.getByText('Who must act?').waitFor();
      expect(await verdict(page)).to.equal('Waits for approval. Nobody has decided about it yet.');
      // The list is there first; what the instrumentation says comes with the page's own answer.
      await page.locator('.explanation').waitFor();
      expect(await page.locator('.answers').innerText()).to.include('waits for approval since');
      expect(await runShown(/Copy: approve/)).to.match(/^Approved catalog-eu-2-\d+/);
      await until(async () => (await verdict(page)).startsWith('At work. 4 moves under way'));
      // The moves come with an answer of their own, up to a second later.
      const moves = await until(async () => {
        const rows = await page.locator('.wide tbody tr').allInnerTexts();
        return rows.length === 4 && rows;
      });
      expect(moves[0]).to.match(/^shard-\d+\tnode-\d+\tnode-\d+\tmoving\t\d+s ago$/);
      expect(await page.locator('.span .open').count()).to.be.greaterThan(0);
      // No further move begins, so that the plan is not at its end before the command is.
      const paused = await fetch(`${demo.env.MESH_CONTROL_URL}${CONTROLLERS_PATH}/catalog/eu-2/pause`, {
        method: 'POST',
        headers: { authorization: `Bearer ${demo.found(/MESH_CONTROL_TOKEN=(\S+)/)}` },
      });
      expect(paused.status).to.equal(200);
      expect(await runShown(/Copy: cancel/)).to.match(/^Cancelled catalog-eu-2-\d+/);
      await until(async () => /^Cancelled\. Cancelled by \S+\.$/.test(await verdict(page)));
      await page.getByText('Yes, since').waitFor();
    });

    it('opens a span for what is in it', async () => {
      await page.locator('summary', { hasText: 'approval' }).click();
      const facts = await page.locator('.span[open] table').innerText();
      expect(facts).to.include('mesh.rebalance.approval.decision\tapproved');
    });

    it('has the runbook of what it says', async () => {
      await page.goto(`${demo.found(/^(http:\S+\/) shows/)}runbooks/MeshRebalanceApprovalPending`);
      expect(await page.locator('h1').innerText()).to.equal('MeshRebalanceApprovalPending');
    });

    it('says that the demo has gone', async () => {
      await page.goto(demo.found(/^(http:\S+\/) shows/));
      await page.locator('.verdict').waitFor();
      demo.interrupt();
      await demo.end();
      await page.getByText('The server has not answered for').waitFor();
    });
  });

  it('shows hostile names as text, and leads to each plan', async () => {
    const plans = HOSTILE_IDS.map((id) =>
      planAtWork({
        id,
        namespace: HOSTILE_IDS[1] as string,
        cluster: HOSTILE_IDS[5] as string,
        trigger: HOSTILE_IDS[1] as string,
        requestedBy: HOSTILE_IDS[2],
        shardsMoving: 1,
        moves: [{ shard: id, source: id, target: id, status: 'moving', since: Date.now(), errorType: HOSTILE_IDS[1] }],
      }),
    );
    const link = { name: HOSTILE_IDS[1] as string, url: 'http://127.0.0.1:1/' };
    const window = await open({ plans: async () => plans, title: HOSTILE_IDS[1] as string, links: [link] });
    const page = await browser.open(window.url, PHONE);
    await page.locator('.plans').first().waitFor();
    for (const id of HOSTILE_IDS) {
      await page.locator('.plans b', { hasText: id }).click();
      const name = page.locator('.plan-name');
      expect(await name.textContent()).to.equal(id);
      await page.reload();
      expect(await name.textContent()).to.equal(id);
      expect(await page.locator('.wide tbody td').first().textContent()).to.equal(id);
      expect(await overflow(page), id).to.equal(0);
      await page.getByRole('link', { name: 'All plans' }).click();
    }
    expect(await page.locator('img').count()).to.equal(0);
    expect(await page.locator('a[href^="javascript:"]').count()).to.equal(0);
    expect(await page.title()).to.equal('Mesh rebalancing');
    expect(await overflow(page)).to.equal(0);
  });

  it('says that its server went away, keeps what it had, and goes on when it is back', async () => {
    const port = await freePort();
    const window = await open({ plans: async () => [planView({ id: 'before' })] }, port);
    const page = await browser.open(window.url);
    await page.getByRole('link', { name: 'before', exact: true }).waitFor();
    await window.close();
    const banner = page.getByText('The server has not answered for');
    await banner.waitFor();
    expect(await page.getByRole('link', { name: 'before', exact: true }).count()).to.equal(1);
    await open({ plans: async () => [planView({ id: 'after' })] }, port);
    await page.getByRole('link', { name: 'after', exact: true }).waitFor();
    expect(await banner.count()).to.equal(0);
  });

  it('shows a plan that is still to come as soon as it is there', async () => {
    const plans: PlanView[] = [];
    const window = await open({ plans: async () => plans });
    const page = await browser.open(`${window.url}${planHref(planView({ id: 'first' }))}`);
    await page.getByText('There is no plan yet.').waitFor();
    plans.push(planView({ id: 'another' }));
    await page.getByText('There is no such plan now.').waitFor();
    plans.push(planView({ id: 'first' }));
    await page.locator('.plan-name', { hasText: 'first' }).waitFor();
  });

  it('names a source that does not answer', async () => {
    const window = await open({ clusters: () => Promise.reject(new Error('Prometheus is not there')) });
    const page = await browser.open(window.url);
    await page.getByText('Prometheus is not there').waitFor();
    expect(await verdict(page)).to.equal('Not known whether anything is wrong: a source does not answer.');
  });

  it('is for the keyboard too', async () => {
    const window = await open({ plans: async () => [planAtWork({ id: 'plan-1' })] });
    const page = await browser.open(window.url);
    const card = page.locator('.plans a');
    await card.waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('To the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("href")')).to.match(/^#\/plan\//);
    await page.keyboard.press('Enter');
    await page.locator('.plan-name').waitFor();
  });

  it('fits a phone, by night and by day', async () => {
    const nodes = ['node-0001', 'node-with-a-long-name-0000.rack-7'].map((node) => ({ node, shards: 12 }));
    const clusters = [{ namespace: 'payments', cluster: 'eu-1', paused: true, nodes }];
    const window = await open({
      plans: async () => [planView(), planAtWork({ id: 'p' })],
      clusters: async () => clusters,
      events: async () => [logEvent({ severity: 'WARN', body: 'a long text '.repeat(9) })],
    });
    const colours: string[] = [];
    for (const colorScheme of ['dark', 'light'] as const) {
      const page = await browser.open(window.url, { ...PHONE, colorScheme });
      await page.locator('.nodes').waitFor();
      expect(await overflow(page)).to.equal(0);
      const [name = 0, longName = 0] = await heights(page.locator('.nodes tr'));
      expect(name, 'an ordinary name takes one line').to.be.lessThan(longName * 0.6);
      const [log = 0, time = 0] = await heights(page.locator('.events time, .events li'));
      expect(time, 'a time takes one line beside a long text').to.be.lessThan(log * 0.6);
      colours.push((await page.evaluate('getComputedStyle(document.body).backgroundColor')) as string);
    }
    expect(colours).to.deep.equal(['rgb(20, 23, 26)', 'rgb(246, 247, 248)']);
  });
});
