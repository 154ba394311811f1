import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { NowView, PlanPageView } from '../../tools/window/server/wire.js';
import { DemoProcess } from '../stack/demo-process.js';
import { until } from '../support/until.js';

const DOCUMENT = new URL('../../../examples/stack/demo.md', import.meta.url);

/** What the document shows of the demo's first lines, in parts between which it leaves something out. */
function documented(): string[] {
  const [, shown = ''] = readFileSync(DOCUMENT, 'utf8').split(/^\$ npm run -s demo -- --for 30s \| cat\n/m);
  return shown.split('```')[0]?.split('...\n') ?? [];
}

/** A text in which ports and times are the same in each run. */
function ofAnyRun(text: string): string {
  return text.replaceAll(/(?<=127\.0\.0\.1:)\d+/g, 'PORT').replaceAll(/^\d\d:\d\d:\d\d/gm, 'TIME');
}

describe('the demo with its page', () => {
  let demo: DemoProcess;
  afterEach(() => demo.interrupt());

  const get = async <T>(path: string) => {
    const url = demo.found(/^(http:\S+\/) shows/);
    return (await (await fetch(new URL(path, url), { headers: { connection: 'close' } })).json()) as T;
  };

  it('prints its address first, and shows there what its own process knows', async () => {
    demo = await DemoProcess.startWithPage([], { MESH_CONTROL_TOKEN: undefined });
    await demo.printed('In another terminal');
    const [head = '', plans = ''] = documented().map(ofAnyRun);
    expect(head).to.match(/^http:/);
    expect(ofAnyRun(demo.stdout).startsWith(head), demo.stdout).to.equal(true);
    const created = await until(() => {
      const lines = ofAnyRun(demo.stdout).match(/^.* planCreated .*\n/gm);
      return lines !== null && lines.length >= 3 && lines.slice(0, 3).sort();
    });
    expect(created.join('')).to.equal(plans);
    const { plan, page } = await until(async () => {
      const { plans } = await get<NowView>('/api/now');
      const plan = plans.find(({ approval }) => approval !== undefined);
      if (plan === undefined) return undefined;
      const { namespace, cluster, id } = plan;
      return { plan, page: await get<PlanPageView>(`/api/plan?${new URLSearchParams({ namespace, cluster, id })}`) };
    });
    expect(page.explanation?.text).to.include(`${plan.id} is rebalancePending`).and.include('waits for approval');
    expect(page.spans.map(({ name, end }) => [name, end === undefined])).to.deep.equal([
      ['rebalance.plan.created', false],
      ['rebalance.approval', true],
    ]);
    expect(page.events.map(({ name }) => name)).to.include('mesh.rebalance.approval_requested');
    const now = await get<NowView>('/api/now');
    expect(now.clusters.map(({ nodes }) => nodes.length)).to.deep.equal([8, 8, 8]);
    expect(now.clusters[0]?.nodes.reduce((sum, { shards }) => sum + shards, 0)).to.equal(96);
    expect(now.control).to.deep.equal({
      url: demo.env.MESH_CONTROL_URL,
      token: demo.found(/MESH_CONTROL_TOKEN=(\S+)/),
    });
    const runbook = await fetch(`${demo.found(/runbooks +(\S+)/)}MeshRebalanceStuck`, {
      headers: { connection: 'close' },
    });
    expect(runbook.status).to.equal(200);
    // Which of the two depends on what this machine has made before.
    expect(demo.stdout).to.match(
      /^ +dashboards +(not made yet: "npm run look -- |need a Prometheus: "npm run demo -- --with)/m,
    );
    expect(now.links).to.deep.equal([]);
    const dashboard = new URL('/d/mesh-rebalance-oncall', demo.found(/^(http:\S+\/) shows/));
    expect((await fetch(dashboard, { headers: { connection: 'close' } })).status).to.equal(404);
    demo.interrupt();
    expect(await demo.end()).to.include({ code: 0, stderr: '' });
  });

  it('does not show a token that it was given', async () => {
    demo = await DemoProcess.startWithPage();
    await demo.printed('In another terminal');
    expect(JSON.stringify(await get('/api/now'))).not.to.include(demo.env.MESH_CONTROL_TOKEN);
  });
});
