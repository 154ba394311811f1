import fc from 'fast-check';
import type { RebalanceEventName } from '../../lib/contract/events.js';
import { APPROVAL_MODES, DECISIONS, OUTCOMES, STATES } from '../../lib/semconv.js';

/** One of them much more often than the others, so that events meet. */
const mostly = (first: string, ...others: string[]) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
const planId = mostly('p1', 'p2', 'p3', 'p4', 'p5', '_OTHER', '__proto__');
const node = mostly('n1', 'n2', 'n3', 'n4', '_OTHER');
const shard = mostly('s1', 's2', 's3', 's4');
const count = fc.oneof({ weight: 9, arbitrary: fc.nat(6) }, fc.constantFrom(-1, Number.NaN, 1e9));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const ended = {
  outcome: fc.constantFrom(...OUTCOMES),
  errorType: maybe(fc.constantFrom('timeout', 'io', 'a', 'b', 'free text')),
};
const payloads: Record<RebalanceEventName, fc.Arbitrary<object>> = {
  stateChanged: fc.record({ planId: maybe(planId), to: fc.constantFrom(...STATES, 'nonsense') }),
  planCreated: fc.record({
    planId,
    shards: maybe(count),
    shardsRemaining: maybe(count),
    state: maybe(fc.constantFrom(...STATES)),
    approvalMode: fc.constantFrom(...APPROVAL_MODES),
  }),
  approvalRequested: fc.record({ planId }),
  approvalDecided: fc.record({ planId, decision: fc.constantFrom(...DECISIONS) }),
  drainStarted: fc.record({ planId, node, shards: count }),
  drainProgressed: fc.record({ planId, node, shardsRemaining: count, shards: maybe(count) }),
  drainFinished: fc.record({ planId, node, ...ended }),
  moveStarted: fc.record({ planId, shard, source: node }),
  moveFinished: fc.record({ planId, shard, ...ended }),
  planFinished: fc.record({ planId, ...ended }),
  ownershipChanged: fc.record({ nodes: fc.dictionary(node, count), complete: fc.boolean() }),
  policyChanged: fc.record({ maxConcurrentMoves: count }),
  guardrailTripped: fc.record({ planId: maybe(planId), guardrail: fc.constantFrom('a', 'b', 'c', 'd', 'e e') }),
  leadershipChanged: fc.record({ leading: fc.constantFrom(true, true, true, false) }),
  decommissioned: fc.constant({}),
  guardrailCleared: fc.record({ planId: maybe(planId), guardrail: fc.constantFrom('a', 'b', 'c', 'd') }),
  paused: fc.constant({}),
  resumed: fc.constant({}),
  heartbeat: fc.constant({}),
};
/** An event, after the clock has moved or jumped by so many seconds. */
export const anyEvent = fc.constantFrom(...(Object.keys(payloads) as RebalanceEventName[])).chain((event) =>
  fc.record({
    event: fc.constant(event),
    payload: payloads[event],
    seconds: fc.oneof({ weight: 8, arbitrary: fc.nat(300) }, fc.constantFrom(-7_200, 2_000, 1e6)),
    ownTime: maybe(fc.integer({ min: -500, max: 500 })),
  }),
);
