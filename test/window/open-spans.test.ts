import { expect } from 'chai';
import { EVENTS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { RecentSignals } from '../../tools/window/demo/recent-signals.js';
import { withOpenSpans } from '../../tools/window/heavy/open-spans.js';
import { selected } from '../../tools/window/heavy/selected.js';
import { storedSources } from '../../tools/window/heavy/stored-sources.js';
import type { EventStore } from '../../tools/window/heavy/telemetry-store.js';
import type { SpanView } from '../../tools/window/server/wire.js';
import { Cleanup } from '../support/cleanup.js';
import { observed } from './observed.js';

describe('a trace with what is open', () => {
  const cleanup = Cleanup.forEachTest();
  const start = Date.now() - 60_000;

  /** A plan with a drain and two moves, of which one has ended. */
  function begun() {
    const { signals, controller, handle } = observed();
    cleanup.add(() => handle.disable());
    const planId = 'p';
    controller.report('planCreated', { planId, time: start });
    controller.report('approvalRequested', { planId, time: start });
    controller.report('approvalDecided', { planId, decision: 'approved', time: start + 1_000 });
    controller.report('drainStarted', { planId, node: 'n', shards: 2, time: start + 2_000 });
    for (const shard of ['a', 'b']) {
      controller.report('moveStarted', { planId, shard, source: 'n', target: 'm', time: start + 3_000 });
    }
    controller.report('moveFinished', { planId, shard: 'a', outcome: 'completed', time: start + 4_000 });
    return { signals, controller };
  }

  async function stored({ traceStore, eventStore }: RecentSignals) {
    const spans = await traceStore.spans('mesh.rebalance.plan.id', 'p');
    const traceId = spans[0]?.traceId ?? '';
    const asked = { from: 0, to: Number.MAX_SAFE_INTEGER, filters: [], traceId, limit: 100 };
    return { spans, events: await eventStore.events(asked) };
  }

  it('has the steps that have begun and not ended, as their spans will have them', async () => {
    const { signals, controller } = begun();
    const { spans, events } = await stored(signals);
    const open = withOpenSpans(spans, events).slice(spans.length);
    const seen = signals.spans({ namespace: 'payments', cluster: 'eu-1', id: 'p' });
    const [drain, move] = seen.filter(({ end }) => end === undefined);
    expect(open.map(({ spanId, parentSpanId, name, start }) => ({ spanId, parentSpanId, name, start }))).to.deep.equal(
      [drain, move].map((span) => ({
        spanId: span?.spanId,
        parentSpanId: spans.find(({ name }) => name === 'rebalance.plan.created')?.spanId,
        name: span?.name,
        start: span?.start,
      })),
    );
    expect(open.map(({ end }) => end)).to.deep.equal([undefined, undefined]);
    expect(open[1]?.attributes).to.include({ 'mesh.shard.id': 'b', 'mesh.rebalance.move.source': 'n' });
    controller.report('planFinished', { planId: 'p', outcome: 'failed', time: start + 5_000 });
    const after = await stored(signals);
    expect(withOpenSpans(after.spans, after.events)).to.have.lengthOf(after.spans.length);
    // Spans may come later than the log events.
    expect(withOpenSpans([], after.events)).to.deep.equal([]);
  });

  it('is what the page of a plan is given, from where spans and log events are stored', async () => {
    const { signals } = begun();
    const { trace } = storedSources(signals.traceStore, signals.eventStore);
    const plan = { namespace: 'payments', cluster: 'eu-1', id: 'p' };
    const names = (spans: readonly SpanView[]) => spans.map(({ spanId, end }) => [spanId, end]);
    expect(names(await trace(plan))).to.have.deep.members(names(signals.spans(plan)));
    expect(await trace({ ...plan, cluster: 'eu-2' })).to.deep.equal([]);
    // However much has been told since.
    const { events } = await stored(signals);
    const later = events.map((event) => ({ ...event, name: EVENTS.drainProgressed.name, time: start + 5_000 }));
    const since = Array.from({ length: 1_000 }, () => later).flat();
    const crowded: EventStore = { events: async (query) => selected([...events, ...since], query) };
    const among = storedSources(signals.traceStore, crowded).trace;
    expect(names(await among(plan))).to.have.deep.members(names(signals.spans(plan)));
  });

  it('does not have twice what was given up, or what another process goes on with', async () => {
    const { signals } = begun();
    const { spans, events } = await stored(signals);
    const open = withOpenSpans(spans, events);
    const [drain, move] = open.slice(spans.length);
    if (drain === undefined || move === undefined) throw new Error('nothing is open');
    const givenUp = { ...drain, end: start + 9_000, status: 'error' } as const;
    const link = { traceId: move.traceId, spanId: move.spanId, attributes: {} };
    const goesOn = { ...move, spanId: '00f067aa0ba902b7', end: start + 9_000, links: [link] };
    expect(withOpenSpans([...spans, givenUp, goesOn], events)).to.have.lengthOf(spans.length + 2);
  });
});
