import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { METRICS, STATES } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { App } from '../support/app.js';
import { Cleanup } from '../support/cleanup.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { expectContract } from '../support/series-contract.js';
import { until } from '../support/until.js';

describe('a real Prometheus', () => {
  const cleanup = Cleanup.forSuite();
  let otlp: OtlpReceiver;
  let app: App;
  /** Two replicas that scrape at paces of their own: the 0 that comes first must reach both. */
  const replicas: Prometheus[] = [];
  let port: number;

  before(async () => {
    otlp = await cleanup.use(OtlpReceiver.start());
    port = await freePort();
    app = await App.start(port, otlp.url);
    cleanup.add(() => app.kill());
    for (const scrapeInterval of ['500ms', '1s']) {
      replicas.push(await cleanup.use(Prometheus.start({ targets: [port], scrapeInterval })));
    }
  });

  /** Waits until a query has exactly this value on every replica. */
  const expectValue = (query: string, expected: number) =>
    Promise.all(
      replicas.map((replica) =>
        until(async () => {
          const results = await replica.query(query);
          expect(
            results.map(({ value }) => value),
            query,
          ).to.deep.equal([expected]);
          return results;
        }),
      ),
    );

  it('follows a whole plan: state, progress, exactly one approval and one failure', async () => {
    await app.tell('heartbeat', undefined);
    await app.tell('leadershipChanged', { leading: true });
    await app.tell('policyChanged', { maxConcurrentMoves: 8 });
    await app.tell('ownershipChanged', { nodes: { 'node-a': 2, 'node-b': 0 } });
    await app.tell('planCreated', { planId: 'plan-1', trigger: 'node_added', approvalMode: 'manual', shards: 2 });
    await app.tell('approvalRequested', { planId: 'plan-1' });
    await expectValue('mesh_rebalance_approvals_pending', 1);
    await expectValue('mesh_rebalance_state{plan_id="plan-1",state="rebalancePending"}', 1);
    await app.tell('approvalDecided', { planId: 'plan-1', decision: 'approved' });
    await app.tell('guardrailTripped', { guardrail: 'cooldown', planId: 'plan-1' });
    await app.tell('drainStarted', { planId: 'plan-1', node: 'node-a', shards: 2 });
    await app.tell('moveStarted', { planId: 'plan-1', shard: 's-1', source: 'node-a', target: 'node-b' });
    await expectValue('mesh_rebalance_shards_moving{plan_id="plan-1"}', 1);
    await expectValue('sum by (plan_id) (mesh_rebalance_state{plan_id="plan-1"})', 1);
    await app.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'completed', bytes: 1_024 });
    await app.tell('drainProgressed', { planId: 'plan-1', node: 'node-a', shardsRemaining: 1 });
    await expectValue('mesh_rebalance_drain_shards_remaining{plan_id="plan-1",node="node-a"}', 1);
    await app.tell('moveStarted', { planId: 'plan-1', shard: 's-2', source: 'node-a', target: 'node-b' });
    await app.tell('moveFinished', { planId: 'plan-1', shard: 's-2', outcome: 'failed', errorType: 'timeout' });
    await expectValue('round(increase(mesh_rebalance_plan_approvals_total{decision="approved"}[1m]))', 1);
    await expectValue('round(increase(mesh_rebalance_failures_total{phase="move",error_type="timeout"}[1m]))', 1);
    await expectValue('round(increase(mesh_rebalance_guardrail_trips_total[1m]))', 1);
    // What vanishes soon is told last, when every replica has begun to scrape.
    await app.tell('planCreated', { planId: 'plan-0' });
    await app.tell('drainStarted', { planId: 'plan-0', node: 'node-c', shards: 1 });
    await app.tell('drainProgressed', { planId: 'plan-0', node: 'node-c', shardsRemaining: 0 });
    await app.tell('planFinished', { planId: 'plan-0', outcome: 'cancelled' });
    await app.tell('decommissioned', { cluster: 'eu-0' });
    await expectValue('count(mesh_rebalance_controller_decommissioned_timestamp_seconds{cluster="eu-0"})', 1);
  });

  it('sees all names and labels of the contract, and ours win over the labels of the target', async () => {
    for (const replica of replicas) {
      const series = await replica.series('{__name__=~"mesh_rebalance_.+"}');
      const own = series.map(({ __name__: name = '', job: _job, instance: _instance, ...labels }) => ({
        name,
        labels,
      }));
      expectContract(own);
      for (const { name, labels } of own) expect(labels['namespace'], name).to.equal('payments');
    }
  });

  it('keeps one trace over a crash and restart of the app: every span has its parent, and the plan its id', async () => {
    await app.executeStep({ planId: 'plan-1', node: 'node-a' });
    const traceparent = (await app.traceparent('plan-1')) as string;
    const [, traceId] = traceparent.split('-');
    await expectValue(`mesh_rebalance_plan_info{plan_id="plan-1",trace_id="${traceId}"}`, 1);
    await app.flush();
    await app.kill();
    app = await App.start(port, otlp.url);
    await app.tell('planCreated', {
      planId: 'plan-1',
      trigger: 'node_added',
      shards: 2,
      shardsRemaining: 1,
      traceparent,
    });
    await app.tell('drainStarted', { planId: 'plan-1', node: 'node-a', shards: 1 });
    await app.executeStep({ planId: 'plan-1', node: 'node-a' });
    await expectValue('mesh_rebalance_plan_shards_remaining{plan_id="plan-1"}', 1);
    await expectValue(`mesh_rebalance_plan_info{plan_id="plan-1",trace_id="${traceId}"}`, 1);
    await app.tell('drainFinished', { planId: 'plan-1', node: 'node-a', outcome: 'completed' });
    await app.tell('planFinished', { planId: 'plan-1', outcome: 'failed', errorType: 'timeout' });
    await app.flush();
    const spans = otlp.spans.filter((span) => span.traceId === traceId);
    const names = spans.map(({ name }) => name).sort();
    expect(names).to.deep.equal([
      'GET',
      'GET',
      'rebalance.approval',
      'rebalance.drain',
      'rebalance.move',
      'rebalance.move',
      'rebalance.plan',
      'rebalance.plan.created',
    ]);
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const orphans = spans.filter(({ parentSpanId, name }) => name !== 'GET' && parentSpanId && !ids.has(parentSpanId));
    expect(orphans).to.deep.equal([]);
    // One request is the child of the drain. The other's drain was open when the app crashed, and died with it.
    const drain = spans.find(({ name }) => name === 'rebalance.drain');
    expect(spans.filter(({ parentSpanId }) => parentSpanId === drain?.spanId).map(({ name }) => name)).to.deep.equal([
      'GET',
    ]);
    const events = otlp.logRecords.filter((record) => record.traceId === traceId).map(({ eventName }) => eventName);
    expect(events).to.include.members(['mesh.rebalance.approval_decided', 'mesh.rebalance.drain_progressed']);
  });

  it('sees the final values of an ended plan, and no series of it after its retention', async () => {
    await expectValue('mesh_rebalance_state{plan_id="plan-1",state="failed"}', 1);
    await expectValue('round(increase(mesh_rebalance_failures_total{phase="total"}[1m]))', 1);
    for (const replica of replicas) {
      await until(async () => expect(await replica.query('{plan_id="plan-1"}')).to.deep.equal([]));
      const plans = await replica.query('sum(mesh_rebalance_plans)');
      expect(plans.map(({ value }) => value)).to.deep.equal([0]);
      const states = await replica.query('mesh_rebalance_state');
      expect(states.map(({ metric }) => metric['state']).sort()).to.deep.equal([...STATES].sort());
    }
  });
});

describe('increase() of a real Prometheus', () => {
  it('sees nothing of a job that lives for less than an interval: one sample is no increase', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'one-sample-'));
    const { name } = METRICS.failures;
    const at = 1_767_225_600;
    const samples = [
      `${name}{phase="move"} 1 ${at}`,
      `${name}{phase="total"} 0 ${at}`,
      `${name}{phase="total"} 1 ${at + 15}`,
    ];
    const file = join(folder, 'metrics.txt');
    await writeFile(file, [`# TYPE ${name.replace(/_total$/, '')} counter`, ...samples, '# EOF', ''].join('\n'));
    const prometheus = await Prometheus.over([file]);
    try {
      const increased = await prometheus.query(`increase(${name}[1m]) > 0`, (at + 30) * 1_000);
      expect(increased.map(({ metric }) => metric['phase'])).to.deep.equal(['total']);
    } finally {
      await prometheus.stop();
      await rm(folder, { recursive: true });
    }
  });
});
