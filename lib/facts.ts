import type {
  DrainSnapshot,
  EventBase,
  Failure,
  MoveSnapshot,
  PlanSnapshot,
  RebalanceEventName,
  RebalanceSnapshot,
} from './controller.js';
import { isSafeId, MAX_ID_LENGTH, mendId } from './identifier.js';
import {
  APPROVAL_MODES,
  type ApprovalMode,
  DECISIONS,
  type Decision,
  type InvalidReason,
  OUTCOMES,
  type Outcome,
  type RebalanceState,
  STATES,
} from './semconv.js';
import { parseTraceparent } from './traceparent.js';

/** Why something failed, in values that are safe to keep. */
export interface FailureFact {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

interface PlanFactBase {
  readonly planId: string;
}
interface DrainFactBase extends PlanFactBase {
  readonly node: string;
}
interface MoveFactBase extends PlanFactBase {
  readonly shard: string;
}
interface Ended {
  readonly outcome: Outcome;
  readonly failure: FailureFact | undefined;
}

interface FactsByEvent {
  stateChanged: {
    readonly to: RebalanceState;
    readonly from: RebalanceState | undefined;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  planCreated: PlanFactBase & {
    readonly trigger: string | undefined;
    readonly approvalMode: ApprovalMode | undefined;
    readonly shards: number | undefined;
    readonly shardsRemaining: number | undefined;
    readonly nodes: readonly string[] | undefined;
    readonly state: RebalanceState | undefined;
    readonly requestedBy: string | undefined;
    readonly changeTicket: string | undefined;
    readonly traceparent: string | undefined;
  };
  approvalRequested: PlanFactBase;
  approvalDecided: PlanFactBase & {
    readonly decision: Decision;
    readonly actor: string | undefined;
    readonly traceparent: string | undefined;
  };
  drainStarted: DrainFactBase & { readonly shards: number };
  drainProgressed: DrainFactBase & {
    readonly shardsRemaining: number;
    readonly shards: number | undefined;
    readonly bytes: number | undefined;
  };
  drainFinished: DrainFactBase & Ended & { readonly bytes: number | undefined };
  moveStarted: MoveFactBase & { readonly source: string | undefined; readonly target: string | undefined };
  moveFinished: MoveFactBase & Ended & { readonly bytes: number | undefined };
  planFinished: PlanFactBase & Ended;
  ownershipChanged: { readonly nodes: ReadonlyMap<string, number>; readonly complete: boolean };
  policyChanged: { readonly maxConcurrentMoves: number };
  guardrailTripped: {
    readonly guardrail: string;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  paused: object;
  resumed: object;
  heartbeat: object;
}

/** One event in values that are safe to keep: right types, bounded lengths, `at` in ms since the Unix epoch. */
export type Fact = {
  [E in RebalanceEventName]: { readonly event: E; readonly at: number } & FactsByEvent[E];
}[RebalanceEventName];

/** Told of every field that was refused or mended. */
export type Report = (reason: InvalidReason, event: string, field: string) => void;

const MAX_TEXT_LENGTH = 1_024;
const MAX_STACK_LENGTH = 8_192;
const MAX_LIST_LENGTH = 1_000;
const MAX_FUTURE_MS = 5 * 60_000;
const MAX_PAST_MS = 10 * 365 * 86_400_000;

const STATE_SET: ReadonlySet<string> = new Set(STATES);
const DECISION_SET: ReadonlySet<string> = new Set(DECISIONS);
const OUTCOME_SET: ReadonlySet<string> = new Set(OUTCOMES);
const APPROVAL_MODE_SET: ReadonlySet<string> = new Set(APPROVAL_MODES);

/** The payload as it may really come: any field missing or of any type. */
type Raw<T> = { readonly [K in keyof T]?: unknown };
type RawEvent<E> = Raw<E & EventBase>;

/** Reads the fields of events, each once, and reports what it had to refuse or mend. */
export class FieldReader {
  readonly #report: Report;
  #event: string;
  /** What has been reported of this event: each reason counts once. */
  #reasons: readonly InvalidReason[] = [];

  constructor(event: string, report: Report) {
    this.#event = event;
    this.#report = report;
  }

  begin(event: string): void {
    this.#event = event;
    if (this.#reasons.length > 0) this.#reasons = [];
  }

  problem(reason: InvalidReason, field: string): void {
    if (this.#reasons.includes(reason)) return;
    this.#reasons = [...this.#reasons, reason];
    this.#report(reason, this.#event, field);
  }

  /** A required id. */
  id(value: unknown, field: string): string | undefined {
    if (typeof value === 'string' && value !== '' && isSafeId(value)) return value;
    if (value === undefined || value === null || value === '') {
      this.problem('missing_field', field);
      return undefined;
    }
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.problem('wrong_type', field);
      return String(value);
    }
    if (typeof value !== 'string') {
      this.problem('wrong_type', field);
      return undefined;
    }
    this.problem(value.length > MAX_ID_LENGTH ? 'too_long' : 'control_characters', field);
    return mendId(value);
  }

  optionalId(value: unknown, field: string): string | undefined {
    return value === undefined || value === null ? undefined : this.id(value, field);
  }

  ids(value: unknown, field: string): readonly string[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.problem('wrong_type', field);
      return undefined;
    }
    if (value.length > MAX_LIST_LENGTH) this.problem('too_long', field);
    return value
      .slice(0, MAX_LIST_LENGTH)
      .map((entry) => this.id(entry, field))
      .filter((id) => id !== undefined);
  }

  /** Optional free text. */
  text(value: unknown, field: string, limit = MAX_TEXT_LENGTH): string | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') {
      this.problem('wrong_type', field);
      return undefined;
    }
    if (value.length <= limit) return value.toWellFormed();
    this.problem('too_long', field);
    return value.slice(0, limit).toWellFormed();
  }

  /** A required whole number, zero or more. */
  count(value: unknown, field: string): number | undefined {
    if (typeof value === 'number') {
      if (Number.isSafeInteger(value) && value >= 0) return value;
      this.problem('invalid_number', field);
    } else {
      this.problem(value === undefined || value === null ? 'missing_field' : 'wrong_type', field);
    }
    return undefined;
  }

  optionalCount(value: unknown, field: string): number | undefined {
    return value === undefined || value === null ? undefined : this.count(value, field);
  }

  /** A required member of a closed set. */
  oneOf<T extends string>(set: ReadonlySet<string>, value: unknown, field: string): T | undefined {
    if (typeof value === 'string') {
      if (set.has(value)) return value as T;
      this.problem('unknown_value', field);
    } else {
      this.problem(value === undefined || value === null ? 'missing_field' : 'wrong_type', field);
    }
    return undefined;
  }

  optionalOneOf<T extends string>(set: ReadonlySet<string>, value: unknown, field: string): T | undefined {
    return value === undefined || value === null ? undefined : this.oneOf<T>(set, value, field);
  }

  /** A time in ms since the Unix epoch, or `fallback`. */
  time<F>(value: unknown, now: number, fallback: F, field: string): number | F {
    if (value === undefined || value === null) return fallback;
    const at = value instanceof Date ? value.getTime() : value;
    if (typeof at === 'number' && at <= now + MAX_FUTURE_MS && at >= now - MAX_PAST_MS) return at;
    this.problem('invalid_time', field);
    return fallback;
  }

  traceparent(value: unknown): string | undefined {
    const traceparent = this.text(value, 'traceparent');
    if (traceparent === undefined || parseTraceparent(traceparent) !== undefined) return traceparent;
    this.problem('unknown_value', 'traceparent');
    return undefined;
  }

  ended(payload: Raw<Failure & { outcome: Outcome }>): Ended | undefined {
    const outcome = this.oneOf<Outcome>(OUTCOME_SET, payload.outcome, 'outcome');
    if (outcome === undefined) return undefined;
    return { outcome, failure: outcome === 'failed' ? this.failure(payload) : undefined };
  }

  failure(payload: Raw<Failure>): FailureFact {
    const type = this.text(payload.errorType, 'errorType', MAX_ID_LENGTH);
    const { error } = payload;
    if (typeof error === 'string') return { type, message: this.text(error, 'error'), stack: undefined };
    if (typeof error !== 'object' || error === null) return { type, message: undefined, stack: undefined };
    const { name, message, stack } = error as Raw<Error>;
    return {
      type: type ?? this.text(name, 'error.name', MAX_ID_LENGTH),
      message: this.text(message, 'error.message'),
      stack: this.text(stack, 'error.stack', MAX_STACK_LENGTH),
    };
  }

  ownership(nodes: unknown): ReadonlyMap<string, number> | undefined {
    if (typeof nodes !== 'object' || nodes === null || Array.isArray(nodes)) {
      this.problem(nodes === undefined || nodes === null ? 'missing_field' : 'wrong_type', 'nodes');
      return undefined;
    }
    const owned = new Map<string, number>();
    for (const [key, value] of Object.entries(nodes)) {
      const node = this.id(key, 'nodes');
      const shards = this.count(value, 'nodes');
      if (node !== undefined && shards !== undefined) owned.set(node, shards);
    }
    return owned;
  }
}

const NOTHING: object = Object.freeze({});

/**
 * Reads one event that may hold anything into a {@link Fact}, or into nothing when a required field is unusable.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the payload throws
 */
export function readFact(
  read: FieldReader,
  event: RebalanceEventName,
  payload: unknown,
  now: number,
): Fact | undefined {
  read.begin(event);
  const raw = payload ?? NOTHING;
  if (typeof raw !== 'object') {
    read.problem('wrong_type', 'payload');
    return undefined;
  }
  const at = read.time((raw as RawEvent<object>).time, now, now, 'time');
  switch (event) {
    case 'moveStarted': {
      const body = raw as RawEvent<FactsByEvent['moveStarted']>;
      const planId = read.id(body.planId, 'planId');
      const shard = read.id(body.shard, 'shard');
      if (planId === undefined || shard === undefined) return undefined;
      const source = read.optionalId(body.source, 'source');
      const target = read.optionalId(body.target, 'target');
      return { event, at, planId, shard, source, target };
    }
    case 'moveFinished': {
      const body = raw as RawEvent<FactsByEvent['moveFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const shard = read.id(body.shard, 'shard');
      const ended = read.ended(body);
      if (planId === undefined || shard === undefined || ended === undefined) return undefined;
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, shard, outcome: ended.outcome, failure: ended.failure, bytes };
    }
    case 'drainStarted': {
      const body = raw as RawEvent<FactsByEvent['drainStarted']>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const shards = read.count(body.shards, 'shards') ?? 0;
      if (planId === undefined || node === undefined) return undefined;
      return { event, at, planId, node, shards };
    }
    case 'drainProgressed': {
      const body = raw as RawEvent<FactsByEvent['drainProgressed']>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const shardsRemaining = read.count(body.shardsRemaining, 'shardsRemaining');
      if (planId === undefined || node === undefined || shardsRemaining === undefined) return undefined;
      const shards = read.optionalCount(body.shards, 'shards');
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, node, shardsRemaining, shards, bytes };
    }
    case 'drainFinished': {
      const body = raw as RawEvent<FactsByEvent['drainFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const node = read.id(body.node, 'node');
      const ended = read.ended(body);
      if (planId === undefined || node === undefined || ended === undefined) return undefined;
      const bytes = read.optionalCount(body.bytes, 'bytes');
      return { event, at, planId, node, outcome: ended.outcome, failure: ended.failure, bytes };
    }
    case 'stateChanged': {
      const body = raw as RawEvent<FactsByEvent['stateChanged']>;
      const to = read.oneOf<RebalanceState>(STATE_SET, body.to, 'to');
      const planId = read.optionalId(body.planId, 'planId');
      if (to === undefined || (planId === undefined && (body.planId ?? undefined) !== undefined)) return undefined;
      const from = read.optionalOneOf<RebalanceState>(STATE_SET, body.from, 'from');
      return { event, at, to, from, planId, reason: read.text(body.reason, 'reason') };
    }
    case 'planCreated':
      return readPlan(read, raw as RawEvent<FactsByEvent['planCreated']>, at);
    case 'approvalRequested': {
      const planId = read.id((raw as RawEvent<PlanFactBase>).planId, 'planId');
      return planId === undefined ? undefined : { event, at, planId };
    }
    case 'approvalDecided': {
      const body = raw as RawEvent<FactsByEvent['approvalDecided']>;
      const planId = read.id(body.planId, 'planId');
      const decision = read.oneOf<Decision>(DECISION_SET, body.decision, 'decision');
      if (planId === undefined || decision === undefined) return undefined;
      const actor = read.text(body.actor, 'actor', MAX_ID_LENGTH);
      return { event, at, planId, decision, actor, traceparent: read.traceparent(body.traceparent) };
    }
    case 'planFinished': {
      const body = raw as RawEvent<FactsByEvent['planFinished'] & Failure>;
      const planId = read.id(body.planId, 'planId');
      const ended = read.ended(body);
      if (planId === undefined || ended === undefined) return undefined;
      return { event, at, planId, outcome: ended.outcome, failure: ended.failure };
    }
    case 'ownershipChanged': {
      const body = raw as RawEvent<FactsByEvent['ownershipChanged']>;
      const nodes = read.ownership(body.nodes);
      return nodes && { event, at, nodes, complete: body.complete !== false };
    }
    case 'policyChanged': {
      const body = raw as RawEvent<FactsByEvent['policyChanged']>;
      const maxConcurrentMoves = read.count(body.maxConcurrentMoves, 'maxConcurrentMoves');
      return maxConcurrentMoves === undefined ? undefined : { event, at, maxConcurrentMoves };
    }
    case 'guardrailTripped': {
      const body = raw as RawEvent<FactsByEvent['guardrailTripped']>;
      const guardrail = read.id(body.guardrail, 'guardrail');
      if (guardrail === undefined) return undefined;
      const planId = read.optionalId(body.planId, 'planId');
      return { event, at, guardrail, planId, reason: read.text(body.reason, 'reason') };
    }
    case 'paused':
    case 'resumed':
    case 'heartbeat':
      return { event, at };
  }
}

function readPlan(read: FieldReader, body: RawEvent<FactsByEvent['planCreated']>, at: number): Fact | undefined {
  const planId = read.id(body.planId, 'planId');
  if (planId === undefined) return undefined;
  return {
    event: 'planCreated',
    at,
    planId,
    trigger: read.text(body.trigger, 'trigger', MAX_ID_LENGTH),
    approvalMode: read.optionalOneOf<ApprovalMode>(APPROVAL_MODE_SET, body.approvalMode, 'approvalMode'),
    shards: read.optionalCount(body.shards, 'shards'),
    shardsRemaining: read.optionalCount(body.shardsRemaining, 'shardsRemaining'),
    nodes: read.ids(body.nodes, 'nodes'),
    state: read.optionalOneOf<RebalanceState>(STATE_SET, body.state, 'state'),
    requestedBy: read.text(body.requestedBy, 'requestedBy', MAX_ID_LENGTH),
    changeTicket: read.text(body.changeTicket, 'changeTicket', MAX_ID_LENGTH),
    traceparent: read.traceparent(body.traceparent),
  };
}

/**
 * Reads one cluster's snapshot, which may hold anything, into the facts that lead to it. A plan that cannot be read
 * costs only itself.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the snapshot itself throws
 */
export function readSnapshot(snapshot: unknown, now: number, report: Report): Fact[] {
  const read = new FieldReader('snapshot', report);
  if (typeof snapshot !== 'object' || snapshot === null) {
    read.problem('wrong_type', 'snapshot');
    return [];
  }
  const { state, paused, maxConcurrentMoves, nodes, plans } = snapshot as Raw<RebalanceSnapshot>;
  const fields = new FieldReader('snapshot', report);
  const facts: (Fact | undefined)[] = [];
  const add = (event: RebalanceEventName, payload: object) => facts.push(readFact(fields, event, payload, now));
  if (state !== undefined) add('stateChanged', { to: state });
  if (paused === true) add('paused', {});
  if (maxConcurrentMoves !== undefined) add('policyChanged', { maxConcurrentMoves });
  if (nodes !== undefined) add('ownershipChanged', { nodes });
  for (const plan of list<PlanSnapshot>(read, plans, 'plans')) {
    try {
      facts.push(...readPlanSnapshot(read, fields, plan, now));
    } catch {
      read.problem('unreadable', 'plans');
    }
  }
  return facts.filter((fact) => fact !== undefined);
}

function readPlanSnapshot(read: FieldReader, fields: FieldReader, plan: Raw<PlanSnapshot>, now: number) {
  // The state is told apart from the creation, because it has a time of its own.
  const facts = [readFact(fields, 'planCreated', { ...plan, state: undefined }, now)];
  const add = (event: RebalanceEventName, time: unknown, payload: object) =>
    facts.push(readFact(fields, event, { ...payload, time, planId: plan.planId }, now));
  if (facts[0] === undefined) return facts;
  if (plan.state !== undefined) add('stateChanged', plan.stateSince, { to: plan.state });
  if (plan.approvalRequestedAt !== undefined) add('approvalRequested', plan.approvalRequestedAt, {});
  for (const { node, shards, shardsRemaining, startedAt } of list<DrainSnapshot>(read, plan.drains, 'drains')) {
    add('drainStarted', startedAt, { node, shards });
    if (shardsRemaining !== undefined) add('drainProgressed', undefined, { node, shardsRemaining });
  }
  for (const { shard, source, target, startedAt } of list<MoveSnapshot>(read, plan.moves, 'moves')) {
    add('moveStarted', startedAt, { shard, source, target });
  }
  return facts;
}

function list<T>(read: FieldReader, value: unknown, field: string): Raw<T>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    read.problem('wrong_type', field);
    return [];
  }
  return value.filter((entry) => {
    const usable = typeof entry === 'object' && entry !== null;
    if (!usable) read.problem('wrong_type', field);
    return usable;
  });
}
