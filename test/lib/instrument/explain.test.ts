import { expect } from 'chai';
import { instrument, type PlanExplanation, type RebalanceHandle } from '../../../lib/index.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { TestSdk } from '../../support/sdk.js';

const CLUSTER = { namespace: 'payments', cluster: 'eu-1' };

describe('handle.explain()', () => {
  let clock: TestClock;
  let controller: TestController;
  let handle: RebalanceHandle;
  beforeEach(() => {
    clock = new TestClock();
    clock.now = Date.UTC(2026, 0, 1, 12);
    controller = new TestController();
    handle = instrument(controller, { ...new TestSdk().options, clock: clock.read });
  });
  afterEach(() => handle.disable());

  const explain = (planId = 'p') => handle.explain(planId, CLUSTER) as PlanExplanation;
  const seconds = (count: number) => Date.UTC(2026, 0, 1, 12) + count * 1_000;
  const start = (shard: string, planId = 'p') =>
    controller.tell('moveStarted', { planId, shard, source: 'node-2', target: 'node-4' });
  const end = (shard: string, errorType?: string, planId = 'p') =>
    controller.tell('moveFinished', { planId, shard, outcome: errorType ? 'failed' : 'completed', errorType });

  it('knows no plan that was never seen', () => {
    expect(handle.explain('p')).to.equal(undefined);
    controller.tell('planCreated', { planId: 'p' });
    expect(handle.explain('p')).to.not.equal(undefined);
    expect(handle.explain('p', { ...CLUSTER, cluster: 'eu-2' })).to.equal(undefined);
    controller.tell('planCreated', { planId: 'q', cluster: 'eu-2' });
    expect(handle.explain('q'), 'of whichever cluster').to.not.equal(undefined);
  });

  it('says that a plan waits for approval, and since when', () => {
    controller.tell('planCreated', { planId: 'p', shards: 10 });
    clock.advance(5);
    controller.tell('approvalRequested', { planId: 'p' });
    clock.advance(60);
    expect(explain()).to.deep.equal({
      text:
        'p is rebalancePending since 2026-01-01T12:00:00Z, 0 of 10 shards moved; ' +
        'it waits for approval since 2026-01-01T12:00:05Z.',
      blocked: [],
      moves: [],
      held: [{ reason: 'approval', since: seconds(5) }],
    });
  });

  it('names the moves under way, the oldest first, and those that failed and why', () => {
    controller.tell('planCreated', { planId: 'p', shards: 10 });
    for (const shard of ['s-1', 's-2', 's-3', 's-4']) {
      start(shard);
      clock.advance(1);
    }
    end('s-1');
    end('s-4', 'timeout');
    clock.advance(6);
    end('s-2', 'disk_full');
    const move = { source: 'node-2', target: 'node-4' };
    expect(explain()).to.deep.equal({
      text:
        'p is rebalancing since 2026-01-01T12:00:00Z, 1 of 10 shards moved; nothing holds it back, and its last ' +
        'progress was at 2026-01-01T12:00:04Z. 1 move is under way, s-3 from node-2 to node-4 since ' +
        '2026-01-01T12:00:02Z; so far 1 failure by timeout, 1 failure by disk_full, the last of s-2 at ' +
        '2026-01-01T12:00:10Z.',
      blocked: [],
      moves: [
        { shard: 's-3', ...move, status: 'moving', since: seconds(2), errorType: undefined },
        { shard: 's-2', ...move, status: 'failed', since: seconds(10), errorType: 'disk_full' },
        { shard: 's-4', ...move, status: 'failed', since: seconds(4), errorType: 'timeout' },
      ],
      held: [],
    });
    start('s-4');
    expect(explain().moves.map(({ shard, status, errorType }) => [shard, status, errorType])).to.deep.equal([
      ['s-3', 'moving', undefined],
      ['s-4', 'moving', 'timeout'],
      ['s-2', 'failed', 'disk_full'],
    ]);
    expect(explain().text).to.include('2 moves are under way, the oldest s-3 from');
    end('s-4');
    expect(explain().moves.map(({ shard }) => shard)).to.deep.equal(['s-3', 's-2']);
  });

  it('names the plan whose moves take all that are allowed', () => {
    controller.tell('policyChanged', { maxConcurrentMoves: 2 });
    for (const planId of ['p', 'q']) {
      controller.tell('planCreated', { planId, shards: 3 });
      controller.tell('approvalDecided', { planId, decision: 'approved' });
    }
    clock.advance(3);
    start('s-1', 'q');
    start('s-2', 'q');
    expect(explain().held).to.deep.equal([{ reason: 'maxConcurrentMoves', since: seconds(3) }]);
    expect(explain().text).to.match(
      /it waits for a free move since 2026-01-01T12:00:03Z: 2 of 2 moves are taken by q\.$/,
    );
    expect(explain('q').held).to.deep.equal([]);
  });

  it('names each other hold', () => {
    controller.tell('planCreated', { planId: 'p' });
    controller.tell('guardrailTripped', { guardrail: 'cooldown', planId: 'p' });
    controller.tell('paused', {});
    expect(explain().held.map(({ reason }) => reason)).to.deep.equal(['paused', 'cooldown']);
    expect(explain().text).to.equal(
      'p is rebalancePending since 2026-01-01T12:00:00Z; its controller is paused (held since 2026-01-01T12:00:00Z), ' +
        'and guardrail cooldown holds it back (held since 2026-01-01T12:00:00Z).',
    );
  });

  it('goes on after the end, with how and why it came', () => {
    controller.tell('planCreated', { planId: 'p', shards: 2 });
    start('s-1');
    end('s-1', 'timeout');
    start('s-2');
    clock.advance(60);
    controller.tell('planFinished', {
      planId: 'p',
      outcome: 'failed',
      errorType: 'timeout',
      error: 'gave up\u001b[2J',
    });
    expect(explain().text).to.equal(
      'p failed at 2026-01-01T12:01:00Z by timeout (gave up [2J), 0 of 2 shards moved. ' +
        'So far 1 failure by timeout, the last of s-1 at 2026-01-01T12:00:00Z.',
    );
    expect(explain().moves.map(({ shard, status }) => [shard, status])).to.deep.equal([['s-1', 'failed']]);
    controller.tell('planFinished', { planId: 'q', outcome: 'cancelled' });
    expect(explain('q').text).to.equal('q was cancelled at 2026-01-01T12:01:00Z.');
  });

  const since = 'since 2026-01-01T12:00:00Z';
  const others: readonly (readonly [what: string, happens: () => void, text: string])[] = [
    ['of a plan of which nothing is known', () => {}, `p is rebalancePending ${since}.`],
    [
      'of an end in order',
      () => controller.tell('planFinished', { planId: 'p', outcome: 'completed' }),
      'p completed at 2026-01-01T12:00:00Z.',
    ],
    [
      'of a failure without a reason',
      () => controller.tell('planFinished', { planId: 'p', outcome: 'failed' }),
      'p failed at 2026-01-01T12:00:00Z by _OTHER.',
    ],
    [
      'of a move without nodes, and of a shard that failed and moves again',
      () => {
        controller.tell('moveStarted', { planId: 'p', shard: 's-1' });
        end('s-1', 'timeout');
        controller.tell('moveStarted', { planId: 'p', shard: 's-1' });
      },
      `p is rebalancing ${since}, 0 of 1 shard moved; nothing holds it back, and its last progress was at 2026-01-01T12:00:00Z. ` +
        `1 move is under way, s-1 ${since}; so far 1 failure by timeout.`,
    ],
    [
      'of slots where no policy is told: whose moves there are but its own',
      () => {
        controller.tell('planCreated', { planId: 'idle' });
        for (const planId of ['q', 'p']) start(`s-${planId}`, planId);
        controller.tell('guardrailTripped', { guardrail: 'maxConcurrentMoves', planId: 'p' });
      },
      `p is rebalancing ${since}, 0 of 1 shard moved; it waits for a free move ${since}: the moves that are allowed are taken by q. ` +
        `1 move is under way, s-p from node-2 to node-4 ${since}.`,
    ],
    [
      'of slots that nobody is seen to take',
      () => controller.tell('guardrailTripped', { guardrail: 'maxConcurrentMoves', planId: 'p' }),
      `p is rebalancePending ${since}; it waits for a free move ${since}: the moves that are allowed are taken.`,
    ],
    [
      'of slots that three plans take',
      () => takeSlots(3),
      `p is rebalancePending ${since}, 0 of 1 shard moved; it waits for a free move ${since}: 3 of 3 moves are taken by ` +
        'q-0, q-1, q-2.',
    ],
    [
      'of slots that more than three plans take',
      () => takeSlots(5),
      `p is rebalancePending ${since}, 0 of 1 shard moved; it waits for a free move ${since}: 5 of 5 moves are taken by ` +
        'q-0, q-1, q-2 and 2 more.',
    ],
  ];
  for (const [what, happens, text] of others) {
    it(`has words of its own ${what}`, () => {
      controller.tell('planCreated', { planId: 'p' });
      happens();
      expect(explain().text).to.equal(text);
    });
  }

  function takeSlots(count: number): void {
    controller.tell('policyChanged', { maxConcurrentMoves: count });
    controller.tell('planCreated', { planId: 'p', shards: 1 });
    controller.tell('approvalDecided', { planId: 'p', decision: 'approved' });
    for (let i = 0; i < count; i += 1) start(`s-${i}`, `q-${i}`);
  }

  it('names moves in the order of their beginnings, which a snapshot need not have', () => {
    const moves = [
      { shard: 'late', startedAt: seconds(20) },
      { shard: 'early', startedAt: seconds(5) },
    ];
    const other = new TestController('payments', 'eu-2');
    other.snapshot = () => ({ plans: [{ planId: 'p', moves }] });
    clock.advance(30);
    const handed = instrument(other, { ...new TestSdk().options, clock: clock.read });
    expect(handed.explain('p')?.moves.map(({ shard, since }) => [shard, since])).to.deep.equal([
      ['early', seconds(5)],
      ['late', seconds(20)],
    ]);
    handed.disable();
  });

  it('is bounded, whatever fails and hangs', () => {
    for (let i = 0; i < 120; i += 1) {
      start(`fails-${i}`);
      end(`fails-${i}`, 'timeout');
      clock.advance(1);
      start(`hangs-${i}`);
    }
    const { moves, text } = explain();
    expect(moves).to.have.length(100);
    expect([moves[0]?.shard, moves[49]?.shard]).to.deep.equal(['hangs-0', 'hangs-49']);
    expect([moves[50]?.shard, moves[99]?.shard]).to.deep.equal(['fails-119', 'fails-70']);
    expect(text).to.include('120 moves are under way').and.to.include('120 failures by timeout');
  });
});
