import { expect } from 'chai';
import type { RebalanceEventName } from '../../../lib/contract/events.js';
import { ClusterJournal, readClusters } from '../../../lib/instrument/cluster-journal.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import { PlanSpans } from '../../../lib/traces/plan-spans.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 5, maxNodes: 5, retentionMillis: 900_000, holdForMillis: 600_000 };

class World {
  readonly clock = new TestClock();
  readonly ledger = new Ledger(
    LIMITS,
    (transition) => this.journal.record(transition),
    () => {},
  );
  readonly journal = new ClusterJournal(
    'payments',
    'eu-1',
    this.ledger,
    new PlanSpans('payments', 'eu-1', { maxSpansPerPlan: 9, spanEvents: false }),
    () => {},
  );

  tell(event: RebalanceEventName, payload: object = {}): void {
    const parsed = parseEvent(new PayloadReader(), event, payload, this.clock.now);
    if (parsed === undefined) throw new Error(`${event} was refused`);
    this.ledger.apply(parsed, this.clock.now);
    this.journal.touch(parsed);
  }

  /** Brings the lines up to date. Returns how many that took. */
  refresh(): number {
    return [...this.journal.refresh()].length;
  }

  get ids(): unknown[] {
    return this.journal.lines().flatMap((line) => JSON.parse(line).plan?.id ?? []);
  }
}

describe('the lines of a cluster in its journal', () => {
  const cases: readonly (readonly [event: RebalanceEventName, payload: object, remade: number])[] = [
    ['heartbeat', {}, 0],
    ['paused', {}, 2],
    ['resumed', {}, 2],
    ['guardrailTripped', { guardrail: 'cooldown' }, 2],
    ['guardrailCleared', { guardrail: 'cooldown' }, 2],
    ['guardrailTripped', { guardrail: 'incident', planId: 'p' }, 1],
    ['guardrailCleared', { guardrail: 'incident', planId: 'p' }, 1],
    ['drainProgressed', { planId: 'p', node: 'a', shardsRemaining: 1 }, 1],
    ['drainStarted', { planId: 'p', node: 'a', shards: 2 }, 1],
    ['stateChanged', { planId: 'p', to: 'draining' }, 1],
    ['stateChanged', { to: 'draining' }, 0],
  ];

  it('are made anew for the live plans that an event has changed, and for no other', () => {
    const world = new World();
    for (const planId of ['p', 'q', 'ended']) world.tell('planCreated', { planId, shards: 2 });
    world.tell('planFinished', { planId: 'ended', outcome: 'completed' });
    expect(world.refresh()).to.equal(3);
    for (const [event, payload, remade] of cases) {
      world.tell(event, payload);
      expect(world.refresh(), `${event} ${JSON.stringify(payload)}`).to.equal(remade);
      const known = [...world.ledger.plans.values()].map((plan) => JSON.stringify({ plan: plan.save() }));
      expect(world.journal.lines().slice(1)).to.have.members(known);
    }
  });

  it('are none of a plan that is forgotten while they are made', () => {
    const world = new World();
    for (const planId of ['ends', 'stays', 'ends too']) world.tell('planCreated', { planId });
    for (const planId of ['ends', 'ends too']) world.tell('planFinished', { planId, outcome: 'completed' });
    const refreshing = world.journal.refresh();
    refreshing.next();
    world.clock.advance(900);
    world.ledger.retire(world.clock.now);
    for (const _ of refreshing);
    expect(world.ids).to.deep.equal(['stays']);
  });

  it('are refused with their number where they are not what they should be', () => {
    const good = JSON.parse(new World().journal.lines()[0] as string);
    for (const [lines, says] of [
      [[{ plan: {} }], 'line 2 is a plan of no cluster'],
      [[3], /^line 2 /],
      [[null], /^line 2 /],
      [[good, { plan: 3 }], /line 3/],
      [[good, good, { ...good, namespace: 3 }], /line 4/],
    ] as const) {
      expect(() => readClusters(lines), JSON.stringify(lines)).to.throw(Error, says);
    }
  });
});
