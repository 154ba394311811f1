/* The dashboards in a browser: what Grafana's libraries make of them, panel by panel. */
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { Shutdown } from '../../examples/stack/shutdown.js';
import { startBrowser } from '../../tools/pictures/camera.js';
import { windowOn } from '../../tools/pictures/history-window.js';
import type { HistoryOf } from '../../tools/pictures/scenes.js';
import { drawn } from '../../tools/window/heavy/drawn.js';
import type { HistoryWindow } from '../../tools/window/heavy/history-window.js';
import { MINUTE } from '../support/time.js';
import { cutTexts } from './cut-texts.js';
import { DASHBOARDS, readDashboard } from './dashboard-files.js';
import { leadsRight, tableLinks } from './row-links.js';

const HISTORIES: readonly (HistoryOf & { readonly plan: string })[] = [
  { scenario: 'healthy', hours: 0.7, clusters: 2, plan: 'search-eu-2-0003' },
  { scenario: 'stuck-drain', hours: 1, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'repeated-failures', hours: 1, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'approval-backlog', hours: 1, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'guardrail-held', hours: 0.7, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'too-many-moves', hours: 0.5, clusters: 1, plan: 'payments-eu-1-0001' },
  { scenario: 'heartbeat-lost', hours: 0.7, clusters: 2, plan: 'payments-eu-1-0001' },
  { scenario: 'paused', hours: 0.7, clusters: 2, plan: 'payments-eu-1-0001' },
];
/** WCAG 2.1, success criterion 1.4.3. */
const CONTRAST = 4.5;
/** High enough for tables, which draw no rows below what is seen. */
const TALL = 2_500;
const SCREEN = 1_080;
const TELEPHONE = 420;
/** Of the page, at each of its sides. */
const MARGIN = 16;
const STUCK = 'var-namespace=payments&var-cluster=eu-1&var-plan_id=payments-eu-1-0001';

/** A page of a dashboard, with everything drawn, and open as far as it is without a click. */
async function open(browser: Browser, url: string, width = 1_600): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: TALL } });
  page.setDefaultTimeout(MINUTE);
  await page.goto(url);
  await drawn(page);
  return page;
}

/** Texts on a ground of their own whose contrast is too small; those on the page's ground are Grafana's own. */
function paleTexts(least: number): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r = 0, g = 0, b = 0]: readonly number[]) => {
    const [red, green, blue] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return [...document.querySelectorAll<HTMLElement>('[data-panel] *')].flatMap((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '');
    if (!own || element.getClientRects().length === 0) return [];
    let ground: HTMLElement | null = element;
    while (ground && (channels(getComputedStyle(ground).backgroundColor)[3] ?? 1) < 0.9) ground = ground.parentElement;
    const behind = ground ? channels(getComputedStyle(ground).backgroundColor) : [255, 255, 255];
    const [a, b] = [luminance(behind), luminance(channels(getComputedStyle(element).color))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const panel = element.closest('[data-panel]')?.getAttribute('data-panel');
    return contrast < least ? [`${panel}: "${element.textContent}" ${contrast.toFixed(2)}`] : [];
  });
}

/** Where the letters of an element stand. */
function textBox(element: Element): { readonly right: number } {
  const range = document.createRange();
  range.selectNodeContents(element);
  return { right: range.getBoundingClientRect().right };
}

function titlesOf(panels: readonly Element[]): (string | null)[] {
  return panels.map((panel) => panel.getAttribute('data-panel'));
}

describe('the dashboards in a browser', function () {
  this.timeout(300_000);
  /** Columns of which links were seen. */
  const columns = new Set<string>();
  const shutdown = new Shutdown();
  let browser: Browser;
  before(async () => {
    browser = await startBrowser(shutdown);
  });
  after(() => shutdown.run());

  for (const [index, { plan, ...history }] of HISTORIES.entries()) {
    const theme = index % 2 === 0 ? 'light' : 'dark';
    describe(history.scenario, () => {
      const ended = new Shutdown();
      let window: HistoryWindow;
      before(async () => {
        window = await windowOn(history, ended, new AbortController().signal);
      });
      after(() => ended.run());

      for (const uid of DASHBOARDS) {
        const [, namespace, cluster] = /^(\w+)-(.+)-\d+$/.exec(plan) ?? [];
        const query =
          uid === 'mesh-rebalance-plan'
            ? `?var-namespace=${namespace}&var-cluster=${cluster}&var-plan_id=${plan}`
            : '?';
        it(`${uid}, ${theme}: every panel is drawn without an error, its texts can be read, its links lead right`, async () => {
          const page = await open(browser, `${window.url}d/${uid}${query}&theme=${theme}`);
          try {
            const open = readDashboard(uid)
              .panels.filter(({ type }) => type !== 'row')
              .map(({ title }) => title);
            expect(await page.$$eval('[data-panel]', titlesOf)).to.include.members(open);
            const problems = await page.$$eval('[data-problem], [role=alert]', (found) =>
              found.map((one) => one.textContent),
            );
            expect(problems).to.deep.equal([]);
            expect(await page.evaluate(paleTexts, CONTRAST)).to.deep.equal([]);
            const links = await tableLinks(page);
            expect(links.filter((link) => leadsRight(link) !== true)).to.deep.equal([]);
            for (const { column } of links) columns.add(column);
            expect(await cutTexts(page)).to.deep.equal([]);
          } finally {
            await page.close();
          }
        });
      }
    });
  }

  describe('links of tables, and names of a stuck plan', () => {
    const ended = new Shutdown();
    let window: HistoryWindow;
    let page: Page;
    before(async () => {
      window = await windowOn({ scenario: 'stuck-drain', hours: 1, clusters: 3 }, ended, new AbortController().signal);
    });
    afterEach(() => page?.close());
    after(() => ended.run());

    it('were seen of alerts, clusters, plans, traces and spans', () => {
      expect([...columns]).to.have.members(['Alert', 'Cluster', 'Plan', 'Trace', 'Span']);
    });

    const COMMAND = "mesh shards rebalance show -- 'payments-eu-1-0001'";
    const firstRow = () => page.locator('[data-panel="Active plans"] [role=row]').nth(1);

    it('says on the first screen what is wrong, which plan, why, who must act and what to run', async () => {
      page = await open(browser, `${window.url}d/mesh-rebalance-oncall`);
      const row = firstRow();
      expect(await row.innerText())
        .to.include('stuck')
        .and.include('payments-eu-1-0001')
        .and.include('a move hangs');
      expect(await row.innerText()).to.include(COMMAND);
      const box = await row.locator('[role=gridcell]').first().boundingBox();
      expect((box?.y ?? Number.NaN) + (box?.height ?? Number.NaN)).to.be.below(SCREEN);
      expect(await page.locator('[data-panel="Is anything wrong?"]').innerText()).to.include('Plan stuck');
      expect(await page.locator('[data-panel="Who must act?"]').innerText()).to.include('On-call, now');
      const alerts = page.locator('[data-panel="Firing alerts"] [role=row]');
      expect(await alerts.nth(1).innerText()).to.match(/critical\s+MeshRebalanceStuck\s+2026-01-01 00:39:00\s/);
    });

    it('leads from a row to the page of its plan, with its namespace, cluster and creation', async () => {
      page = await open(browser, `${window.url}d/mesh-rebalance-oncall`);
      await firstRow().locator('a', { hasText: 'payments-eu-1-0001' }).click();
      await page.waitForURL(/mesh-rebalance-plan/);
      const { searchParams } = new URL(page.url());
      expect(searchParams.get('var-namespace')).to.equal('payments');
      expect(searchParams.get('var-cluster')).to.equal('eu-1');
      expect(searchParams.get('var-plan_id')).to.equal('payments-eu-1-0001');
      expect(Number(searchParams.get('from'))).to.be.within(window.run.from, window.run.to);
      await page.locator('[data-panel="Plan"]').getByText('stuck').waitFor();
    });

    const FOLLOWED = [
      { uid: 'mesh-rebalance-oncall', column: 'Alert', there: 'h1', says: /^MeshRebalance/ },
      { uid: 'mesh-rebalance-oncall', column: 'Plan', there: '[data-panel="Plan"]', says: /stuck/ },
      { uid: 'mesh-rebalance-oncall', column: 'Trace', there: 'main', says: /rebalance\.move shard-/ },
      { uid: 'mesh-rebalance-overview', column: 'Cluster', there: '[data-panel="Active plans"]', says: /eu-1-0001/ },
      { uid: 'mesh-rebalance-plan', column: 'Span', there: 'main', says: /rebalance\.move shard-/ },
    ] as const;
    for (const { uid, column, there, says } of FOLLOWED) {
      it(`has pages behind the links of the column ${column} of ${uid}`, async () => {
        page = await open(browser, `${window.url}d/${uid}?${STUCK}`);
        const link = (await tableLinks(page)).find((candidate) => candidate.column === column);
        await page.goto(link?.href ?? expect.fail('no link'));
        await page.locator(there).getByText(says).first().waitFor();
        expect(await page.locator('[data-problem], [role=alert]').count()).to.equal(0);
      });
    }

    for (const uid of DASHBOARDS) {
      it(`${uid} can be read on a telephone`, async () => {
        page = await open(browser, `${window.url}d/${uid}?${STUCK}`, TELEPHONE);
        expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(TELEPHONE);
        expect(await cutTexts(page)).to.deep.equal([]);
      });
    }

    const HOW_WHICH_WHY = ['✖ stuck: on-call', 'payments-eu-1-0001', 'a move hangs'];
    const WITHOUT_A_SCROLL = [
      { on: 'a telephone', width: TELEPHONE, seen: HOW_WHICH_WHY },
      { on: 'a small screen', width: 1_280, seen: [...HOW_WHICH_WHY, COMMAND] },
    ];
    for (const { on, width, seen } of WITHOUT_A_SCROLL) {
      it(`says on ${on} without a scroll to the side: ${seen.join(', ')}`, async () => {
        page = await open(browser, `${window.url}d/mesh-rebalance-oncall`, width);
        for (const text of seen) {
          const box = await firstRow().getByText(text, { exact: true }).evaluate(textBox);
          expect(box.right, text).to.be.at.most(width - MARGIN);
        }
      });
    }

    it('leaves out the cluster where one is chosen', async () => {
      page = await open(browser, `${window.url}d/mesh-rebalance-oncall?var-namespace=payments&var-cluster=eu-1`);
      const columns = await page.locator('[data-panel="Active plans"] [role=columnheader]').allInnerTexts();
      expect(columns.map((text) => text.trim()))
        .to.include('Plan')
        .and.not.include('Cluster');
      page.close();
      page = await open(browser, `${window.url}d/mesh-rebalance-oncall`);
      const all = await page.locator('[data-panel="Active plans"] [role=columnheader]').allInnerTexts();
      expect(all.map((text) => text.trim())).to.include('Cluster');
    });
  });
});
