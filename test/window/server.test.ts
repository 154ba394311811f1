import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { withThresholds } from '../../rules/settings.js';
import { startWindow, type Window } from '../../tools/window/server/server.js';
import type { WindowSources } from '../../tools/window/server/sources.js';
import type { NowView, PlanPageView } from '../../tools/window/server/wire.js';
import { Cleanup } from '../support/cleanup.js';
import { HOUR, MINUTE, SECOND } from '../support/time.js';
import { pageParts } from './page-parts.js';
import { HOSTILE_IDS, planAtWork } from './plan-views.js';

const MAX_PAGE_KB = 150;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

describe("the window's server", () => {
  const cleanup = Cleanup.forEachTest();

  async function open(sources: Partial<WindowSources> = {}, routes = {}): Promise<Window> {
    const nothing = async () => [];
    const window = await startWindow({
      port: 0,
      sources: { title: 'test', plans: nothing, clusters: nothing, ...sources },
      ...routes,
    });
    await cleanup.use({ stop: window.close });
    return window;
  }

  /** Asks for a path as it is; `fetch` would tidy it up. */
  function get({ url }: Window, path: string, headers = {}, method = 'GET'): Promise<Answer> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      request({ hostname, port, path, method, headers, agent: false }, async (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
      })
        .on('error', reject)
        .end();
    });
  }

  it('listens on this machine only, answers for its names only, and only shows', async () => {
    const window = await open();
    expect(window.url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const other = await get(window, '/api/now', { host: 'rebound.example' });
    expect(other.status).to.equal(421);
    const post = await get(window, '/api/now', {}, 'POST');
    expect(post).to.include({ status: 405 });
    expect(post.headers).to.include({ allow: 'GET, HEAD' });
  });

  it('lets the page load nothing but its own, and nobody keep or frame it', async () => {
    const window = await open();
    const { headers, body } = await get(window, '/');
    expect(headers).to.include({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const policy = String(headers['content-security-policy']);
    expect(policy).to.include("default-src 'none'").and.include("frame-ancestors 'none'");
    expect(policy).not.to.include('unsafe');
    const [, inline = ''] = /<script type="importmap">(.*)<\/script>/.exec(body) ?? [];
    expect(policy).to.include(`'sha256-${createHash('sha256').update(inline).digest('base64')}'`);
  });

  it(`has every module of the page, which is under ${MAX_PAGE_KB} KB compressed`, async () => {
    const window = await open();
    const sizes = await pageParts(async (path) => {
      const { status, body } = await get(window, path);
      expect(status, path).to.equal(200);
      return body;
    });
    expect(sizes.size).to.be.greaterThan(15);
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(all).to.be.lessThan(MAX_PAGE_KB * 1_000);
  });

  it('serves nothing else of this machine', async () => {
    const window = await open();
    const paths = ['/modules/../../../package.json', '/modules/..%2f..%2f..%2fpackage.json', '//etc/passwd', '/%'];
    for (const path of [...paths, '/modules/%2e%2e/%2e%2e/package.json', '/packages/../package.json']) {
      expect((await get(window, path)).status, path).to.be.oneOf([400, 404]);
    }
  });

  it('has the runbooks, and what they lead to', async () => {
    const window = await open();
    const { status, body } = await get(window, '/runbooks/MeshRebalanceStuck');
    expect(status).to.equal(200);
    expect(body).to.include('<title>MeshRebalanceStuck</title>');
    expect(body).to.include('<a href="/">All plans</a>');
    expect((await get(window, '/runbooks')).headers).to.include({ location: '/runbooks/' });
    expect(await get(window, '/runbooks/Nothing')).to.include({ status: 404 });
    expect(await get(window, '/docs/observability/alerts.md')).to.include({ status: 200 });
  });

  it('asks the routes of others first', async () => {
    const routes = [
      async ({ path, response }: { path: string; response: { end(text: string): unknown } }) => {
        if (path !== '/runbooks/') return false;
        response.end('another');
        return true;
      },
    ];
    const window = await open({}, { routes });
    expect((await get(window, '/runbooks/')).body).to.equal('another');
    expect((await get(window, '/')).body).to.include('<!doctype html>');
  });

  it('has the limits of the alerts, the shipped ones or those that it is given', async () => {
    const limits = async (sources: Partial<WindowSources>) =>
      (JSON.parse((await get(await open(sources), '/api/now')).body) as NowView).limits;
    const shipped = { stuckAfterMillis: 30 * MINUTE, heldForMillis: HOUR };
    expect(await limits({})).to.deep.equal(shipped);
    const thresholds = withThresholds(['stuckAfter=40s', 'stuckConfirm=10m']);
    expect(await limits({ thresholds })).to.deep.equal({ ...shipped, stuckAfterMillis: 40 * SECOND });
  });

  it('tells of a source that fails, and has what the others say', async () => {
    const plan = planAtWork();
    const window = await open({
      plans: async () => [plan],
      clusters: () => Promise.reject(new Error('nobody is there')),
      trace: () => Promise.reject(new Error('no store')),
    });
    const now = JSON.parse((await get(window, '/api/now')).body) as NowView;
    expect(now.plans.map(({ id }) => id)).to.deep.equal([plan.id]);
    expect(now.troubles).to.deep.equal(['clusters: nobody is there']);
    const query = new URLSearchParams({ namespace: plan.namespace, cluster: plan.cluster, id: plan.id });
    const page = JSON.parse((await get(window, `/api/plan?${query}`)).body) as PlanPageView;
    expect(page.plan?.id).to.equal(plan.id);
    expect(page.troubles).to.deep.equal(['trace: no store']);
  });

  it('lists what is under way or failed of each plan, and has all of it for one, whatever it is called', async () => {
    const moves = (['moving', 'failed', 'waiting', 'moved', 'moving', 'moving', 'moving'] as const).map(
      (status, index) => ({ shard: `s-${index}`, source: 'a', target: 'b', status, since: 1, errorType: undefined }),
    );
    const plans = HOSTILE_IDS.map((id) => planAtWork({ id, moves }));
    const window = await open({ plans: async () => plans });
    const now = JSON.parse((await get(window, '/api/now')).body) as NowView;
    expect(now.plans.map(({ id }) => id)).to.deep.equal(HOSTILE_IDS);
    for (const plan of now.plans) {
      expect(plan.moves.map(({ shard }) => shard)).to.deep.equal(['s-0', 's-1', 's-4']);
      const query = new URLSearchParams({ namespace: plan.namespace, cluster: plan.cluster, id: plan.id });
      const page = JSON.parse((await get(window, `/api/plan?${query}`)).body) as PlanPageView;
      expect(page.plan).to.deep.include({ id: plan.id }).and.property('moves').lengthOf(moves.length);
    }
  });
});
