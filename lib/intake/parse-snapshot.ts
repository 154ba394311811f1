import type { RebalanceEventName } from '../contract/events.js';
import type {
  DrainSnapshot,
  HoldSnapshot,
  MoveSnapshot,
  PlanSnapshot,
  RebalanceSnapshot,
} from '../contract/snapshot.js';
import { DECISIONS, type Decision } from '../contract/vocabulary.js';
import { messageOf } from '../otel/diagnostics.js';
import { describe } from './describe.js';
import { Findings } from './findings.js';
import { parseEvent } from './parse-event.js';
import type { ParsedEvent } from './parsed-event.js';
import { PayloadReader, type Raw } from './payload-reader.js';
import type { Report } from './problem.js';
import type { Redactor } from './redactor.js';
import type { RestoredFacts, RestoredPlan } from './restored-facts.js';

/** A snapshot as the events that lead to it, and how far it goes. */
export interface ParsedSnapshot {
  readonly events: readonly (ParsedEvent | RestoredFacts)[];
  /** True when it tells which plans are live: none, where its list is empty. */
  readonly listsPlans: boolean;
  /** Plans of which it tells which drains are under way, and which moves: none, where its list is empty. */
  readonly withDrains: ReadonlySet<string>;
  readonly withMoves: ReadonlySet<string>;
}

/**
 * Reads one cluster's snapshot, which may hold anything, into the events that lead to it. A plan that cannot be read
 * costs only itself.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the snapshot itself throws
 */
export function parseSnapshot(snapshot: unknown, now: number, report: Report, redact?: Redactor): ParsedSnapshot {
  const found = new Findings('the snapshot');
  if (typeof snapshot !== 'object' || snapshot === null) {
    found.problem('wrong_type', 'snapshot()', () => `gave ${describe(snapshot)}, not an object`);
    found.report(report, 'snapshot', snapshot, false);
    return new SnapshotEvents(now, report, redact);
  }
  const { leading, state, paused, pausedSince, maxConcurrentMoves, nodes, emptiedNodes, plans } =
    snapshot as Raw<RebalanceSnapshot>;
  const events = new SnapshotEvents(now, report, redact);
  if (leading !== undefined) events.add('leadershipChanged', { leading });
  if (leading === false) return events;
  if (state !== undefined) events.add('stateChanged', { to: state });
  if (paused === true) events.add('paused', { time: pausedSince });
  if (paused === false) events.add('resumed', {});
  if (maxConcurrentMoves !== undefined) events.add('policyChanged', { maxConcurrentMoves });
  if (nodes !== undefined) events.add('ownershipChanged', { nodes });
  events.listsPlans = Array.isArray(plans);
  if (emptiedNodes !== undefined) events.addEmptied(emptiedNodes);
  for (const plan of list<PlanSnapshot>(found, plans, 'plans')) {
    try {
      readPlanSnapshot(found, events, plan);
    } catch (error) {
      found.problem('unreadable', 'a plan of plans', () => `threw when it was read: ${messageOf(error)}`);
    }
  }
  found.report(report, 'snapshot', snapshot, true);
  return events;
}

/** The events of a snapshot, read one after the other. */
class SnapshotEvents implements ParsedSnapshot {
  readonly events: (ParsedEvent | RestoredFacts)[] = [];
  listsPlans = false;
  readonly withDrains = new Set<string>();
  readonly withMoves = new Set<string>();
  readonly #now: number;
  readonly #reportTo: Report;
  readonly #fields: PayloadReader;

  constructor(now: number, report: Report, redact: Redactor | undefined) {
    this.#now = now;
    this.#reportTo = report;
    this.#fields = new PayloadReader(redact, 'this part of the snapshot');
  }

  /** @returns the event, if it could be used */
  add(event: RebalanceEventName, payload: object): ParsedEvent | undefined {
    const parsed = parseEvent(this.#fields, event, payload, this.#now);
    this.#fields.report(this.#reportTo, `snapshot, as ${event}`, payload, parsed !== undefined);
    if (parsed !== undefined) this.events.push(parsed);
    return parsed;
  }

  /** Adds what is known of a plan that no event tells. */
  addFacts(found: Findings, planId: string, plan: Raw<PlanSnapshot>, tellsState: boolean): void {
    const read = this.#fields;
    read.begin(plan);
    const workMillis = read.optionalCount(plan.workMillis, 'workMillis');
    const heldMillis = read.optionalCount(plan.heldMillis, 'heldMillis');
    this.#report('plans', plan);
    const progressAt = isTold(plan.progressAt) ? this.#time(plan.progressAt) : undefined;
    const waits = isTold(plan.approvalRequestedAt);
    const holds = list<HoldSnapshot>(found, plan.holds, 'holds').flatMap((hold) => this.#hold(hold));
    const decisions = this.#decisions(plan.decisions);
    const told = { tellsState, waits, workMillis, heldMillis, progressAt, holds, decisions };
    this.events.push({ event: 'planRestored', planId, ...told });
  }

  addEmptied(emptiedNodes: unknown): void {
    this.#fields.begin(undefined);
    const emptied = this.#fields.ids(emptiedNodes, 'emptiedNodes') ?? [];
    this.#report('nodes');
    this.events.push({ event: 'nodesRestored', emptied });
  }

  #hold(hold: Raw<HoldSnapshot>): RestoredPlan['holds'] {
    this.#fields.begin(hold);
    const guardrail = this.#fields.id(hold.guardrail, 'guardrail');
    const isUsable = !this.#fields.isRefused;
    this.#report('holds', hold, isUsable);
    return isUsable ? [{ guardrail, since: this.#time(hold.since) }] : [];
  }

  #decisions(decisions: unknown): RestoredPlan['decisions'] {
    const raw: Raw<Record<Decision, number>> = this.#fields.begin(decisions) ?? {};
    const counts = DECISIONS.map(
      (decision) => [decision, this.#fields.optionalCount(raw[decision], decision)] as const,
    );
    this.#report('decisions', decisions);
    return Object.fromEntries(counts);
  }

  #time(time: unknown): number {
    this.#fields.begin(undefined);
    const at = this.#fields.time(time, this.#now);
    this.#report('times');
    return at;
  }

  #report(part: string, payload?: unknown, used = true): void {
    this.#fields.report(this.#reportTo, `snapshot, its ${part}`, payload, used);
  }
}

function readPlanSnapshot(found: Findings, events: SnapshotEvents, plan: Raw<PlanSnapshot>): void {
  // The state is an event apart from the creation, because it has a time of its own.
  const created = events.add('planCreated', { ...plan, state: undefined });
  if (created?.event !== 'planCreated') return;
  if (Array.isArray(plan.drains)) events.withDrains.add(created.planId);
  if (Array.isArray(plan.moves)) events.withMoves.add(created.planId);
  const add = (event: RebalanceEventName, time: unknown, payload: object) =>
    events.add(event, { ...payload, time, planId: plan.planId });
  const entered = plan.state === undefined ? undefined : add('stateChanged', plan.stateSince, { to: plan.state });
  if (isTold(plan.approvalRequestedAt)) add('approvalRequested', plan.approvalRequestedAt, {});
  for (const { node, shards, shardsRemaining, startedAt } of list<DrainSnapshot>(found, plan.drains, 'drains')) {
    add('drainStarted', startedAt, { node, shards });
    if (shardsRemaining !== undefined) add('drainProgressed', undefined, { node, shardsRemaining });
  }
  for (const { shard, source, target, bytes, startedAt } of list<MoveSnapshot>(found, plan.moves, 'moves')) {
    add('moveStarted', startedAt, { shard, source, target, bytes });
  }
  // Last, because it wins over what follows from the events.
  events.addFacts(found, created.planId, plan, entered !== undefined);
}

/** Also false for the null of a store that knows no undefined. */
function isTold(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function list<T>(found: Findings, value: unknown, field: string): Raw<T>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    found.problem('wrong_type', field, () => `is ${describe(value)}, not an array`);
    return [];
  }
  return value.filter((entry) => {
    const usable = typeof entry === 'object' && entry !== null;
    if (!usable) found.problem('wrong_type', `an entry of ${field}`, () => `is ${describe(entry)}, not an object`);
    return usable;
  });
}
