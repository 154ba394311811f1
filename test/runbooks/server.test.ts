import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { pageHtml } from '../../examples/runbooks/page-html.js';
import { RUNBOOKS_PORT, type RunbookServer, startRunbooks } from '../../examples/runbooks/server.js';
import { DEFAULTS } from '../../rules/settings.js';

const ROOT = new URL('../../../', import.meta.url);

/** Asks for a path as it is; `fetch` would tidy it up. */
async function get(url: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) });
    })
      .on('error', reject)
      .end();
  });
}

describe('the pages of the runbooks', () => {
  let server: RunbookServer;
  before(async () => {
    server = await startRunbooks(0);
  });
  after(() => server.close());

  it('are there for every link of an alert', async () => {
    const rules = await readFile(new URL('rules/mesh-rebalance.alerts.yaml', ROOT), 'utf8');
    const links = new Set([...rules.matchAll(/runbook_url: "(.*)"/g)].map(([, link = '']) => link));
    expect(links.size).to.be.greaterThan(20);
    for (const link of links) {
      const { hostname, port, pathname } = new URL(link);
      expect([hostname, Number(port)]).to.deep.equal(['localhost', RUNBOOKS_PORT]);
      const { status, body } = await get(server.url, pathname);
      expect(status, link).to.equal(200);
      expect(body).to.include(`<title>${pathname.replace('/runbooks/', '')}</title>`);
    }
    expect(new URL(server.url).pathname).to.equal(new URL(DEFAULTS.runbooks).pathname);
  });

  it('lead to one another, and to nothing that is not there', async () => {
    const seen = new Map<string, string>();
    const toVisit = ['/runbooks/'];
    for (const path of toVisit) {
      if (seen.has(path)) continue;
      const { status, body } = await get(server.url, path);
      expect(status, path).to.equal(200);
      seen.set(path, body);
      for (const [, href = ''] of body.matchAll(/<a href="([^"]*)"/g)) {
        if (href.startsWith('/')) toVisit.push(href.split('#')[0] as string);
      }
    }
    for (const [path, body] of seen) {
      for (const [, href = ''] of body.matchAll(/<a href="([^"]*#[^"]*)"/g)) {
        if (URL.canParse(href)) continue;
        const [target, anchor] = href.split('#');
        expect(seen.get(target || path), `${path} -> ${href}`).to.include(`id="${anchor}"`);
      }
    }
    expect([...seen.keys()]).to.include.members(['/runbooks/MeshRebalanceStuck', '/docs/observability/alerts.md']);
  });

  it('show tables, commands and their output', async () => {
    const { body: index } = await get(server.url, '/runbooks/');
    expect(index).to.match(
      /<td>a plan is at work and nothing moves<\/td>\s*<td><a href="\/runbooks\/MeshRebalanceStuck">/,
    );
    const { body } = await get(server.url, '/runbooks/MeshRebalanceStuck');
    expect(body)
      .to.include('$ mesh shards rebalance show -- &quot;$PLAN&quot;\n')
      .and.include('node-0003 -&gt; node-0020');
  });

  it('show pictures in the colours that the reader prefers, and nothing where there is none', async () => {
    const { body } = await get(server.url, '/runbooks/MeshRebalanceStuck');
    const [, dark = '', light = ''] = /<source [^>]*srcset="([^"]+)"><img src="([^"]+)" alt="[^"]+">/.exec(body) ?? [];
    expect([dark, light]).to.deep.equal(['/docs/screenshots/plan-dark.png', '/docs/screenshots/plan-light.png']);
    for (const path of [dark, light]) {
      const response = await fetch(new URL(path, server.url));
      expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'image/png']);
      expect(
        Buffer.from(await response.arrayBuffer())
          .subarray(1, 4)
          .toString(),
      ).to.equal('PNG');
    }
    expect(pageHtml('# A\n\n![seen](../x.png)\n', () => undefined)).to.not.include('x.png');
  });

  for (const path of [
    '/package.json',
    '/docs/screenshots/',
    '/docs/screenshots/../../package.json',
    '/runbooks/../../package.json',
    '/runbooks/..%2f..%2fpackage.json',
    '/../../../../etc/passwd',
    '//etc/passwd',
    '/docs/runbooks/MeshRebalanceStuck.md/../../../package.json',
    '/runbooks/MeshRebalanceNothing',
    '/runbooks/%00',
    '/__proto__',
  ]) {
    it(`are all that is served: not ${path}`, async () => {
      const { status, body } = await get(server.url, path);
      expect(status).to.equal(404);
      expect(body).to.include('No such page').and.not.include('devDependencies');
    });
  }

  it('are only read', async () => {
    const response = await fetch(`${server.url}/`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD']);
  });
});
