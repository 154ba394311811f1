import { expect } from 'chai';
import fc from 'fast-check';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import type { ParsedEvent } from '../../../lib/intake/parsed-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger, SAVED_LEDGER } from '../../../lib/ledger/ledger.js';
import { SAVED_PLAN } from '../../../lib/ledger/saved-plan.js';
import { anyEvent } from '../../support/any-events.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

const ledgerOf = () =>
  new Ledger(
    LIMITS,
    () => {},
    () => {},
  );

/** Everything that a ledger knows, as a journal keeps it. */
const saved = (ledger: Ledger) =>
  JSON.parse(JSON.stringify({ ledger: ledger.save(), plans: [...ledger.plans.values()].map((plan) => plan.save()) }));

describe('A ledger that is saved and restored at any moment', () => {
  it('knows what it knew, and takes the same from every event after that', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), fc.nat(60), (events, crashAfter) => {
        const clock = new TestClock();
        const read = new PayloadReader();
        const whole = ledgerOf();
        let interrupted = ledgerOf();
        for (const [index, { event, payload, seconds, ownTime }] of events.entries()) {
          if (index === crashAfter) {
            const { ledger, plans } = saved(interrupted);
            interrupted = ledgerOf();
            const readPlans = plans.map((plan: unknown) => SAVED_PLAN(plan, 'plan'));
            interrupted.load(SAVED_LEDGER(ledger, 'ledger'), readPlans, clock.now, clock.now);
            // It stands by until it is told that it leads again, which is nothing new to the other.
            const leads: ParsedEvent = { event: 'leadershipChanged', at: clock.now, leading: true };
            if (whole.leading) for (const each of [whole, interrupted]) each.apply(leads, clock.now);
            // Whoever goes on speaks of all steps, so that none of them is given up.
            for (const fact of stepsOf(whole, read, clock.now))
              for (const each of [whole, interrupted]) each.apply(fact, clock.now);
            whole.retire(clock.now);
            expect(sortedPlans(saved(interrupted))).to.deep.equal(sortedPlans(saved(whole)));
          }
          clock.advance(seconds);
          const time = ownTime === undefined ? undefined : clock.now + ownTime * 1_000;
          const parsed = parseEvent(read, event, { ...payload, time }, clock.now);
          // What a standby tells of its plans is not even read.
          if (parsed === undefined || (whole.leading === false && event !== 'leadershipChanged')) continue;
          whole.apply(parsed, clock.now);
          interrupted.apply(parsed, clock.now);
        }
        expect(sortedPlans(saved(interrupted))).to.deep.equal(sortedPlans(saved(whole)));
      }),
      { numRuns: 500 },
    );
  });
});

/** What says that each open step is under way, which is nothing new. */
function stepsOf(ledger: Ledger, read: PayloadReader, now: number): ParsedEvent[] {
  return [...ledger.plans.values()]
    .filter((plan) => plan.live)
    .flatMap((plan) => {
      const planId = plan.id;
      return [
        ...plan.openMoves().map(({ shard }) => parseEvent(read, 'moveStarted', { planId, shard }, now)),
        ...plan
          .openDrains()
          .map(({ node, remaining: shardsRemaining }) =>
            parseEvent(read, 'drainProgressed', { planId, node, shardsRemaining }, now),
          ),
      ];
    })
    .filter((fact) => fact !== undefined);
}

/** A restored ledger has its ended plans before the live ones, and shards at rest in the order in which they were saved. */
function sortedPlans({ ledger, plans }: ReturnType<typeof saved>): unknown {
  const sorted = plans.toSorted((a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id));
  for (const { shards } of sorted) for (const atRest of ['moved', 'unmoved', 'returned']) shards[atRest].sort();
  return { ledger, plans: sorted };
}
