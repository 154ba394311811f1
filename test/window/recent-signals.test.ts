import { expect } from 'chai';
import { observed } from './observed.js';

describe('the spans and log events that the page is given', () => {
  const cluster = { namespace: 'payments', cluster: 'eu-1' };

  it('are there from their start on, and say when they end and how', () => {
    const { signals, controller, handle } = observed();
    const start = Date.now() - 60_000;
    const spans = () => signals.spans({ ...cluster, id: 'p' }).map(({ name, end, failed }) => [name, end, failed]);
    controller.report('planCreated', { planId: 'p', time: start });
    controller.report('drainStarted', { planId: 'p', node: 'n', shards: 1, time: start + 1_000 });
    expect(spans()).to.deep.equal([
      ['rebalance.plan.created', start, false],
      ['rebalance.drain', undefined, false],
    ]);
    const failure = { outcome: 'failed', errorType: 'disk_full', time: start + 2_000 } as const;
    controller.report('drainFinished', { planId: 'p', node: 'n', ...failure });
    expect(spans()).to.deep.include(['rebalance.drain', start + 2_000, true]);
    const [event] = signals.events({ ...cluster, id: 'p' });
    expect(event).to.deep.include({ ...cluster, planId: 'p', severity: 'WARN', name: 'mesh.rebalance.drain_finished' });
    expect(signals.events({ ...cluster, id: 'another' })).to.deep.equal([]);
    handle.disable();
  });

  it('are there for the dashboards too, spans once they have ended', async () => {
    const { signals, controller, handle } = observed();
    controller.report('planCreated', { planId: 'p' });
    controller.report('drainStarted', { planId: 'p', node: 'n', shards: 1 });
    const { traceStore, eventStore } = signals;
    const [created, ...others] = await traceStore.spans('mesh.rebalance.plan.id', 'p');
    expect(created).to.deep.include({ name: 'rebalance.plan.created', status: 'unset' });
    expect(others).to.deep.equal([]);
    controller.report('drainFinished', { planId: 'p', node: 'n', outcome: 'failed', errorType: 'disk_full' });
    const trace = await traceStore.trace(created?.traceId ?? '');
    expect(trace.map(({ name, status }) => [name, status])).to.deep.include(['rebalance.drain', 'error']);
    const query = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10 };
    const filter = (value: string) => [{ name: 'mesh_rebalance_plan_id', operator: '=', value }] as const;
    const [latest] = await eventStore.events({ ...query, filters: filter('p') });
    expect(latest).to.include({ name: 'mesh.rebalance.drain_finished' });
    expect(await eventStore.events({ ...query, filters: filter('another') })).to.deep.equal([]);
    handle.disable();
  });

  it('are of the latest hundred plans, and the latest 200 events', () => {
    const { signals, controller, handle } = observed();
    for (let count = 0; count < 150; count += 1) {
      controller.report('planCreated', { planId: `p-${count}` });
      controller.report('planFinished', { planId: `p-${count}`, outcome: 'completed' });
    }
    const kept = Array.from({ length: 150 }, (_, count) => signals.spans({ ...cluster, id: `p-${count}` }).length > 0);
    expect(kept.indexOf(true)).to.equal(50);
    expect(kept.filter(Boolean)).to.have.lengthOf(100);
    expect(signals.events()).to.have.lengthOf(200);
    expect(signals.events()[0]).to.include({ planId: 'p-149' });
    handle.disable();
  });
});
