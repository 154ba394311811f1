import type { EventBase, Failure, RebalanceEventName } from '../contract/events.js';
import {
  APPROVAL_MODES,
  type ApprovalMode,
  DECISIONS,
  type Decision,
  OUTCOMES,
  type Outcome,
  type RebalanceState,
  STATES,
} from '../contract/vocabulary.js';
import { describe } from './describe.js';
import type { Ended, FieldsByEvent, OfPlan, ParsedEvent, ParsedFailure } from './parsed-event.js';
import type { PayloadReader, Raw } from './payload-reader.js';
import { MAX_ID_LENGTH } from './safe-id.js';

const MAX_STACK_LENGTH = 8_192;

const STATE_SET: ReadonlySet<string> = new Set(STATES);
const DECISION_SET: ReadonlySet<string> = new Set(DECISIONS);
const OUTCOME_SET: ReadonlySet<string> = new Set(OUTCOMES);
const APPROVAL_MODE_SET: ReadonlySet<string> = new Set(APPROVAL_MODES);

type RawEvent<E> = Raw<E & EventBase>;

const NOTHING: object = Object.freeze({});

/**
 * Reads one event that may hold anything into a {@link ParsedEvent}, or into nothing when a required field is unusable.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the payload throws
 */
export function parseEvent(
  read: PayloadReader,
  event: RebalanceEventName,
  payload: unknown,
  now: number,
): ParsedEvent | undefined {
  read.begin();
  const raw = payload ?? NOTHING;
  if (typeof raw !== 'object') {
    return refusePayload(read, raw);
  }
  const at = read.time((raw as RawEvent<object>).time, now, now, 'time');
  switch (event) {
    case 'moveStarted': {
      const body = raw as RawEvent<FieldsByEvent['moveStarted']>;
      const planId = read.id(body.planId, 'planId');
      const shard = read.id(body.shard, 'shard');
      if (planId === undefined || shard === undefined) return undefined;
      const source = read.optionalId(body.source, 'source');
      const target = read.optionalId(body.target, 'target');
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, shard, source, target, bytes };
    }
    case 'moveFinished': {
      const body = raw as RawEvent<FieldsByEvent['moveFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const shard = read.id(body.shard, 'shard');
      const ended = readEnded(read, body);
      if (planId === undefined || shard === undefined || ended === undefined) return undefined;
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, shard, outcome: ended.outcome, failure: ended.failure, bytes };
    }
    case 'drainStarted': {
      const body = raw as RawEvent<FieldsByEvent['drainStarted']>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const shards = read.count(body.shards, 'shards') ?? 0;
      if (planId === undefined || node === undefined) return undefined;
      return { event, at, planId, node, shards };
    }
    case 'drainProgressed': {
      const body = raw as RawEvent<FieldsByEvent['drainProgressed']>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const shardsRemaining = read.count(body.shardsRemaining, 'shardsRemaining');
      if (planId === undefined || node === undefined || shardsRemaining === undefined) return undefined;
      const shards = read.optionalCount(body.shards, 'shards');
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, node, shardsRemaining, shards, bytes };
    }
    case 'drainFinished': {
      const body = raw as RawEvent<FieldsByEvent['drainFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const ended = readEnded(read, body);
      if (planId === undefined || node === undefined || ended === undefined) return undefined;
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, node, outcome: ended.outcome, failure: ended.failure, bytes };
    }
    case 'stateChanged': {
      const body = raw as RawEvent<FieldsByEvent['stateChanged']>;
      const to = read.oneOf<RebalanceState>(STATE_SET, body.to, 'to');
      const planId = read.optionalId(body.planId, 'planId');
      if (to === undefined || (planId === undefined && (body.planId ?? undefined) !== undefined)) return undefined;
      const from = read.optionalOneOf<RebalanceState>(STATE_SET, body.from, 'from');
      return { event, at, to, from, planId, reason: read.text(body.reason, 'reason') };
    }
    case 'planCreated':
      return readPlan(read, raw as RawEvent<FieldsByEvent['planCreated']>, at);
    case 'approvalRequested': {
      const planId = read.id((raw as RawEvent<OfPlan>).planId, 'planId');
      return planId === undefined ? undefined : { event, at, planId };
    }
    case 'approvalDecided': {
      const body = raw as RawEvent<FieldsByEvent['approvalDecided']>;
      const planId = read.id(body.planId, 'planId');
      const decision = read.oneOf<Decision>(DECISION_SET, body.decision, 'decision');
      if (planId === undefined || decision === undefined) return undefined;
      const actor = read.text(body.actor, 'actor', MAX_ID_LENGTH);
      const reason = read.text(body.reason, 'reason');
      return { event, at, planId, decision, actor, reason, traceparent: read.traceparent(body.traceparent) };
    }
    case 'planFinished': {
      const body = raw as RawEvent<FieldsByEvent['planFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const ended = readEnded(read, body);
      if (planId === undefined || ended === undefined) return undefined;
      const reason = read.text(body.reason, 'reason');
      return { event, at, planId, outcome: ended.outcome, failure: ended.failure, reason };
    }
    case 'ownershipChanged': {
      const body = raw as RawEvent<FieldsByEvent['ownershipChanged']>;
      const nodes = readOwnership(read, body.nodes);
      return nodes && { event, at, nodes, complete: body.complete !== false };
    }
    case 'policyChanged': {
      const body = raw as RawEvent<FieldsByEvent['policyChanged']>;
      const maxConcurrentMoves = read.count(body.maxConcurrentMoves, 'maxConcurrentMoves');
      return maxConcurrentMoves === undefined ? undefined : { event, at, maxConcurrentMoves };
    }
    case 'guardrailTripped': {
      const body = raw as RawEvent<FieldsByEvent['guardrailTripped']>;
      const guardrail = read.id(body.guardrail, 'guardrail');
      if (guardrail === undefined) return undefined;
      const planId = read.optionalId(body.planId, 'planId');
      return { event, at, guardrail, planId, reason: read.text(body.reason, 'reason') };
    }
    case 'leadershipChanged': {
      const leading = read.flag((raw as RawEvent<FieldsByEvent['leadershipChanged']>).leading, 'leading');
      return leading === undefined ? undefined : { event, at, leading };
    }
    case 'decommissioned':
    case 'paused':
    case 'resumed':
    case 'heartbeat':
      return { event, at };
  }
}

/** Apart, because a function that captures its arguments pays for it at each event. */
function refusePayload(read: PayloadReader, payload: unknown): undefined {
  read.problem('wrong_type', 'payload', () => `is ${describe(payload)}, not an object`);
}

function readPlan(
  read: PayloadReader,
  body: RawEvent<FieldsByEvent['planCreated']>,
  at: number,
): ParsedEvent | undefined {
  const planId = read.id(body.planId, 'planId');
  if (planId === undefined) return undefined;
  return {
    event: 'planCreated',
    at,
    planId,
    trigger: read.text(body.trigger, 'trigger', MAX_ID_LENGTH),
    approvalMode: read.optionalOneOf<ApprovalMode>(APPROVAL_MODE_SET, body.approvalMode, 'approvalMode'),
    shards: read.optionalCount(body.shards, 'shards'),
    bytes: read.optionalCount(body.bytes, 'bytes'),
    shardsRemaining: read.optionalCount(body.shardsRemaining, 'shardsRemaining'),
    nodes: read.ids(body.nodes, 'nodes'),
    state: read.optionalOneOf<RebalanceState>(STATE_SET, body.state, 'state'),
    requestedBy: read.text(body.requestedBy, 'requestedBy', MAX_ID_LENGTH),
    changeTicket: read.text(body.changeTicket, 'changeTicket', MAX_ID_LENGTH),
    traceparent: read.traceparent(body.traceparent),
  };
}

function readEnded(read: PayloadReader, payload: Raw<Failure & { outcome: Outcome }>): Ended | undefined {
  const outcome = read.oneOf<Outcome>(OUTCOME_SET, payload.outcome, 'outcome');
  if (outcome === undefined) return undefined;
  return { outcome, failure: outcome === 'failed' ? readFailure(read, payload) : undefined };
}

function readFailure(read: PayloadReader, payload: Raw<Failure>): ParsedFailure {
  const type = read.text(payload.errorType, 'errorType', MAX_ID_LENGTH);
  const { error } = payload;
  if (typeof error === 'string') return { type, message: read.text(error, 'error'), stack: undefined };
  if (typeof error !== 'object' || error === null) return { type, message: undefined, stack: undefined };
  const { name, message, stack } = error as Raw<Error>;
  return {
    type: type ?? read.text(name, 'error.name', MAX_ID_LENGTH),
    message: read.text(message, 'error.message'),
    stack: read.text(stack, 'error.stack', MAX_STACK_LENGTH),
  };
}

function readOwnership(read: PayloadReader, nodes: unknown): ReadonlyMap<string, number> | undefined {
  if (typeof nodes !== 'object' || nodes === null || Array.isArray(nodes)) {
    if (nodes === undefined || nodes === null) read.problem('missing_field', 'nodes', () => 'is missing');
    else read.problem('wrong_type', 'nodes', () => `is ${describe(nodes)}, not an object of shards by node`);
    return undefined;
  }
  const owned = new Map<string, number>();
  for (const [key, value] of Object.entries(nodes)) {
    const node = read.id(key, 'a node of nodes');
    const shards = read.count(value, 'a count of nodes');
    if (node !== undefined && shards !== undefined) owned.set(node, shards);
  }
  return owned;
}
