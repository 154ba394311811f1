import type { RebalanceSnapshot, RedactableField } from '../../lib/index.js';
import { TEXT_FIELDS } from '../../lib/intake/text-fields.js';
import type { TestController } from './controller.js';

/** A text for each field that is found again wherever the field goes. */
export const MARKS = Object.fromEntries(
  Object.keys(TEXT_FIELDS).map((field) => [field, `hunter2-${field.replace('.', '-')}`]),
) as Record<RedactableField, string>;

/** An error as a client library throws it: with a password in its message, and a home folder in its stack. */
function markedError(): Error {
  const error = new Error(`cannot log in with ${MARKS['error.message']}`);
  error.name = MARKS['error.name'];
  error.stack = `${error.name}: ${error.message}\n    at connect (/home/${MARKS['error.stack']}/client.js:1:1)`;
  return error;
}

/** A plan that fails in every way, with the mark of each field wherever the field can be told. */
export function liveMarked(controller: TestController, planId = 'p'): void {
  const failure = { outcome: 'failed', error: markedError() } as const;
  const { trigger, requestedBy, changeTicket, actor, reason, errorType } = MARKS;
  controller.tell('planCreated', { planId, shards: 3, nodes: ['a'], trigger, requestedBy, changeTicket });
  controller.tell('approvalRequested', { planId });
  controller.tell('approvalDecided', { planId, decision: 'approved', actor, reason });
  controller.tell('stateChanged', { planId, to: 'draining', reason });
  controller.tell('drainStarted', { planId, node: 'a', shards: 3 });
  for (const shard of ['s', 't', 'u']) controller.tell('moveStarted', { planId, shard, source: 'a', target: 'b' });
  controller.tell('moveFinished', { planId, shard: 's', ...failure, errorType });
  controller.tell('moveFinished', { planId, shard: 't', ...failure });
  controller.tell('moveFinished', { planId, shard: 'u', outcome: 'failed', error: failure.error.message });
  controller.tell('guardrailTripped', { planId, guardrail: 'cooldown', reason });
  controller.tell('drainFinished', { planId, node: 'a', ...failure });
}

/** Ends the plan of {@link liveMarked}. */
export function failMarked(controller: TestController, planId = 'p'): void {
  const { reason } = MARKS;
  controller.tell('planFinished', { planId, outcome: 'failed', error: markedError(), reason });
}

/** A snapshot with the mark of each field that one can tell. */
export function markedSnapshot(planId = 'of-snapshot'): RebalanceSnapshot {
  const { trigger, requestedBy, changeTicket } = MARKS;
  return { plans: [{ planId, trigger, requestedBy, changeTicket, state: 'draining' }] };
}
