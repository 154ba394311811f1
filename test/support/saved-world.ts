import type { RebalanceEventName } from '../../lib/contract/events.js';
import { parseEvent } from '../../lib/intake/parse-event.js';
import { PayloadReader } from '../../lib/intake/payload-reader.js';
import { Ledger, SAVED_LEDGER } from '../../lib/ledger/ledger.js';
import { SAVED_PLAN } from '../../lib/ledger/saved-plan.js';
import type { Transition } from '../../lib/ledger/transition.js';
import { TestClock } from './clock.js';

const LIMITS = { maxPlans: 3, maxNodes: 3, retentionMillis: 900_000, holdForMillis: 600_000 };

/** A ledger whose process dies, and which goes on from what was saved. */
export class SavedWorld {
  readonly clock = new TestClock();
  readonly problems: string[] = [];
  readonly transitions: Transition[] = [];
  readonly #read = new PayloadReader();
  ledger = this.#newLedger();

  tell(event: RebalanceEventName, payload: object): void {
    const fact = parseEvent(this.#read, event, payload, this.clock.now);
    if (fact !== undefined) this.ledger.apply(fact, this.clock.now);
  }

  start(shard: string, planId = 'p'): void {
    this.tell('moveStarted', { planId, shard });
  }

  finish(shard: string, planId = 'p'): void {
    this.tell('moveFinished', { planId, shard, outcome: 'completed' });
  }

  /** The lines of the plans, and later that of the cluster, with whatever happens in between; then the process dies. */
  crash(meanwhile: () => void): void {
    const plans = [...this.ledger.plans.values()].map((plan) => SAVED_PLAN(throughJson(plan.save()), 'plan'));
    meanwhile();
    const ledger = SAVED_LEDGER(throughJson(this.ledger.save()), 'ledger');
    const lostAt = this.clock.now;
    this.clock.advance(60);
    this.ledger = this.#newLedger();
    this.ledger.load(ledger, plans, lostAt, this.clock.now);
  }

  #newLedger(): Ledger {
    return new Ledger(
      LIMITS,
      (transition) => this.transitions.push(transition),
      ({ reason, event, field }) => this.problems.push(`${reason} ${event} ${field}`),
    );
  }
}

function throughJson(saved: object): unknown {
  return JSON.parse(JSON.stringify(saved));
}
