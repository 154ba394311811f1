import { expect } from 'chai';
import { parseSnapshot } from '../../../lib/intake/parse-snapshot.js';
import { sanitizeId } from '../../../lib/intake/safe-id.js';

const NOW = Date.UTC(2026, 0, 1);
const at = (minute: number) => NOW - 3_600_000 + minute * 60_000;

function parse(snapshot: unknown) {
  const problems: string[] = [];
  const report = ({ reason, event, says }: { reason: string; event: string; says(): string }) =>
    problems.push(`${event}: ${says()} [${reason}]`);
  const { events, ...rest } = parseSnapshot(snapshot, NOW, report as never);
  const asObject = (_key: string, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value);
  // Without the fields that are undefined.
  return { events: JSON.parse(JSON.stringify(events, asObject)) as { event: string }[], problems, rest };
}

describe('a snapshot', () => {
  const broken = {
    planId: 'p',
    get state() {
      throw new Error('no state');
    },
  };

  it('becomes the events that lead to it, and what no event tells', () => {
    const plan = {
      planId: 'p',
      time: at(2),
      shards: 9,
      state: 'draining',
      stateSince: at(3),
      approvalRequestedAt: at(4),
      drains: [
        { node: 'a', shards: 5, shardsRemaining: 3, startedAt: at(5) },
        { node: 'c', shards: 1 },
      ],
      moves: [{ shard: 's', source: 'a', target: 'b', bytes: 7, startedAt: at(6) }],
      workMillis: 1,
      heldMillis: 2,
      progressAt: at(7),
      holds: [{ guardrail: 'cooldown', since: at(8) }],
      decisions: { approved: 1, expired: 2 },
    };
    const { events, problems, rest } = parse({
      leading: true,
      state: 'rebalancing',
      paused: true,
      pausedSince: at(1),
      maxConcurrentMoves: 2,
      nodes: { a: 3 },
      emptiedNodes: ['b'],
      plans: [plan, { planId: 'q' }],
    });
    expect(problems).to.deep.equal([]);
    expect(events).to.deep.equal([
      { event: 'leadershipChanged', at: NOW, leading: true },
      { event: 'stateChanged', at: NOW, to: 'rebalancing' },
      { event: 'paused', at: at(1) },
      { event: 'policyChanged', at: NOW, maxConcurrentMoves: 2 },
      { event: 'ownershipChanged', at: NOW, nodes: { a: 3 }, complete: true },
      { event: 'nodesRestored', emptied: ['b'] },
      { event: 'planCreated', at: at(2), planId: 'p', shards: 9 },
      { event: 'stateChanged', at: at(3), planId: 'p', to: 'draining' },
      { event: 'approvalRequested', at: at(4), planId: 'p' },
      { event: 'drainStarted', at: at(5), planId: 'p', node: 'a', shards: 5 },
      { event: 'drainProgressed', at: NOW, planId: 'p', node: 'a', shardsRemaining: 3 },
      { event: 'drainStarted', at: NOW, planId: 'p', node: 'c', shards: 1 },
      { event: 'moveStarted', at: at(6), planId: 'p', shard: 's', source: 'a', target: 'b', bytes: 7 },
      {
        event: 'planRestored',
        planId: 'p',
        tellsState: true,
        waits: true,
        workMillis: 1,
        heldMillis: 2,
        progressAt: at(7),
        holds: [{ guardrail: 'cooldown', since: at(8) }],
        decisions: { approved: 1, expired: 2 },
      },
      { event: 'planCreated', at: NOW, planId: 'q' },
      { event: 'planRestored', planId: 'q', tellsState: false, waits: false, holds: [], decisions: {} },
    ]);
    expect(rest).to.deep.include({ listsPlans: true, withDrains: new Set(['p']), withMoves: new Set(['p']) });
  });

  it('tells no more than it says', () => {
    const cases: [snapshot: object, events: string[], listsPlans: boolean][] = [
      [{}, [], false],
      [{ plans: [] }, [], true],
      [{ paused: false }, ['resumed'], false],
      [{ leading: false, state: 'steady', plans: [{ planId: 'p' }] }, ['leadershipChanged'], false],
    ];
    for (const [snapshot, names, listsPlans] of cases) {
      const { events, problems, rest } = parse(snapshot);
      expect(events.map(({ event }) => event)).to.deep.equal(names);
      expect(rest).to.include({ listsPlans });
      expect(problems).to.deep.equal([]);
    }
  });

  it('names what cannot be used of it', () => {
    const withPlan = (plan: object) => ({ plans: [{ planId: 'p', ...plan }] });
    const dropped = 'this part of the snapshot was dropped';
    const notATime =
      'not a Date or milliseconds since the Unix epoch, at most 5 min ahead and 10 years past; the time of arrival was used';
    const cases: [snapshot: unknown, ...problems: string[]][] = [
      [7, 'snapshot: snapshot() gave 7, not an object; the snapshot was dropped [wrong_type]'],
      [null, 'snapshot: snapshot() gave null, not an object; the snapshot was dropped [wrong_type]'],
      [{ leading: 7 }, `snapshot, as leadershipChanged: leading is 7, not true or false; ${dropped} [wrong_type]`],
      [{ plans: 'p' }, 'snapshot: plans is "p", not an array; it was left out [wrong_type]'],
      [{ plans: [7, null] }, 'snapshot: an entry of plans is 7, not an object; it was left out [wrong_type]'],
      [
        { emptiedNodes: 7 },
        'snapshot, its nodes: emptiedNodes is 7, not an array of ids; it was left out [wrong_type]',
      ],
      [
        withPlan({ shards: -1 }),
        'snapshot, as planCreated: shards is -1, not a whole number from 0 up; it was left out [invalid_number]',
      ],
      [{ plans: [{}] }, `snapshot, as planCreated: planId is missing; ${dropped} [missing_field]`],
      ...['drains', 'moves', 'holds'].map((field): [object, string] => [
        withPlan({ [field]: 7 }),
        `snapshot: ${field} is 7, not an array; it was left out [wrong_type]`,
      ]),
      ...['workMillis', 'heldMillis'].map((field): [object, string] => [
        withPlan({ [field]: -1 }),
        `snapshot, its plans: ${field} is -1, not a whole number from 0 up; it was left out [invalid_number]`,
      ]),
      [withPlan({ progressAt: 'x' }), `snapshot, its times: time is "x", ${notATime} [invalid_time]`],
      [withPlan({ holds: [{}] }), `snapshot, its holds: guardrail is missing; ${dropped} [missing_field]`],
      [
        withPlan({ decisions: { approved: -1 } }),
        'snapshot, its decisions: approved is -1, not a whole number from 0 up; it was left out [invalid_number]',
      ],
      [
        withPlan({ decisions: 7 }),
        'snapshot, its decisions: payload is 7, not an object; it was left out [wrong_type]',
      ],
      [{ plans: [broken] }, 'snapshot: a plan of plans threw when it was read: no state; it was left out [unreadable]'],
    ];
    for (const [snapshot, ...problems] of cases) expect(parse(snapshot).problems).to.deep.equal(problems);
  });

  it('tells nothing of a part that cannot be used', () => {
    expect(parse({ emptiedNodes: 7 }).events).to.deep.equal([{ event: 'nodesRestored', emptied: [] }]);
    const [, facts] = parse({ plans: [{ planId: 'p\n', holds: [{}], decisions: 7 }] }).events;
    const planId = sanitizeId('p\n');
    const nothing = { tellsState: false, waits: false, holds: [], decisions: {} };
    expect(facts).to.deep.equal({ event: 'planRestored', planId, ...nothing });
  });

  it('costs no more than the plan that cannot be read', () => {
    const { events } = parse({ plans: [broken, { planId: 'q' }, {}] });
    expect(events.map(({ event }) => event)).to.deep.equal(['planCreated', 'planRestored']);
  });
});
