import { expect } from 'chai';
import stringWidth from 'string-width';
import { planDetails } from '../../../examples/operator/cli/plan-details.js';
import { planTable } from '../../../examples/operator/cli/plan-table.js';
import { bytesText, waitingText } from '../../../examples/operator/cli/plan-text.js';
import { eventLine } from '../../../examples/operator/cli/watch-output.js';
import type { MoveView, PlanView } from '../../../examples/operator/controllable.js';
import { FakeController } from '../api/fake-controller.js';

const NOW = Date.UTC(2026, 0, 1, 3);
const ago = (minutes: number) => NOW - minutes * 60_000;

function planOf(facts: Partial<PlanView>): PlanView {
  const request = { drain: ['node-2', 'node-3'], dryRun: false, approvalMode: 'manual', requestedBy: 'ada' } as const;
  const plan = new FakeController().propose({ ...request, changeTicket: 'CHG-7' });
  return { ...plan, createdAt: ago(60), stateSince: ago(50), approval: undefined, ...facts };
}

function move(shard: string, status: MoveView['status'], minutes?: number, errorType?: string): MoveView {
  const since = minutes === undefined ? undefined : ago(minutes);
  return { shard, source: 'node-2', target: 'node-4', status, since, errorType };
}

const SLOTS = { reason: 'maxConcurrentMoves', waitsFor: 'a free move, 2 of 2 taken by eu-1-0007', since: ago(12) };
const PAUSED = { reason: 'paused', waitsFor: 'its controller to be resumed', since: ago(3) };
const WORKING: Partial<PlanView> = {
  state: 'rebalancing',
  shards: 30,
  shardsRemaining: 28,
  shardsMoving: 2,
  moves: [
    move('shard-0074', 'moving', 45),
    move('shard-0080', 'moving', 2, 'timeout'),
    move('shard-0091', 'failed', 1, 'disk_full'),
    ...Array.from({ length: 20 }, (_, index) => move(`shard-1${index}`, 'waiting')),
  ],
};

describe('what a plan waits for', () => {
  it('is what holds it back, not what it does itself', () => {
    expect(waitingText(planOf({ held: [SLOTS] }), NOW)).to.equal('a free move, 2 of 2 taken by eu-1-0007');
    expect(waitingText(planOf({ held: [PAUSED, SLOTS] }), NOW)).to.equal(
      'its controller to be resumed, and a free move, 2 of 2 taken by eu-1-0007',
    );
    expect(waitingText(planOf({ ...WORKING, held: [SLOTS] }), NOW)).to.equal('2 moves');
    expect(waitingText(planOf({ shardsMoving: 1 }), NOW)).to.equal('1 move');
    expect(waitingText(planOf({}), NOW)).to.equal('the next round of its controller');
    expect(waitingText(planOf({ endedAt: NOW, held: [SLOTS] }), NOW)).to.equal('');
  });
});

describe('the details of a plan', () => {
  it('name the moves under way, then those that failed, and count the others', () => {
    const lines = planDetails(planOf(WORKING), NOW);
    const moves = lines.slice(lines.indexOf('MOVES') + 1);
    expect(moves).to.deep.equal([
      '  shard-0074  node-2 -> node-4  under way for 45m 00s',
      '  shard-0080  node-2 -> node-4  under way for 2m 00s, again after timeout',
      '  shard-0091  node-2 -> node-4  failed 1m 00s ago: disk_full; to be tried again',
      '  and 27 more; 2 of all have arrived',
    ]);
  });

  it('name those to come where nothing has begun', () => {
    const moves = Array.from({ length: 20 }, (_, index) => move(`shard-1${index}`, 'waiting'));
    const lines = planDetails(planOf({ shards: 20, shardsRemaining: 20, moves }), NOW);
    expect(lines.slice(-2)).to.deep.equal(['  shard-19  node-2 -> node-4  to come', '  and 10 more']);
  });

  it('say when the plan last made progress, while it runs', () => {
    const text = (facts: Partial<PlanView>) => planDetails(planOf({ ...facts, progressAt: ago(45) }), NOW).join('\n');
    expect(text({})).to.match(/^last progress +2026-01-01 02:15:00 UTC, 45m 00s ago$/m);
    expect(text({ endedAt: ago(1), outcome: 'completed' })).to.not.include('last progress');
  });

  it('show 50 moves under way and as many that failed', () => {
    const many = (status: MoveView['status']) =>
      Array.from({ length: 60 }, (_, i) => move(`${status}-${i}`, status, 9));
    const moves = [...many('moving'), ...many('failed')];
    const text = planDetails(planOf({ ...WORKING, shards: 120, moves }), NOW).join('\n');
    expect(text).to.include('moving-49').and.include('failed-49').and.include('and 20 more');
    expect(text).to.not.include('moving-50').and.not.include('failed-50');
  });

  it('say what holds it and since when, and what has left each node', () => {
    const drains = [
      { node: 'node-2', shards: 4, shardsRemaining: 3, startedAt: ago(9), outcome: undefined, bytes: 3 * 1024 ** 3 },
    ];
    const text = planDetails(planOf({ held: [SLOTS], drains }), NOW).join('\n');
    expect(text).to.match(/^held by +maxConcurrentMoves, since 2026-01-01 02:48:00 UTC, 12m 00s ago$/m);
    expect(text).to.include('DRAINS\n  node-2  1/4  draining  3.0 GiB\n');
  });

  it('promise nothing of a plan that has ended', () => {
    const end = { state: 'failed', outcome: 'failed', errorType: 'timeout', endedAt: ago(10) } as const;
    const text = planDetails(planOf({ ...WORKING, ...end, shardsMoving: 0 }), NOW).join('\n');
    expect(text).to.match(/^age +1h 00m\nended +10m 00s ago, took 50m 00s$/m);
    expect(text).to.not.match(/to come|tried again/);
    const cutOff = planDetails(
      planOf({ ...WORKING, ...end, moves: [move('shard-0074', 'failed', undefined, 'timeout')] }),
      NOW,
    );
    expect(cutOff).to.include('  shard-0074  node-2 -> node-4  failed: timeout');
  });
});

describe('the table of plans', () => {
  const plans = [planOf({ held: [SLOTS] }), planOf(WORKING)];

  it('has who asked, the ticket, the node, what it waits for and since when', () => {
    const [head, held, working] = planTable(plans, NOW, false, undefined);
    expect(head).to.match(/^PLAN +CLUSTER +STATE +AGE +PROGRESS +NODE +REQUESTED BY +TICKET +WAITING FOR +SINCE$/);
    expect(held).to.match(/ node-2 \+1 +ada +CHG-7 +a free move, 2 of 2 taken by eu-1-0007 +12m 00s ago$/);
    expect(working).to.match(/ 2 moves +45m 00s ago$/);
  });

  for (const width of [80, 110]) {
    it(`has all of it in ${width} columns`, () => {
      const lines = planTable(plans, NOW, true, width);
      for (const line of lines) expect(stringWidth(line)).to.be.at.most(width);
      const words = lines.join(' ').replaceAll(/\s+/g, ' ');
      for (const said of [
        'node node-2 +1',
        'requested by ada',
        'ticket CHG-7',
        'taken by eu-1-0007; since 12m 00s ago',
      ]) {
        expect(words).to.include(said);
      }
    });
  }
});

it('an event says its error once, and its reason where that is another', () => {
  const failed = {
    event: 'planFinished',
    namespace: 'n',
    cluster: 'c',
    time: NOW,
    planId: 'p',
    error: 'disk',
  } as const;
  expect(eventLine({ ...failed, reason: 'disk' })).to.equal('03:00:00 n/c p planFinished error=disk');
  expect(eventLine({ ...failed, reason: 'late' })).to.equal('03:00:00 n/c p planFinished error=disk reason=late');
});

it('bytes have a unit', () => {
  const texts = [0, 1, 1023, 1024, 1536 * 1024, 5 * 1024 ** 5].map(bytesText);
  expect(texts).to.deep.equal(['0 B', '1 B', '1023 B', '1.0 KiB', '1.5 MiB', '5120.0 TiB']);
});
