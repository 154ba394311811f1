import type { RebalanceEventName } from '../contract/events.js';
import type { DrainSnapshot, MoveSnapshot, PlanSnapshot, RebalanceSnapshot } from '../contract/snapshot.js';
import { messageOf } from '../otel/diagnostics.js';
import { describe } from './describe.js';
import { Findings } from './findings.js';
import { parseEvent } from './parse-event.js';
import type { ParsedEvent } from './parsed-event.js';
import { PayloadReader, type Raw } from './payload-reader.js';
import type { Report } from './problem.js';

/** A snapshot as the events that lead to it, and how far it goes. */
export interface ParsedSnapshot {
  readonly events: readonly ParsedEvent[];
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
export function parseSnapshot(snapshot: unknown, now: number, report: Report): ParsedSnapshot {
  const found = new Findings('the snapshot');
  if (typeof snapshot !== 'object' || snapshot === null) {
    found.problem('wrong_type', 'snapshot()', () => `gave ${describe(snapshot)}, not an object`);
    found.report(report, 'snapshot', snapshot, false);
    return new SnapshotEvents(now, report);
  }
  const { leading, state, paused, maxConcurrentMoves, nodes, plans } = snapshot as Raw<RebalanceSnapshot>;
  const events = new SnapshotEvents(now, report);
  if (leading !== undefined) events.add('leadershipChanged', { leading });
  if (leading === false) {
    found.report(report, 'snapshot', snapshot, true);
    return events;
  }
  if (state !== undefined) events.add('stateChanged', { to: state });
  if (typeof paused === 'boolean') events.add(paused ? 'paused' : 'resumed', {});
  if (maxConcurrentMoves !== undefined) events.add('policyChanged', { maxConcurrentMoves });
  if (nodes !== undefined) events.add('ownershipChanged', { nodes });
  events.listsPlans = Array.isArray(plans);
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
  readonly events: ParsedEvent[] = [];
  listsPlans = false;
  readonly withDrains = new Set<string>();
  readonly withMoves = new Set<string>();
  readonly #now: number;
  readonly #report: Report;
  readonly #fields = new PayloadReader('this part of the snapshot');

  constructor(now: number, report: Report) {
    this.#now = now;
    this.#report = report;
  }

  /** @returns the event, if it could be used */
  add(event: RebalanceEventName, payload: object): ParsedEvent | undefined {
    const parsed = parseEvent(this.#fields, event, payload, this.#now);
    this.#fields.report(this.#report, `snapshot, as ${event}`, payload, parsed !== undefined);
    if (parsed !== undefined) this.events.push(parsed);
    return parsed;
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
  if (plan.state !== undefined) add('stateChanged', plan.stateSince, { to: plan.state });
  if (plan.approvalRequestedAt !== undefined) add('approvalRequested', plan.approvalRequestedAt, {});
  for (const { node, shards, shardsRemaining, startedAt } of list<DrainSnapshot>(found, plan.drains, 'drains')) {
    add('drainStarted', startedAt, { node, shards });
    if (shardsRemaining !== undefined) add('drainProgressed', undefined, { node, shardsRemaining });
  }
  for (const { shard, source, target, bytes, startedAt } of list<MoveSnapshot>(found, plan.moves, 'moves')) {
    add('moveStarted', startedAt, { shard, source, target, bytes });
  }
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
