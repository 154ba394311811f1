import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import type { MoveView, PlanView } from '../../examples/operator/controllable.js';
import { axisTicks } from '../../tools/window/light/axis-ticks.js';
import { accessLine, commandLine, controllerLine } from '../../tools/window/light/commands.js';
import { parseRoute, planHref, planKey } from '../../tools/window/light/route.js';
import { overText, standingOf } from '../../tools/window/light/standing.js';
import { byEnd, stand, verdictOf } from '../../tools/window/light/verdict.js';
import type { NowView } from '../../tools/window/server/wire.js';
import { HOUR, MINUTE, SECOND } from '../support/time.js';
import { HOSTILE_IDS, planAtWork, planView } from './plan-views.js';

const NOW = Date.parse('2026-03-01T03:00:00Z');
const LIMITS = { stuckAfterMillis: 30 * MINUTE, heldForMillis: HOUR };

function move(status: MoveView['status'], ageMs: number, errorType?: string): MoveView {
  return { shard: 'shard-1', source: 'node-a', target: 'node-b', status, since: NOW - ageMs, errorType };
}

function answers(plan: PlanView) {
  const { tone, word, since, verbs, runbook } = standingOf(plan, NOW, LIMITS);
  return { tone, word, age: since === undefined ? undefined : NOW - since, verb: verbs[0], runbook };
}

describe('what the page says of a plan', () => {
  it('waits for a person until it expires', () => {
    const approval = { requestedAt: NOW - 2 * MINUTE, expiresAt: NOW + MINUTE };
    const plan = planView({ approval });
    expect(answers(plan)).to.deep.equal({
      tone: 'act',
      word: 'Waits for approval',
      age: 2 * MINUTE,
      verb: 'approve',
      runbook: 'MeshRebalanceApprovalPending',
    });
    expect(standingOf(plan, NOW, LIMITS).who)
      .to.include('1m 00s')
      .and.include('03:01:00 UTC');
    expect(overText(plan, NOW)).to.equal('No: 0 of 4 shards moved.');
  });

  const cases: [string, Partial<PlanView>, Partial<ReturnType<typeof answers>>][] = [
    ['moves', { shardsMoving: 1, moves: [move('moving', MINUTE)] }, { tone: 'work', word: 'At work', age: MINUTE }],
    [
      'hangs: what its oldest move does counts',
      { shardsMoving: 1, moves: [move('moving', 31 * MINUTE)] },
      { tone: 'bad', word: 'Stands still', age: 31 * MINUTE, runbook: 'MeshRebalanceStuck' },
    ],
    [
      'has a slow move, while others arrive',
      { shardsMoving: 1, moves: [move('moving', 31 * MINUTE)], progressAt: NOW - MINUTE },
      { tone: 'work', word: 'At work' },
    ],
    [
      'stands still since its last shard arrived',
      { shardsMoving: 1, moves: [move('moving', 31 * MINUTE)], progressAt: NOW - 40 * MINUTE },
      { tone: 'bad', word: 'Stands still', age: 40 * MINUTE, runbook: 'MeshRebalanceStuck' },
    ],
    [
      'stands still, though each move is young',
      { shardsMoving: 1, moves: [move('moving', MINUTE)], progressAt: NOW - 31 * MINUTE },
      { tone: 'bad', word: 'Stands still', age: 31 * MINUTE, runbook: 'MeshRebalanceStuck' },
    ],
    [
      'fails, and tries again',
      { shardsMoving: 1, moves: [move('moving', MINUTE), move('failed', 5 * SECOND, 'disk_full')] },
      { tone: 'bad', word: 'Fails', age: 5 * SECOND, runbook: 'MeshRebalanceRepeatedFailures' },
    ],
    [
      'is paused: that comes before what hangs',
      {
        shardsMoving: 1,
        moves: [move('moving', 31 * MINUTE)],
        held: [{ reason: 'paused', waitsFor: 'its controller to be resumed', since: NOW - MINUTE }],
      },
      { tone: 'act', word: 'Paused', age: MINUTE, verb: 'resume', runbook: 'MeshRebalancePaused' },
    ],
    [
      'is held back, as it should be',
      { moves: [], held: [{ reason: 'settle', waitsFor: 'its nodes to close', since: NOW - 59 * MINUTE }] },
      { tone: 'work', word: 'Held back', age: 59 * MINUTE, runbook: undefined },
    ],
    [
      'is held back for too long',
      { moves: [], held: [{ reason: 'quorum', waitsFor: 'its quorum', since: NOW - 61 * MINUTE }] },
      { tone: 'act', word: 'Held back', age: 61 * MINUTE, runbook: 'MeshRebalancePlanHeld' },
    ],
    [
      'failed',
      { endedAt: NOW - MINUTE, outcome: 'failed', errorType: 'disk_full' },
      { tone: 'bad', word: 'Failed', age: MINUTE, runbook: 'MeshRebalancePlanFailed' },
    ],
    ['completed', { endedAt: NOW - MINUTE, outcome: 'completed' }, { tone: 'good', word: 'Completed', age: MINUTE }],
    [
      'was cancelled',
      { endedAt: NOW, outcome: 'cancelled', cancellation: { actor: 'bob', at: NOW, reason: 'wrong node' } },
      { tone: 'past', word: 'Cancelled' },
    ],
    [
      'expired',
      { endedAt: NOW, outcome: 'cancelled', decision: { decision: 'expired', actor: 'controller', at: NOW } },
      { tone: 'past', word: 'Expired' },
    ],
    ['is a dry run', { dryRun: true }, { tone: 'past', word: 'Dry run' }],
  ];
  for (const [name, differences, expected] of cases) {
    it(name, () => expect(answers(planAtWork(differences))).to.deep.include(expected));
  }

  it('is over, since when, and after how long', () => {
    const plan = planAtWork({
      createdAt: NOW - 5 * MINUTE,
      endedAt: NOW - MINUTE,
      outcome: 'failed',
      shardsRemaining: 3,
    });
    expect(overText(plan, NOW)).to.equal(
      'Yes, since 02:59:00 UTC, 1m 00s ago; it took 4m 00s, and 1 of 4 shards moved.',
    );
  });
});

describe('what the page says of all plans', () => {
  const now = (plans: readonly PlanView[], paused = false): NowView => ({
    title: 'test',
    now: NOW,
    plans,
    limits: LIMITS,
    clusters: [{ namespace: 'payments', cluster: 'eu-1', paused, nodes: [] }],
    events: [],
    control: undefined,
    links: [],
    troubles: [],
  });
  const verdict = (view: NowView) => verdictOf(view, stand(view));
  const waits = planView({ id: 'waits' });
  const works = planAtWork({ id: 'works', shardsMoving: 1 });
  const hangs = planAtWork({ id: 'hangs', shardsMoving: 1, moves: [move('moving', 31 * MINUTE)] });
  const failed = planAtWork({ id: 'failed', endedAt: NOW - MINUTE, outcome: 'failed', errorType: 'disk_full' });

  it('has those that ended last first, of whichever cluster they are', () => {
    const plans = [3, 1, 2].map((minutes) => planView({ id: `${minutes} min ago`, endedAt: NOW - minutes * MINUTE }));
    const order = stand(now(plans))
      .sort(byEnd)
      .map(({ plan }) => plan.id);
    expect(order).to.deep.equal(['1 min ago', '2 min ago', '3 min ago']);
  });

  it('names the worst first', () => {
    expect(verdict(now([works, waits, hangs, failed]))).to.include({ tone: 'bad', plan: hangs });
    expect(verdict(now([hangs])).text).to.equal('Stands still: hangs. 1 move hangs, shard-1 from node-a to node-b.');
    expect(verdict(now([works, waits, failed])).text).to.equal('Failed 1m 00s ago: failed. It gave up: disk_full.');
    expect(verdict(now([works, waits]))).to.include({ tone: 'act', text: 'Waits for approval: waits.' });
    const older = planView({ id: 'older', createdAt: waits.createdAt - HOUR });
    expect(verdict(now([waits, older])).text).to.equal('2 plans need a person, the first older.');
    expect(verdict(now([], true)).text).to.equal('Paused: the controller of payments/eu-1.');
    expect(verdict(now([works]))).to.include({ tone: 'good', text: 'Nothing is wrong: 1 plan at work.' });
  });

  it('says that nothing is wrong only where it knows', () => {
    const troubles = ['plans: nobody is there'];
    expect(verdict({ ...now([]), troubles }))
      .to.include({ tone: 'act' })
      .and.property('text')
      .match(/^Not known/);
    expect(verdict({ ...now([hangs]), troubles }).tone).to.equal('bad');
    expect(verdict({ ...now([]), clusters: [] }).text).to.equal('No controller is known yet.');
  });

  it('forgets a failure once a later plan of the cluster has completed, and of no other', () => {
    const later = { createdAt: NOW - SECOND, endedAt: NOW, outcome: 'completed' } as const;
    expect(verdict(now([failed, planAtWork({ id: 'next', ...later })])).tone).to.equal('good');
    expect(verdict(now([failed, planAtWork({ id: 'next', cluster: 'eu-2', ...later })])).tone).to.equal('bad');
  });
});

describe('links and commands of the page', () => {
  it('lead to a plan, whatever it is called', () => {
    for (const id of [...HOSTILE_IDS, '\ud800 half a pair']) {
      const plan = { namespace: 'a/b', cluster: '%2f', id };
      const route = parseRoute(new URL(planHref(plan), 'http://127.0.0.1/').hash);
      expect(route).to.deep.equal({ page: 'plan', key: planKey(plan) });
    }
  });

  it('are one word for a shell, and no option', () => {
    for (const id of HOSTILE_IDS) {
      const words = shellWords(commandLine('approve', planView({ id })));
      expect(words).to.deep.equal(['npm', 'run', '-s', 'mesh', '--', 'shards', 'rebalance', 'approve', '--', id]);
      expect(shellWords(controllerLine('pause', id, 'eu-1')).slice(-2)).to.deep.equal([
        `--namespace=${id}`,
        '--cluster=eu-1',
      ]);
    }
  });

  it('have the token only where the page may show it', () => {
    expect(accessLine({ url: 'http://127.0.0.1:7070', token: 'abc' })).to.equal(
      'export MESH_CONTROL_URL=http://127.0.0.1:7070 MESH_CONTROL_TOKEN=abc',
    );
    expect(accessLine({ url: 'http://127.0.0.1:7070', token: undefined })).not.to.include('TOKEN');
  });
});

/** The words of a line as a shell reads it. */
function shellWords(line: string): string[] {
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

describe('the axis of a trace', () => {
  it('has round times, six at most, and none behind its end', () => {
    expect(axisTicks(10 * SECOND)).to.deep.equal([0, 2, 4, 6, 8, 10].map((seconds) => seconds * SECOND));
    expect(axisTicks(17 * SECOND)).to.deep.equal([0, 5, 10, 15].map((seconds) => seconds * SECOND));
    expect(axisTicks(70 * MINUTE)).to.deep.equal([0, 15, 30, 45, 60].map((minutes) => minutes * MINUTE));
    expect(axisTicks(11 * 24 * HOUR)).to.deep.equal([0, 3, 6, 9].map((days) => days * 24 * HOUR));
    expect(axisTicks(0)).to.deep.equal([0]);
    for (let length = 1; length < 400 * 24 * HOUR; length *= 1.3) {
      const ticks = axisTicks(length);
      expect(ticks).to.have.lengthOf.at.most(6);
      expect(ticks.at(-1)).to.be.at.most(length);
    }
  });
});
