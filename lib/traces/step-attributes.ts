import type { Attributes } from '@opentelemetry/api';
import { OTHER } from '../contract/vocabulary.js';
import { Plan } from '../ledger/plan.js';
import type { Drain, Ending, Move } from '../ledger/step.js';
import {
  ATTR_BYTES,
  ATTR_DRAIN_SHARDS,
  ATTR_DRAIN_SHARDS_REMAINING,
  ATTR_ERROR_TYPE,
  ATTR_MOVE_SOURCE,
  ATTR_MOVE_TARGET,
  ATTR_NODE_ID,
  ATTR_OUTCOME,
  ATTR_PLAN_APPROVAL_MODE,
  ATTR_PLAN_CHANGE_TICKET,
  ATTR_PLAN_NODES,
  ATTR_PLAN_REQUESTED_BY,
  ATTR_PLAN_SEEN_LATE,
  ATTR_PLAN_SHARDS,
  ATTR_PLAN_TRIGGER,
  ATTR_SHARD_ID,
  SPANS,
} from './definitions.js';
import type { Step } from './step.js';

/*
 * Attributes that the span of a plan or step and the log events about it have in common. An undefined value is an absent
 * attribute.
 */

export function planAttributes(plan: Plan): Attributes {
  return {
    [ATTR_PLAN_TRIGGER]: plan.trigger,
    [ATTR_PLAN_APPROVAL_MODE]: plan.approvalMode,
    [ATTR_PLAN_SHARDS]: plan.shards,
    [ATTR_PLAN_SEEN_LATE]: plan.seenLate || undefined,
  };
}

export function creationAttributes(plan: Plan): Attributes {
  return {
    ...planAttributes(plan),
    [ATTR_PLAN_REQUESTED_BY]: plan.requestedBy,
    [ATTR_PLAN_CHANGE_TICKET]: plan.changeTicket,
    [ATTR_PLAN_NODES]: plan.nodes === undefined ? undefined : [...plan.nodes],
  };
}

/** Attributes from the start of a drain, which alone says how many shards there are. */
export function drainAttributes({ node, shards, startedAt }: Drain): Attributes {
  return { [ATTR_NODE_ID]: node, [ATTR_DRAIN_SHARDS]: startedAt === undefined ? undefined : shards };
}

export function drainedAttributes({ shards, remaining, bytes }: Drain): Attributes {
  return { [ATTR_DRAIN_SHARDS]: shards, [ATTR_DRAIN_SHARDS_REMAINING]: remaining, [ATTR_BYTES]: bytes };
}

export function moveAttributes({ shard, source, target }: Move): Attributes {
  return { [ATTR_SHARD_ID]: shard, [ATTR_MOVE_SOURCE]: source, [ATTR_MOVE_TARGET]: target };
}

export function endingAttributes(ending: Ending): Attributes {
  return { [ATTR_OUTCOME]: ending.outcome, [ATTR_ERROR_TYPE]: errorTypeOf(ending) };
}

/** `error.type` of an ending; undefined unless it is a failure. */
export function errorTypeOf({ outcome, failure }: Ending): string | undefined {
  return outcome === 'failed' ? (failure?.type ?? OTHER) : undefined;
}

/** Name of a step's span, and the attributes that it has from its start. */
export function startOf(step: Step): { name: string; attributes: Attributes } {
  if (step instanceof Plan) return { name: SPANS.approval.name, attributes: {} };
  if ('node' in step) return { name: SPANS.drain.name, attributes: drainAttributes(step) };
  return { name: SPANS.move.name, attributes: moveAttributes(step) };
}
