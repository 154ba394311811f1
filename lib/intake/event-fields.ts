import type { RebalanceEventName } from '../contract/events.js';
import { APPROVAL_MODES, DECISIONS, STATES } from '../contract/vocabulary.js';
import type { FieldReader, Read } from './field-reader.js';
import type { ParsedFields, PayloadOf } from './parsed-event.js';
import { NAME, PERSON, WORDS } from './text-kind.js';

const STATE = new Set(STATES);
const DECISION = new Set(DECISIONS);
const APPROVAL_MODE = new Set(APPROVAL_MODES);

/** Fields as {@link ParsedFields} has them, each read from the field of its own name. */
type FieldsRead<F> = { readonly [K in keyof F]: Read<K, F[K]> };

/**
 * The fields of every event, in the order in which they are read: the required ones first. Each row is a function that
 * makes the event in one literal, because an object that is put together field by field costs several times as much.
 */
export const EVENT_FIELDS: {
  readonly [E in RebalanceEventName]: (
    read: FieldReader<PayloadOf<E>>,
    event: E,
    at: number,
  ) => { readonly event: E; readonly at: number } & FieldsRead<ParsedFields<PayloadOf<E>>>;
} = {
  stateChanged: (read, event, at) => ({
    event,
    at,
    to: read.oneOf('to', STATE),
    planId: read.decisiveId('planId'),
    from: read.optionalOneOf('from', STATE),
    reason: read.text('reason', WORDS),
  }),
  planCreated: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    trigger: read.text('trigger', NAME),
    approvalMode: read.optionalOneOf('approvalMode', APPROVAL_MODE),
    shards: read.optionalCount('shards'),
    bytes: read.optionalCount('bytes'),
    shardsRemaining: read.optionalCount('shardsRemaining'),
    nodes: read.ids('nodes'),
    state: read.optionalOneOf('state', STATE),
    requestedBy: read.text('requestedBy', PERSON),
    changeTicket: read.text('changeTicket', PERSON),
    traceparent: read.traceparent('traceparent'),
  }),
  approvalRequested: (read, event, at) => ({ event, at, planId: read.id('planId') }),
  approvalDecided: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    decision: read.oneOf('decision', DECISION),
    actor: read.text('actor', PERSON),
    reason: read.text('reason', WORDS),
    traceparent: read.traceparent('traceparent'),
  }),
  drainStarted: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    node: read.id('node'),
    shards: read.countOrZero('shards'),
  }),
  drainProgressed: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    node: read.id('node'),
    shardsRemaining: read.count('shardsRemaining'),
    shards: read.optionalCount('shards'),
    bytes: read.optionalCount('bytes'),
  }),
  drainFinished: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    node: read.id('node'),
    outcome: read.outcome('outcome'),
    failure: read.failure(),
    bytes: read.optionalCount('bytes'),
  }),
  moveStarted: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    shard: read.id('shard'),
    source: read.optionalId('source'),
    target: read.optionalId('target'),
    bytes: read.optionalCount('bytes'),
  }),
  moveFinished: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    shard: read.id('shard'),
    outcome: read.outcome('outcome'),
    failure: read.failure(),
    bytes: read.optionalCount('bytes'),
  }),
  planFinished: (read, event, at) => ({
    event,
    at,
    planId: read.id('planId'),
    outcome: read.outcome('outcome'),
    failure: read.failure(),
    reason: read.text('reason', WORDS),
  }),
  ownershipChanged: (read, event, at) => ({
    event,
    at,
    nodes: read.countById('nodes'),
    complete: read.unlessFalse('complete'),
  }),
  policyChanged: (read, event, at) => ({ event, at, maxConcurrentMoves: read.count('maxConcurrentMoves') }),
  guardrailTripped: (read, event, at) => ({
    event,
    at,
    guardrail: read.id('guardrail'),
    planId: read.optionalId('planId'),
    reason: read.text('reason', WORDS),
  }),
  guardrailCleared: (read, event, at) => ({
    event,
    at,
    guardrail: read.id('guardrail'),
    planId: read.decisiveId('planId'),
  }),
  leadershipChanged: (read, event, at) => ({ event, at, leading: read.flag('leading') }),
  decommissioned: (_read, event, at) => ({ event, at }),
  paused: (_read, event, at) => ({ event, at }),
  resumed: (_read, event, at) => ({ event, at }),
  heartbeat: (_read, event, at) => ({ event, at }),
};
