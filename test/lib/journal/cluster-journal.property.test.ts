import { expect } from 'chai';
import fc from 'fast-check';
import { ClusterJournal } from '../../../lib/instrument/cluster-journal.js';
import { parseEvent } from '../../../lib/intake/parse-event.js';
import { PayloadReader } from '../../../lib/intake/payload-reader.js';
import { Ledger } from '../../../lib/ledger/ledger.js';
import { PlanSpans } from '../../../lib/traces/plan-spans.js';
import { anyEvent } from '../../support/any-events.js';
import { TestClock } from '../../support/clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

describe('The lines of a cluster in its journal', () => {
  it('are what is known of each plan, whenever they are brought up to date', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), fc.nat(9), (events, pause) => {
        const clock = new TestClock();
        const read = new PayloadReader();
        const spans = new PlanSpans('payments', 'eu-1', { maxSpansPerPlan: 9, spanEvents: false });
        const ledger = new Ledger(
          LIMITS,
          (transition) => journal.record(transition),
          () => {},
        );
        const journal = new ClusterJournal('payments', 'eu-1', ledger, spans, () => {});
        for (const [index, { event, payload, seconds, ownTime }] of events.entries()) {
          clock.advance(seconds);
          const time = ownTime === undefined ? undefined : clock.now + ownTime * 1_000;
          const parsed = parseEvent(read, event, { ...payload, time }, clock.now);
          if (parsed === undefined) continue;
          ledger.apply(parsed, clock.now);
          journal.touch(parsed);
          if (index % (pause + 1) !== 0) continue;
          for (const _ of journal.refresh());
          const [, ...lines] = journal.lines();
          const known = [...ledger.plans.values()].map((plan) => JSON.stringify({ plan: plan.save() }));
          expect(lines.map(withoutRetirement)).to.have.members(known.map(withoutRetirement));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A clock that goes back draws the end of retention nearer, when a plan retires as well as when its line is read. */
function withoutRetirement(line: string): string {
  return line.replace(/"retireAt":\d+/, '');
}
