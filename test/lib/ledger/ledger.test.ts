import { expect } from 'chai';
import type { RebalanceEventName } from '../../../lib/contract/events.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import type { Problem } from '../../../lib/intake/problem.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import type { Plan } from '../../../lib/ledger/plan.js';
import type { Transition } from '../../../lib/ledger/transition.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

function setUp(limits: Partial<typeof LIMITS> = {}) {
  const clock = new TestClock();
  const transitions: Transition[] = [];
  const problems: string[] = [];
  const report = ({ reason, event, field, says }: Problem) => {
    expect(says()).to.be.a('string').and.not.include('undefined');
    problems.push(`${reason} ${event} ${field}`);
  };
  const ledger = new Ledger({ ...LIMITS, ...limits }, (transition) => transitions.push(transition), report);
  const read = new PayloadReader();
  const tell = (event: RebalanceEventName, payload: object = {}) => {
    const fact = parseEvent(read, event, payload, clock.now);
    read.report(report, event, payload, fact !== undefined);
    if (fact !== undefined) ledger.apply(fact, clock.now);
  };
  const plan = (id: string) => ledger.plans.get(id) as Plan;
  const types = () => transitions.map(({ type }) => type);
  return { clock, ledger, tell, plan, problems, transitions, types };
}

describe('Ledger', () => {
  it('follows a plan through its phases and times each of them', () => {
    const { clock, ledger, tell, plan, problems } = setUp();
    tell('planCreated', { planId: 'p', trigger: 'node_added', approvalMode: 'manual', shards: 2 });
    clock.advance(10);
    tell('approvalRequested', { planId: 'p' });
    clock.advance(100);
    expect(plan('p').seconds('approval', clock.now)).to.equal(100);
    tell('approvalDecided', { planId: 'p', decision: 'approved' });
    tell('drainStarted', { planId: 'p', node: 'a', shards: 2 });
    expect(plan('p').state).to.equal('draining');
    expect(plan('p').drains.get('a')).to.include({ ordinal: 0 });
    clock.advance(5);
    tell('moveStarted', { planId: 'p', shard: 's1', source: 'a', target: 'b' });
    tell('moveStarted', { planId: 'p', shard: 's2', source: 'a', target: 'b' });
    expect(plan('p').shardsMoving).to.equal(2);
    clock.advance(20);
    tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'completed' });
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 1 });
    expect(plan('p').shardsRemaining).to.equal(1);
    clock.advance(20);
    tell('moveFinished', { planId: 'p', shard: 's2', outcome: 'completed' });
    tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    tell('planFinished', { planId: 'p', outcome: 'completed' });
    expect([...ledger.ownership.emptiedSince()]).to.deep.equal([['a', clock.now]]);
    clock.advance(600);
    const seconds = (['approval', 'drain', 'move', 'total'] as const).map((p) => plan('p').seconds(p, clock.now));
    expect(seconds).to.deep.equal([100, 45, 40, 155]);
    expect(plan('p')).to.include({ state: 'completed', shards: 2, shardsRemaining: 0, shardsMoving: 0 });
    expect(problems).to.deep.equal([]);
  });

  it('keeps overlapping plans apart', () => {
    const { tell, plan } = setUp();
    for (const planId of ['p', 'q']) tell('planCreated', { planId, shards: 5 });
    tell('moveStarted', { planId: 'p', shard: 's' });
    tell('moveStarted', { planId: 'q', shard: 's' });
    tell('moveFinished', { planId: 'q', shard: 's', outcome: 'completed' });
    expect(plan('p')).to.include({ shardsMoving: 1, shardsRemaining: 5 });
    expect(plan('q')).to.include({ shardsMoving: 0, shardsRemaining: 4 });
  });

  it('adopts an unknown plan as seen late, and completes it when its creation follows', () => {
    const { clock, tell, plan, transitions, types } = setUp();
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 3 });
    expect(types()).to.deep.equal(['planOpened', 'drainOpened', 'stateChanged', 'drainProgressed']);
    expect(plan('p')).to.include({ seenLate: true, trigger: 'unknown', approvalMode: 'unknown', state: 'draining' });
    clock.advance(60);
    tell('planCreated', { planId: 'p', trigger: 'imbalance', shards: 9, time: clock.now - 600_000 });
    expect(plan('p')).to.include({ seenLate: true, trigger: 'imbalance', shards: 9 });
    expect(plan('p').seconds('total', clock.now)).to.equal(600);
    tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'timeout' });
    expect(transitions.at(-1)).to.deep.include({ type: 'planClosed', seconds: undefined });
  });

  it('takes progress before start, and a finish without a start, without inventing a duration', () => {
    const { clock, tell, plan, transitions, types } = setUp();
    tell('planCreated', { planId: 'p' });
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 3 });
    clock.advance(10);
    tell('drainStarted', { planId: 'p', node: 'a', shards: 4 });
    expect(plan('p').drains.get('a')).to.include({ shards: 4, remaining: 3, startedAt: clock.now });
    clock.advance(10);
    tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    expect(transitions.at(-1)).to.include({ type: 'drainClosed', seconds: 10 });
    tell('drainFinished', { planId: 'p', node: 'b', outcome: 'completed' });
    expect(transitions.at(-1)).to.include({ type: 'drainClosed', seconds: undefined });
    clock.advance(10);
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    expect(transitions.at(-1)).to.include({ type: 'moveClosed', seconds: undefined });
    expect(plan('p').progressAt).to.equal(clock.now);
    expect(types().filter((type) => type === 'drainOpened')).to.have.length(2);
  });

  it('counts a second start, decision or finish and changes nothing', () => {
    const { tell, problems, types } = setUp();
    tell('planCreated', { planId: 'p', shards: 1 });
    tell('approvalRequested', { planId: 'p' });
    tell('approvalRequested', { planId: 'p' });
    tell('approvalDecided', { planId: 'p', decision: 'approved' });
    tell('approvalDecided', { planId: 'p', decision: 'rejected' });
    for (let i = 0; i < 2; i += 1) tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
    for (let i = 0; i < 2; i += 1) tell('moveStarted', { planId: 'p', shard: 's' });
    for (let i = 0; i < 2; i += 1) tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    for (let i = 0; i < 2; i += 1) tell('drainFinished', { planId: 'p', node: 'a', outcome: 'completed' });
    for (let i = 0; i < 2; i += 1) tell('planFinished', { planId: 'p', outcome: 'completed' });
    tell('drainStarted', { planId: 'p', node: 'late', shards: 1 });
    tell('stateChanged', { planId: 'p', to: 'completed' });
    for (let i = 0; i < 2; i += 1) tell('stateChanged', { planId: 'p', to: 'draining' });
    expect(problems).to.deep.equal([
      'out_of_order approvalRequested planId',
      'out_of_order approvalDecided decision',
      'out_of_order drainStarted node',
      'out_of_order moveStarted shard',
      'out_of_order moveFinished shard',
      'out_of_order drainFinished node',
      'out_of_order planFinished planId',
      'out_of_order drainStarted planId',
      'out_of_order stateChanged planId',
      'out_of_order stateChanged planId',
    ]);
    for (const type of ['approvalClosed', 'drainClosed', 'moveClosed', 'planClosed']) {
      expect(
        types().filter((other) => other === type),
        type,
      ).to.have.length(1);
    }
  });

  it('takes a retried drain and move as new attempts, and counts a retried shard once', () => {
    const { tell, plan, problems } = setUp();
    tell('planCreated', { planId: 'p', shards: 2 });
    tell('moveStarted', { planId: 'p', shard: 's' });
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'failed', errorType: 'timeout' });
    expect(plan('p').shardsRemaining).to.equal(2);
    tell('moveStarted', { planId: 'p', shard: 's' });
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    expect(plan('p').shardsRemaining).to.equal(1);
    tell('moveStarted', { planId: 'p', shard: 's' });
    expect(plan('p').shardsRemaining, 'on its way once more').to.equal(2);
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'failed', errorType: 'timeout' });
    tell('moveStarted', { planId: 'p', shard: 's' });
    expect(plan('p').shardsRemaining).to.equal(2);
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    expect(plan('p').shardsRemaining).to.equal(1);
    for (const outcome of ['failed', 'completed']) {
      tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
      tell('drainFinished', { planId: 'p', node: 'a', outcome });
    }
    expect(plan('p').drains.size).to.equal(1);
    expect(problems).to.deep.equal([]);
  });

  it('has its pace from moves that brought a shard for the first time, and the oldest of those under way', () => {
    const { clock, tell, plan } = setUp();
    const move = (shard: string, seconds: number, outcome: string) => {
      tell('moveStarted', { planId: 'p', shard });
      clock.advance(seconds);
      tell('moveFinished', { planId: 'p', shard, outcome });
    };
    move('s1', 10, 'completed');
    move('s1', 20, 'completed');
    move('s0', 0, 'completed');
    move('s2', 30, 'cancelled');
    move('s3', 40, 'failed');
    move('s4', -5, 'completed');
    tell('moveFinished', { planId: 'p', shard: 's5', outcome: 'completed' });
    for (const shardsRemaining of [9, 2]) tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining });
    expect(plan('p').pace.perShard).to.deep.equal([10_000, 0]);
    const { now: oldest } = clock;
    for (const shard of ['s6', 's7']) {
      tell('moveStarted', { planId: 'p', shard });
      clock.advance(1);
    }
    expect(plan('p').oldestMoveStartedAt).to.equal(oldest);
  });

  it('repeats a request for approval after it expired', () => {
    const { clock, tell, plan, transitions, problems } = setUp();
    tell('planCreated', { planId: 'p' });
    for (const decision of ['expired', 'approved']) {
      tell('approvalRequested', { planId: 'p' });
      expect(transitions.at(-1)).to.deep.equal({ type: 'approvalOpened', at: clock.now, plan: plan('p') });
      clock.advance(30);
      tell('approvalDecided', { planId: 'p', decision });
      expect(transitions.at(-1)).to.include({ type: 'approvalClosed', decision, seconds: 30 });
    }
    expect(problems).to.deep.equal([]);
  });

  it('closes what is open when a plan ends', () => {
    const { tell, plan, types, transitions } = setUp();
    tell('planCreated', { planId: 'p', shards: 2 });
    tell('approvalRequested', { planId: 'p' });
    tell('drainStarted', { planId: 'p', node: 'a', shards: 2 });
    tell('moveStarted', { planId: 'p', shard: 's' });
    tell('planFinished', { planId: 'p', outcome: 'cancelled' });
    expect(types().slice(-5)).to.deep.equal([
      'moveClosed',
      'drainClosed',
      'approvalClosed',
      'stateChanged',
      'planClosed',
    ]);
    const undecided = { decision: undefined, actor: undefined, reason: undefined, traceparent: undefined };
    expect(transitions.at(-3)).to.deep.include({ ...undecided, seconds: 0 });
    const endings = transitions.filter((transition) => 'ending' in transition);
    expect(endings.map(({ ending }) => ending.outcome)).to.deep.equal(['cancelled', 'cancelled', 'cancelled']);
    expect(plan('p')).to.include({ shardsMoving: 0, approvalSince: undefined, state: 'steady' });
  });

  it('never drops a plan that goes silent', () => {
    const { clock, ledger, tell, plan } = setUp();
    tell('planCreated', { planId: 'p' });
    tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
    clock.advance(30 * 86_400);
    ledger.retire(clock.now);
    expect(plan('p').seconds('drain', clock.now)).to.equal(30 * 86_400);
  });

  it('lets the told state of a plan win over the implied one, until the plan ends', () => {
    const { clock, tell, plan, ledger } = setUp();
    tell('planCreated', { planId: 'p', state: 'investigating' });
    tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
    tell('planCreated', { planId: 'r', state: 'investigating' });
    tell('moveStarted', { planId: 'r', shard: 's' });
    for (const planId of ['p', 'r']) expect(plan(planId)).to.include({ state: 'investigating', progressAt: clock.now });
    expect(ledger.state).to.equal('investigating');
    tell('stateChanged', { to: 'rebalancing' });
    tell('stateChanged', { planId: 'p', to: 'draining' });
    expect(ledger.state).to.equal('rebalancing');
    tell('planFinished', { planId: 'p', outcome: 'failed', errorType: 'x' });
    expect(plan('p').state).to.equal('failed');
    tell('stateChanged', { planId: 'q', to: 'investigating' });
    tell('drainStarted', { planId: 'q', node: 'a', shards: 1 });
    expect(plan('q').state).to.equal('investigating');
  });

  it('tells of each state of the controller itself, from the one that it names or was known in', () => {
    const { clock, tell, transitions } = setUp();
    tell('stateChanged', { to: 'draining' });
    tell('stateChanged', { to: 'rebalancing', reason: 'because' });
    tell('stateChanged', { to: 'steady', from: 'failed' });
    const rest = { type: 'stateChanged', at: clock.now, plan: undefined, reason: undefined, failure: undefined };
    expect(transitions).to.deep.equal([
      { ...rest, from: 'steady', to: 'draining' },
      { ...rest, from: 'draining', to: 'rebalancing', reason: 'because' },
      { ...rest, from: 'failed', to: 'steady' },
    ]);
  });

  it('retires a plan once its retention is over, also after the clock was set back', () => {
    const { clock, ledger, tell } = setUp();
    tell('planCreated', { planId: 'p' });
    tell('planFinished', { planId: 'p', outcome: 'completed' });
    clock.advance(899);
    ledger.retire(clock.now);
    expect(ledger.plans.has('p')).to.equal(true);
    clock.advance(-86_400);
    ledger.retire(clock.now);
    clock.advance(900);
    ledger.retire(clock.now);
    expect(ledger.plans.has('p')).to.equal(false);
    expect(ledger.state, 'of a controller without plans that does not tell').to.equal('steady');
  });

  it('has a drain of as many shards as are left of it at least', () => {
    const { tell, plan } = setUp();
    const sees = (shards: number, remaining: number) =>
      expect(plan('p').drains.get('a')).to.include({ shards, remaining });
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 3 });
    sees(3, 3);
    tell('drainStarted', { planId: 'p', node: 'a', shards: 2 });
    sees(3, 3);
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 5 });
    sees(5, 5);
    tell('drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 4, shards: 2 });
    sees(4, 4);
  });

  it('retires every plan within its retention after the clock was set back', () => {
    const { clock, ledger, tell } = setUp();
    for (const planId of ['p', 'q', 'r']) {
      tell('planCreated', { planId });
      tell('planFinished', { planId, outcome: 'completed' });
      clock.advance(1);
    }
    clock.advance(-86_400);
    ledger.retire(clock.now);
    clock.advance(900);
    ledger.retire(clock.now);
    expect([...ledger.plans.keys()]).to.deep.equal([]);
  });

  it('starts anew when the id of an ended plan is used again, before and after its retirement', () => {
    const { clock, tell, plan, types, problems } = setUp();
    for (const wait of [0, 0, 1, 1_000]) {
      clock.advance(wait);
      tell('planCreated', { planId: 'p', shards: 4 });
      expect(plan('p')).to.include({ shardsRemaining: 4, live: true, createdAt: clock.now });
      tell('planFinished', { planId: 'p', outcome: 'completed' });
    }
    expect(types().filter((type) => type === 'planOpened')).to.have.length(4);
    expect(problems).to.deep.equal([]);
  });

  it('merges a second creation of a live plan: a controller that restarted in the same process', () => {
    const { clock, tell, plan, types, transitions } = setUp();
    tell('planCreated', { planId: 'p', shards: 4 });
    tell('moveStarted', { planId: 'p', shard: 's1' });
    tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'completed' });
    const { createdAt } = plan('p');
    clock.advance(60);
    tell('planCreated', { planId: 'p', trigger: 'operator', shards: 4, shardsRemaining: 3 });
    expect(plan('p')).to.include({ trigger: 'operator', shardsRemaining: 3, createdAt, state: 'rebalancing' });
    expect(transitions.at(-1)).to.deep.equal({ type: 'planAmended', at: clock.now, plan: plan('p') });
    tell('planCreated', { planId: 'p', state: 'investigating' });
    expect(plan('p').state).to.equal('investigating');
    expect(types().filter((type) => type === 'planOpened')).to.have.length(1);
  });

  it('keeps what its creations have told of a plan, the last of each', () => {
    const { clock, tell, plan } = setUp();
    const first = { trigger: 'a', approvalMode: 'auto', requestedBy: 'b', changeTicket: 'c', nodes: ['d'], bytes: 5 };
    const other = { trigger: 'z', approvalMode: 'manual', requestedBy: 'y', changeTicket: 'x', nodes: ['w'], bytes: 6 };
    const { now: createdAt } = clock;
    for (const [told, known] of [
      [first, first],
      [{}, first],
      [other, other],
    ]) {
      tell('planCreated', { planId: 'p', ...told });
      expect(plan('p')).to.deep.include({ ...known, createdAt });
      clock.advance(1);
    }
    tell('planCreated', { planId: 'p', time: createdAt - 5 });
    expect(plan('p').createdAt).to.equal(createdAt - 5);
  });

  it('survives a clock that jumps: no phase is negative', () => {
    const { clock, tell, plan, transitions } = setUp();
    tell('planCreated', { planId: 'p' });
    tell('approvalRequested', { planId: 'p' });
    clock.advance(-3_600);
    tell('approvalDecided', { planId: 'p', decision: 'approved' });
    tell('planFinished', { planId: 'p', outcome: 'completed' });
    for (const phase of ['approval', 'total'] as const) expect(plan('p').seconds(phase, clock.now)).to.equal(0);
    const timed = transitions.filter((transition) => 'seconds' in transition);
    expect(timed.map(({ type, seconds }) => [type, seconds])).to.deep.equal([
      ['approvalClosed', 0],
      ['planClosed', 0],
    ]);
  });

  describe('past maxPlans', () => {
    it('forgets the oldest ended plan early, and says so', () => {
      const { tell, ledger, plan, transitions } = setUp();
      tell('planCreated', { planId: 'ended' });
      tell('planFinished', { planId: 'ended', outcome: 'completed' });
      const ended = plan('ended');
      for (const planId of ['a', 'b']) tell('planCreated', { planId });
      expect([...ledger.plans.keys()], 'there is room').to.deep.equal(['ended', 'a', 'b']);
      tell('planCreated', { planId: 'c' });
      expect([...ledger.plans.keys()]).to.deep.equal(['a', 'b', 'c']);
      const forgotten = transitions.filter(({ type }) => type === 'planForgotten');
      expect(forgotten.map((transition) => transition.plan)).to.deep.equal([ended]);
    });

    it('keeps more live plans, and forgets each of them when it ends', () => {
      const { tell, ledger } = setUp();
      for (const planId of ['a', 'b', 'c', 'd']) tell('planCreated', { planId });
      tell('planFinished', { planId: 'd', outcome: 'completed' });
      expect([...ledger.plans.keys()]).to.deep.equal(['a', 'b', 'c']);
      tell('planFinished', { planId: 'c', outcome: 'completed' });
      expect([...ledger.plans.keys()], 'there is room for it').to.deep.equal(['a', 'b', 'c']);
    });

    it('refuses more than twenty times as many, so that a leaking controller cannot fill the heap', () => {
      const { tell, ledger, problems } = setUp();
      for (let i = 0; i < 100; i += 1) tell('planCreated', { planId: `p${i}` });
      expect(ledger.plans.size).to.equal(60);
      expect(problems).to.have.length(40);
      expect(problems[0]).to.equal('limit planCreated planId');
      tell('moveStarted', { planId: 'unknown', shard: 's' });
      expect(problems.at(-1)).to.equal('limit moveStarted planId');
    });
  });

  it('takes over as many plans as there is room for, each once', () => {
    const { clock, tell, plan, ledger } = setUp();
    tell('planCreated', { planId: 'p' });
    const saved = Array.from({ length: 80 }, (_, index) => ({ ...plan('p').save(), id: `p${Math.floor(index / 2)}` }));
    const other = setUp();
    other.ledger.load(ledger.save(), saved, clock.now, clock.now);
    expect(other.types()).to.deep.equal(Array.from({ length: 40 }, () => 'planLoaded'));
    const full = setUp({ maxPlans: 1 });
    full.ledger.load(ledger.save(), saved, clock.now, clock.now);
    expect(full.ledger.plans.size).to.equal(20);
  });

  it('retires the plans that it took over in the order of their ends', () => {
    const { clock, tell, ledger } = setUp();
    for (const planId of ['p', 'q']) {
      tell('planFinished', { planId, outcome: 'completed' });
      clock.advance(10);
    }
    const saved = [...ledger.plans.values()].map((plan) => plan.save()).reverse();
    const other = setUp();
    other.ledger.load(ledger.save(), saved, clock.now, clock.now);
    other.ledger.retire(clock.now + LIMITS.retentionMillis - 20_000);
    expect([...other.ledger.plans.keys()]).to.deep.equal(['q']);
  });

  it('replaces ownership, or adds to it, and folds nodes past maxNodes', () => {
    const { tell, ledger, problems } = setUp();
    tell('ownershipChanged', { nodes: { a: 1, b: 2 } });
    tell('ownershipChanged', { nodes: { c: 3 }, complete: false });
    expect(Object.fromEntries(ledger.ownership.nodes)).to.deep.equal({ a: 1, b: 2, c: 3 });
    tell('ownershipChanged', { nodes: { a: 1, b: 2, c: 3, d: 4, e: 5 } });
    expect(Object.fromEntries(ledger.ownership.nodes)).to.deep.equal({ a: 1, b: 2, c: 3 });
    expect(ledger.ownership.otherNodesShards).to.equal(9);
    tell('ownershipChanged', { nodes: { a: 7 } });
    expect(Object.fromEntries(ledger.ownership.nodes)).to.deep.equal({ a: 7 });
    expect(ledger.ownership.otherNodesShards).to.equal(undefined);
    expect(problems).to.deep.equal(['limit ownershipChanged nodes']);
  });

  it('holds policy, pause, heartbeat and guardrail trips', () => {
    const { clock, tell, ledger, transitions } = setUp();
    tell('policyChanged', { maxConcurrentMoves: 8 });
    tell('paused');
    tell('heartbeat');
    tell('guardrailTripped', { guardrail: 'cooldown', planId: 'never-created', reason: 'too soon' });
    expect(ledger).to.include({ paused: true, heartbeatAt: clock.now });
    expect(ledger.slots.limit).to.equal(8);
    expect(transitions).to.deep.equal([
      { type: 'guardrailTripped', at: clock.now, plan: undefined, guardrail: 'cooldown', reason: 'too soon' },
    ]);
    tell('resumed');
    expect(ledger.paused).to.equal(false);
  });

  it('tells of each guardrail that is tripped or cleared, and of which plan', () => {
    const { clock, tell, plan, transitions, problems } = setUp();
    tell('planCreated', { planId: 'p' });
    transitions.length = 0;
    tell('guardrailTripped', { guardrail: 'a', planId: 'p', reason: 'because' });
    tell('guardrailTripped', { guardrail: 'b' });
    tell('guardrailCleared', { guardrail: 'a', planId: 'p' });
    tell('guardrailCleared', { guardrail: 'b', planId: 'p' });
    tell('guardrailCleared', { guardrail: 'b' });
    const [at, p] = [clock.now, plan('p')];
    expect(transitions).to.deep.equal([
      { type: 'guardrailTripped', at, plan: p, guardrail: 'a', reason: 'because' },
      { type: 'guardrailTripped', at, plan: undefined, guardrail: 'b', reason: undefined },
      { type: 'guardrailCleared', at, plan: p, guardrail: 'a' },
      { type: 'guardrailCleared', at, plan: p, guardrail: 'b' },
      { type: 'guardrailCleared', at, plan: undefined, guardrail: 'b' },
    ]);
    tell('guardrailTripped', { guardrail: 'c', planId: 'unknown' });
    expect(problems).to.deep.equal([]);
    tell('guardrailCleared', { guardrail: 'c' });
    expect(problems).to.deep.equal(['out_of_order guardrailCleared guardrail']);
  });

  it('remembers 64 guardrails of no plan in particular, of which each could be the next that is cleared', () => {
    const { tell, ledger, problems } = setUp();
    const clear = (guardrail: string) => {
      const before = problems.length;
      tell('guardrailCleared', { guardrail });
      return problems.length === before;
    };
    const trip = (index: number) => tell('guardrailTripped', { guardrail: `g${index}` });
    for (let i = 0; i < 63; i += 1) trip(i);
    expect(clear('other'), 'before it is full').to.equal(false);
    for (let i = 63; i < 70; i += 1) trip(i);
    expect(clear('other')).to.equal(true);
    expect([clear('g0'), clear('other')]).to.deep.equal([true, false]);
    const other = setUp();
    const tripped = Array.from({ length: 70 }, (_, index) => `g${index}`);
    other.ledger.load({ ...ledger.save(), tripped }, [], 0, other.clock.now);
    expect(other.ledger.save().tripped).to.deep.equal(tripped.slice(0, 64));
  });

  it('refuses the drain of one node more than maxNodes, and names one guardrail more than 16 as the rest', () => {
    const { tell, plan, problems } = setUp();
    for (const node of ['a', 'b', 'c', 'd']) tell('drainStarted', { planId: 'p', node, shards: 1 });
    tell('drainFinished', { planId: 'p', node: 'a', outcome: 'failed' });
    tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
    expect([...plan('p').drains.keys()]).to.have.members(['a', 'b', 'c']);
    expect(problems).to.deep.equal(['limit drainStarted node']);
    for (let i = 0; i < 17; i += 1) tell('guardrailTripped', { planId: 'p', guardrail: `g${i}` });
    expect(problems.slice(1)).to.deep.equal(['limit guardrailTripped guardrail']);
  });

  it('refuses the move of a shard of which it knows none, past 100,000 of a plan', () => {
    const { tell, plan, problems } = setUp();
    const move = (shard: string) => {
      tell('moveStarted', { planId: 'p', shard });
      tell('moveFinished', { planId: 'p', shard, outcome: 'completed' });
    };
    for (let i = 0; i < 100_000; i += 1) move(`s${i}`);
    expect(problems).to.deep.equal([]);
    tell('moveStarted', { planId: 'p', shard: 's0' });
    expect(plan('p')).to.include({ shardsMoving: 1, rememberedMoves: 100_000 });
    tell('moveStarted', { planId: 'p', shard: 'one-more' });
    expect(plan('p')).to.include({ shardsMoving: 1, rememberedMoves: 100_000 });
    tell('moveFinished', { planId: 'p', shard: 'one-more', outcome: 'completed' });
    expect(problems).to.deep.equal(['limit moveStarted shard', 'limit moveFinished shard']);
  });

  it('knows nothing of what another leader goes on with', () => {
    const { tell, ledger, problems } = setUp();
    tell('stateChanged', { to: 'draining' });
    tell('moveStarted', { planId: 'p', shard: 's' });
    tell('planCreated', { planId: 'ended' });
    tell('planFinished', { planId: 'ended', outcome: 'completed' });
    tell('ownershipChanged', { nodes: { a: 1 } });
    tell('guardrailTripped', { guardrail: 'cooldown' });
    tell('leadershipChanged', { leading: false });
    expect([...ledger.plans.keys()]).to.deep.equal(['ended']);
    expect([ledger.slots.moving, ledger.ownership.nodes.size]).to.deep.equal([0, 0]);
    expect([ledger.leading, ledger.state]).to.deep.equal([false, 'completed']);
    tell('guardrailCleared', { guardrail: 'cooldown' });
    expect(problems).to.deep.equal(['out_of_order guardrailCleared guardrail']);
  });

  it('takes a third change of leadership within 10 s for none that was elected', () => {
    for (const [seconds, found] of [
      [9.999, ['out_of_order leadershipChanged leading']],
      [10, []],
    ] as const) {
      const { clock, tell, problems } = setUp();
      tell('leadershipChanged', { leading: true });
      clock.advance(5);
      tell('leadershipChanged', { leading: true });
      tell('leadershipChanged', { leading: false });
      clock.advance(seconds - 5);
      tell('leadershipChanged', { leading: true });
      expect(problems).to.deep.equal(found);
    }
  });

  it('has no plan wait for a slot whose controller says that it is not at work', () => {
    const { clock, tell, plan } = setUp();
    const held = (planId: string) => plan(planId).heldReasons(clock.now);
    tell('policyChanged', { maxConcurrentMoves: 1 });
    for (const state of ['rebalancePending', 'investigating']) {
      tell('planCreated', { planId: state, state, shards: 3 });
      tell('moveStarted', { planId: state, shard: 's' });
      tell('moveFinished', { planId: state, shard: 's', outcome: 'completed' });
    }
    tell('moveStarted', { planId: 'q', shard: 's' });
    expect([held('rebalancePending'), held('investigating')]).to.deep.equal([[], []]);
    tell('stateChanged', { planId: 'investigating', to: 'rebalancing' });
    expect(held('investigating')).to.deep.equal(['maxConcurrentMoves']);
    tell('stateChanged', { planId: 'r', to: 'rebalancing' });
    expect(held('r'), 'of as many shards as nobody knows').to.deep.equal(['maxConcurrentMoves']);
  });

  it('knows how many shards there are, and are left, of a plan that has ended', () => {
    for (const [outcome, left] of [
      ['completed', 0],
      ['failed', 1],
      ['cancelled', 1],
    ] as const) {
      const { clock, tell, plan } = setUp();
      tell('paused');
      tell('moveFinished', { planId: 'p', shard: 's1', outcome: 'completed' });
      tell('moveFinished', { planId: 'p', shard: 's2', outcome: 'failed' });
      tell('planFinished', { planId: 'p', outcome });
      expect(plan('p'), outcome).to.include({ shards: 2, shardsRemaining: left, rememberedMoves: 0 });
      expect([plan('p').held(clock.now), plan('p').heldReasons(clock.now)]).to.deep.equal([[], []]);
    }
  });

  it('believes what is left as it was told last, and counts on from there', () => {
    const { tell, plan } = setUp();
    for (const shardsRemaining of [5, 8]) {
      tell('planCreated', { planId: 'p', shards: 10, shardsRemaining });
      expect(plan('p').shardsRemaining).to.equal(shardsRemaining);
    }
    tell('moveFinished', { planId: 'p', shard: 's', outcome: 'completed' });
    expect(plan('p').shardsRemaining).to.equal(7);
  });

  const FACTS = {
    event: 'planRestored',
    planId: 'p',
    tellsState: false,
    waits: false,
    workMillis: undefined,
    heldMillis: undefined,
    progressAt: undefined,
    holds: [],
  } as const;

  it('ends a wait once, with the decision of which a snapshot knows', () => {
    const { clock, tell, ledger, transitions } = setUp();
    tell('planCreated', { planId: 'p' });
    tell('stateChanged', { planId: 'p', to: 'rebalancePending' });
    tell('approvalRequested', { planId: 'p' });
    clock.advance(50);
    for (const approved of [1, 2]) ledger.restore({ ...FACTS, decisions: { approved } }, clock.now);
    const closed = transitions.filter(({ type }) => type === 'approvalClosed');
    expect(closed).to.have.length(1);
    expect(closed[0]).to.include({ decision: 'approved', at: clock.now, seconds: 50 });
  });

  it('takes what a snapshot knows of live plans alone', () => {
    const { clock, tell, plan, ledger, types } = setUp();
    const restore = (planId: string) => ledger.restore({ ...FACTS, planId, decisions: { expired: 5 } }, clock.now);
    for (const planId of ['p', 'q']) tell('planCreated', { planId });
    tell('planFinished', { planId: 'q', outcome: 'cancelled' });
    for (const planId of ['p', 'q', 'unknown']) restore(planId);
    expect([plan('p').tally.decisions.expired, plan('q').tally.decisions.expired]).to.deep.equal([5, 0]);
    expect(types().filter((type) => type === 'planRestored')).to.have.length(1);
  });

  it('is out of service until a sign of life, which nothing is that a cluster may end with', () => {
    const step = { planId: 'p', outcome: 'completed' };
    const cases: [event: RebalanceEventName, payload: object, isLife: boolean][] = [
      ['decommissioned', {}, false],
      ['moveFinished', { ...step, shard: 's' }, false],
      ['drainFinished', { ...step, node: 'a' }, false],
      ['planFinished', step, false],
      ['approvalDecided', { planId: 'p', decision: 'expired' }, false],
      ['guardrailCleared', { guardrail: 'cooldown' }, false],
      ['leadershipChanged', { leading: false }, false],
      ['leadershipChanged', { leading: true }, true],
      ['planCreated', { planId: 'p' }, true],
      ['heartbeat', {}, true],
    ];
    for (const [event, payload, isLife] of cases) {
      const { clock, ledger, tell, problems } = setUp();
      tell('decommissioned');
      tell(event, { ...payload, time: clock.now - 1 });
      expect(ledger.decommissionedAt, `${event} of before`).to.equal(clock.now);
      tell(event, payload);
      expect(ledger.decommissionedAt, event).to.equal(isLife ? undefined : clock.now);
      expect(problems.includes(`out_of_order ${event} time`), event).to.equal(isLife);
    }
  });

  it('is gone once its retention is over, also after the clock was set back', () => {
    const { clock, ledger, tell } = setUp();
    expect(ledger.isGone(clock.now)).to.equal(false);
    tell('decommissioned');
    clock.advance(899);
    tell('decommissioned');
    expect(ledger.isGone(clock.now)).to.equal(false);
    clock.advance(1);
    expect(ledger.isGone(clock.now)).to.equal(true);
    clock.advance(-86_400);
    ledger.retire(clock.now);
    clock.advance(899);
    expect(ledger.isGone(clock.now)).to.equal(false);
    clock.advance(1);
    expect(ledger.isGone(clock.now)).to.equal(true);
  });
});
