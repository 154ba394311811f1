import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { EventFile, TraceFile } from '../../tools/window/heavy/otlp-files.js';
import { heavyRoutes } from '../../tools/window/heavy/routes.js';
import type { StoredEvent, StoredSpan } from '../../tools/window/heavy/telemetry-store.js';
import { startWindow, type Window } from '../../tools/window/server/server.js';
import { Cleanup } from '../support/cleanup.js';
import { freeUrl } from '../support/process.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const attribute = (key: string, value: object) => ({ key, value });
const SPANS = {
  resourceSpans: [
    {
      resource: { attributes: [attribute('service.name', { stringValue: 'mesh-controller' })] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: TRACE_ID,
              spanId: 'b7ad6b7169203331',
              parentSpanId: '',
              name: 'rebalance.plan',
              startTimeUnixNano: '1767225600123456789',
              endTimeUnixNano: '1767225660000000000',
              status: { code: 2, message: 'timeout' },
              attributes: [
                attribute('mesh.rebalance.plan.id', { stringValue: 'p-1' }),
                attribute('mesh.rebalance.plan.shards', { intValue: '12' }),
                attribute('some.list', { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }] } }),
              ],
              events: [{ timeUnixNano: '1767225630000000000', name: 'held' }],
              links: [{ traceId: TRACE_ID, spanId: '00f067aa0ba902b7' }],
            },
          ],
        },
      ],
    },
  ],
};
const record = (planId: string, minute: number) => ({
  timeUnixNano: `${1_767_225_600 + minute * 60}000000000`,
  severityText: 'INFO',
  eventName: 'mesh.rebalance.plan.created',
  body: { stringValue: `Plan ${planId} is created` },
  attributes: [attribute('mesh.rebalance.plan.id', { stringValue: planId })],
});
const logsOf = (...records: object[]) =>
  `${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] })}\n`;

describe('what the dashboards are drawn from', () => {
  const cleanup = Cleanup.forEachTest();
  let folder: string;
  let prometheus: string;
  let window: Window;

  beforeEach(async () => {
    folder = await cleanup.folder('window');
    await mkdir(join(folder, 'bundle'));
    await writeFile(join(folder, 'bundle/page.js'), 'export {};');
    await writeFile(join(folder, 'secret.js'), 'secret');
    await writeFile(join(folder, 'traces.json'), `${JSON.stringify(SPANS)}\n`);
    await writeFile(join(folder, 'logs.json'), logsOf(record('p-1', 1), record('p-2', 2), record('p-1', 3)));
    prometheus = await freeUrl();
    const nothing = async () => [];
    window = await startWindow({
      port: 0,
      sources: { title: 'test', plans: nothing, clusters: nothing },
      routes: heavyRoutes({
        bundle: pathToFileURL(join(folder, 'bundle/')),
        settings: { title: 'test', pages: [] },
        prometheus,
        traces: new TraceFile(join(folder, 'traces.json')),
        events: new EventFile(join(folder, 'logs.json')),
        home: '/d/mesh-rebalance-oncall',
      }),
    });
    cleanup.add(() => window.close());
  });

  const ask = (path: string) => fetch(new URL(path, window.url), { redirect: 'manual' });
  const json = async <T>(path: string) => (await (await ask(path)).json()) as T;
  const events = (parameters: Record<string, string>) =>
    json<StoredEvent[]>(`/api/events?${new URLSearchParams({ from: '0', to: '9e12', limit: '10', ...parameters })}`);

  it('is a page for each dashboard and each trace, to which the root leads', async () => {
    expect((await ask('/')).headers.get('location')).to.equal('/d/mesh-rebalance-oncall');
    for (const path of ['/d/mesh-rebalance-plan', `/trace/${TRACE_ID}`, '/explore?panes=1']) {
      const answer = await ask(path);
      expect(answer.status, path).to.equal(200);
      expect(await answer.text()).to.contain('/heavy/page.js');
    }
  });

  it('has the shipped dashboards, whose runbooks are pages of the window', async () => {
    const { dashboards } = await json<{ dashboards: { uid: string }[] }>('/api/window');
    expect(dashboards.map(({ uid }) => uid)).to.deep.equal([
      'mesh-rebalance-overview',
      'mesh-rebalance-oncall',
      'mesh-rebalance-plan',
    ]);
    const text = await (await ask('/api/dashboards/mesh-rebalance-oncall')).text();
    expect(text).to.contain('"/runbooks/').and.not.contain('localhost');
    expect((await ask('/api/dashboards/..%2fpackage')).status).to.equal(404);
  });

  it('serves no file outside of the bundle, and that one also when its folder is gone', async () => {
    for (const path of [
      '/heavy/../secret.js',
      '/heavy/..%2fsecret.js',
      '/heavy/%2e%2e/secret.js',
      '/heavy//etc/passwd',
    ]) {
      expect((await ask(path)).status, path).to.equal(404);
    }
    await rm(join(folder, 'bundle'), { recursive: true });
    expect(await (await ask('/heavy/page.js')).text()).to.equal('export {};');
  });

  it('asks Prometheus only what reads, and says so when it does not answer', async () => {
    expect((await ask('/api/prometheus/api/v1/admin/tsdb/delete_series')).status).to.equal(404);
    expect((await ask('/api/prometheus/api/v1/label/a%2fb/values')).status).to.equal(404);
    const refused = await ask('/api/prometheus/api/v1/query?query=up');
    expect(refused.status).to.equal(502);
    expect(((await refused.json()) as { detail: string }).detail)
      .to.contain(prometheus)
      .and.contain('ECONNREFUSED');
  });

  it('reads spans from OTLP', async () => {
    const [span, ...others] = await json<StoredSpan[]>(`/api/traces/${TRACE_ID}`);
    expect(others).to.deep.equal([]);
    expect(span).to.deep.equal({
      traceId: TRACE_ID,
      spanId: 'b7ad6b7169203331',
      name: 'rebalance.plan',
      service: 'mesh-controller',
      start: 1_767_225_600_123.456,
      end: 1_767_225_660_000,
      status: 'error',
      statusMessage: 'timeout',
      attributes: { 'mesh.rebalance.plan.id': 'p-1', 'mesh.rebalance.plan.shards': 12, 'some.list': [true, 0.5] },
      events: [{ time: 1_767_225_630_000, name: 'held', attributes: {} }],
      links: [{ traceId: TRACE_ID, spanId: '00f067aa0ba902b7', attributes: {} }],
    });
    expect(await json(`/api/traces/${'0'.repeat(32)}`)).to.deep.equal([]);
    expect((await ask('/api/traces/x')).status).to.equal(404);
    expect(await json<StoredSpan[]>('/api/spans?attribute=mesh.rebalance.plan.id&value=p-1')).to.have.length(1);
    expect(await json<StoredSpan[]>('/api/spans?attribute=mesh.rebalance.plan.id&value=p')).to.have.length(0);
  });

  it('has a trace as it was at the time that is asked for: what ended later is open, if it had begun', async () => {
    const step = (name: string, second: number) => ({
      ...record('p-1', 0),
      timeUnixNano: `${1_767_225_600 + second}000000000`,
      eventName: `mesh.rebalance.move_${name}`,
      traceId: TRACE_ID,
      spanId: '00f067aa0ba902b7',
    });
    const since = Array.from({ length: 6_000 }, () => ({ ...record('p-1', 0.4), traceId: TRACE_ID }));
    await writeFile(join(folder, 'logs.json'), logsOf(step('started', 10), ...since, step('finished', 50)));
    const at = async (second: number, path = `/api/traces/${TRACE_ID}?`) => {
      const spans = await json<StoredSpan[]>(`${path}until=${1_767_225_600_000 + second * 1000}`);
      return spans.map(({ name, end }) => [name, end]);
    };
    expect(await at(5)).to.deep.equal([]);
    expect(await at(30)).to.deep.equal([['rebalance.move', undefined]]);
    expect(await at(60)).to.deep.equal([['rebalance.plan', 1_767_225_660_000]]);
    // The rows of a table are what has ended.
    const rows = '/api/spans?attribute=mesh.rebalance.plan.id&value=p-1&';
    expect(await at(30, rows)).to.deep.equal([]);
    expect(await at(60, rows)).to.deep.equal([['rebalance.plan', 1_767_225_660_000]]);
  });

  it('finds log events as LogQL does, the newest first, those too that come later', async () => {
    const filter = (operator: string, value: string) =>
      JSON.stringify([{ name: 'mesh_rebalance_plan_id', operator, value }]);
    const ids = async (parameters: Record<string, string>) =>
      (await events(parameters)).map(({ body }) => body.split(' ')[1]);
    expect(await ids({})).to.deep.equal(['p-1', 'p-2', 'p-1']);
    expect(await ids({ filters: filter('=', 'p-2') })).to.deep.equal(['p-2']);
    expect(await ids({ filters: filter('!=', 'p-2') })).to.deep.equal(['p-1', 'p-1']);
    expect(await ids({ filters: filter('=~', 'p-.') })).to.have.length(3);
    expect(await ids({ filters: filter('=~', 'p') })).to.have.length(0);
    expect(await ids({ limit: '1' })).to.deep.equal(['p-1']);
    expect(await ids({ from: '1767225700000', to: '1767225750000' })).to.deep.equal(['p-2']);
    await writeFile(join(folder, 'logs.json'), `${logsOf(record('p-3', 4))}{"resourceLogs":[{"scopeLo`);
    expect(await ids({})).to.deep.equal(['p-3']);
    expect((await ask('/api/events?from=0&to=1&limit=1&filters=%5B%7B%7D%5D')).status).to.equal(400);
    expect((await ask('/api/events?from=0')).status).to.equal(400);
  });
});
