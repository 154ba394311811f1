import type { RebalanceEventName } from '../contract/events.js';
import type { DrainSnapshot, MoveSnapshot, PlanSnapshot, RebalanceSnapshot } from '../contract/snapshot.js';
import { messageOf } from '../otel/diagnostics.js';
import { describe } from './describe.js';
import type { Fact } from './fact.js';
import { readFact } from './parse-event.js';
import { FieldReader, type Raw } from './payload-reader.js';
import type { Report } from './problem.js';

/**
 * Reads one cluster's snapshot, which may hold anything, into the facts that lead to it. A plan that cannot be read
 * costs only itself.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the snapshot itself throws
 */
export function readSnapshot(snapshot: unknown, now: number, report: Report): Fact[] {
  const read = new FieldReader('the snapshot');
  if (typeof snapshot !== 'object' || snapshot === null) {
    read.problem('wrong_type', 'snapshot()', () => `gave ${describe(snapshot)}, not an object`);
    read.tell(report, 'snapshot', snapshot, false);
    return [];
  }
  const { state, paused, maxConcurrentMoves, nodes, plans } = snapshot as Raw<RebalanceSnapshot>;
  const facts = new SnapshotFacts(now, report);
  if (state !== undefined) facts.add('stateChanged', { to: state });
  if (paused === true) facts.add('paused', {});
  if (maxConcurrentMoves !== undefined) facts.add('policyChanged', { maxConcurrentMoves });
  if (nodes !== undefined) facts.add('ownershipChanged', { nodes });
  for (const plan of list<PlanSnapshot>(read, plans, 'plans')) {
    try {
      readPlanSnapshot(read, facts, plan);
    } catch (error) {
      read.problem('unreadable', 'a plan of plans', () => `threw when it was read: ${messageOf(error)}`);
    }
  }
  read.tell(report, 'snapshot', snapshot, true);
  return facts.read;
}

/** The facts of a snapshot, read one after the other. */
class SnapshotFacts {
  readonly read: Fact[] = [];
  readonly #now: number;
  readonly #report: Report;
  readonly #fields = new FieldReader('this part of the snapshot');

  constructor(now: number, report: Report) {
    this.#now = now;
    this.#report = report;
  }

  /** @returns whether the fact could be used */
  add(event: RebalanceEventName, payload: object): boolean {
    const fact = readFact(this.#fields, event, payload, this.#now);
    this.#fields.tell(this.#report, `snapshot, as ${event}`, payload, fact !== undefined);
    if (fact === undefined) return false;
    this.read.push(fact);
    return true;
  }
}

function readPlanSnapshot(read: FieldReader, facts: SnapshotFacts, plan: Raw<PlanSnapshot>): void {
  // The state is told apart from the creation, because it has a time of its own.
  if (!facts.add('planCreated', { ...plan, state: undefined })) return;
  const add = (event: RebalanceEventName, time: unknown, payload: object) =>
    facts.add(event, { ...payload, time, planId: plan.planId });
  if (plan.state !== undefined) add('stateChanged', plan.stateSince, { to: plan.state });
  if (plan.approvalRequestedAt !== undefined) add('approvalRequested', plan.approvalRequestedAt, {});
  for (const { node, shards, shardsRemaining, startedAt } of list<DrainSnapshot>(read, plan.drains, 'drains')) {
    add('drainStarted', startedAt, { node, shards });
    if (shardsRemaining !== undefined) add('drainProgressed', undefined, { node, shardsRemaining });
  }
  for (const { shard, source, target, startedAt } of list<MoveSnapshot>(read, plan.moves, 'moves')) {
    add('moveStarted', startedAt, { shard, source, target });
  }
}

function list<T>(read: FieldReader, value: unknown, field: string): Raw<T>[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    read.problem('wrong_type', field, () => `is ${describe(value)}, not an array`);
    return [];
  }
  return value.filter((entry) => {
    const usable = typeof entry === 'object' && entry !== null;
    if (!usable) read.problem('wrong_type', `an entry of ${field}`, () => `is ${describe(entry)}, not an object`);
    return usable;
  });
}
