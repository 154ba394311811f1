import type { RebalanceEventName } from '../contract/events.js';
import type { DrainSnapshot, MoveSnapshot, PlanSnapshot, RebalanceSnapshot } from '../contract/snapshot.js';
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
