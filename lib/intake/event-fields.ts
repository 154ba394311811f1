import type { RebalanceEventName } from '../contract/events.js';
import { APPROVAL_MODES, DECISIONS, STATES } from '../contract/vocabulary.js';
import type { FieldReader, RawFields, Read } from './field-reader.js';
import type { ParsedFields, PayloadOf } from './parsed-event.js';
import { TEXT_FIELDS } from './text-fields.js';

const STATE = new Set(STATES);
const DECISION = new Set(DECISIONS);
const APPROVAL_MODE = new Set(APPROVAL_MODES);

/** Fields as {@link ParsedFields} has them, each read from the field of its own name. */
type FieldsRead<F> = { readonly [K in keyof F]: Read<K, F[K]> };

/**
 * The fields of every event, in the order in which they are read: the required ones first. Each row is a function that
 * makes the event in one literal and names each field where it reads it: an object that is put together field by field, or
 * a field that is looked up by a name in a variable, costs several times as much.
 */
export const EVENT_FIELDS: {
  readonly [E in RebalanceEventName]: (
    read: FieldReader<PayloadOf<E>>,
    raw: RawFields<PayloadOf<E>>,
    event: E,
    at: number,
  ) => { readonly event: E; readonly at: number } & FieldsRead<ParsedFields<PayloadOf<E>>>;
} = {
  stateChanged: (read, raw, event, at) => ({
    event,
    at,
    to: read.oneOf(raw.to, 'to', STATE),
    planId: read.decisiveId(raw.planId, 'planId'),
    from: read.optionalOneOf(raw.from, 'from', STATE),
    reason: read.text(raw.reason, TEXT_FIELDS.reason),
  }),
  planCreated: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    trigger: read.text(raw.trigger, TEXT_FIELDS.trigger),
    approvalMode: read.optionalOneOf(raw.approvalMode, 'approvalMode', APPROVAL_MODE),
    shards: read.optionalCount(raw.shards, 'shards'),
    bytes: read.optionalCount(raw.bytes, 'bytes'),
    shardsRemaining: read.optionalCount(raw.shardsRemaining, 'shardsRemaining'),
    nodes: read.ids(raw.nodes, 'nodes'),
    state: read.optionalOneOf(raw.state, 'state', STATE),
    requestedBy: read.text(raw.requestedBy, TEXT_FIELDS.requestedBy),
    changeTicket: read.text(raw.changeTicket, TEXT_FIELDS.changeTicket),
    traceparent: read.traceparent(raw.traceparent, 'traceparent'),
  }),
  approvalRequested: (read, raw, event, at) => ({ event, at, planId: read.id(raw.planId, 'planId') }),
  approvalDecided: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    decision: read.oneOf(raw.decision, 'decision', DECISION),
    actor: read.text(raw.actor, TEXT_FIELDS.actor),
    reason: read.text(raw.reason, TEXT_FIELDS.reason),
    traceparent: read.traceparent(raw.traceparent, 'traceparent'),
  }),
  drainStarted: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    node: read.id(raw.node, 'node'),
    shards: read.countOrZero(raw.shards, 'shards'),
  }),
  drainProgressed: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    node: read.id(raw.node, 'node'),
    shardsRemaining: read.count(raw.shardsRemaining, 'shardsRemaining'),
    shards: read.optionalCount(raw.shards, 'shards'),
    bytes: read.optionalCount(raw.bytes, 'bytes'),
  }),
  drainFinished: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    node: read.id(raw.node, 'node'),
    outcome: read.outcome(raw.outcome, 'outcome'),
    failure: read.failure(raw),
    bytes: read.optionalCount(raw.bytes, 'bytes'),
  }),
  moveStarted: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    shard: read.id(raw.shard, 'shard'),
    source: read.optionalId(raw.source, 'source'),
    target: read.optionalId(raw.target, 'target'),
    bytes: read.optionalCount(raw.bytes, 'bytes'),
  }),
  moveFinished: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    shard: read.id(raw.shard, 'shard'),
    outcome: read.outcome(raw.outcome, 'outcome'),
    failure: read.failure(raw),
    bytes: read.optionalCount(raw.bytes, 'bytes'),
  }),
  planFinished: (read, raw, event, at) => ({
    event,
    at,
    planId: read.id(raw.planId, 'planId'),
    outcome: read.outcome(raw.outcome, 'outcome'),
    failure: read.failure(raw),
    reason: read.text(raw.reason, TEXT_FIELDS.reason),
  }),
  ownershipChanged: (read, raw, event, at) => ({
    event,
    at,
    nodes: read.countById(raw.nodes, 'nodes'),
    complete: read.unlessFalse(raw.complete),
  }),
  policyChanged: (read, raw, event, at) => ({
    event,
    at,
    maxConcurrentMoves: read.count(raw.maxConcurrentMoves, 'maxConcurrentMoves'),
  }),
  guardrailTripped: (read, raw, event, at) => ({
    event,
    at,
    guardrail: read.id(raw.guardrail, 'guardrail'),
    planId: read.optionalId(raw.planId, 'planId'),
    reason: read.text(raw.reason, TEXT_FIELDS.reason),
  }),
  guardrailCleared: (read, raw, event, at) => ({
    event,
    at,
    guardrail: read.id(raw.guardrail, 'guardrail'),
    planId: read.decisiveId(raw.planId, 'planId'),
  }),
  leadershipChanged: (read, raw, event, at) => ({ event, at, leading: read.flag(raw.leading, 'leading') }),
  decommissioned: (_read, _raw, event, at) => ({ event, at }),
  paused: (_read, _raw, event, at) => ({ event, at }),
  resumed: (_read, _raw, event, at) => ({ event, at }),
  heartbeat: (_read, _raw, event, at) => ({ event, at }),
};
