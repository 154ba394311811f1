import type { Attributes } from '@opentelemetry/api';
import { type Decision, OTHER, UNKNOWN } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import { printable } from '../intake/printable.js';
import type { Plan } from '../ledger/plan.js';
import type { Drain, Ending, Move } from '../ledger/step.js';
import type { Transition } from '../ledger/transition.js';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_ERROR_TYPE,
  ATTR_GUARDRAIL,
  ATTR_NODE_ID,
  ATTR_PLAN_SHARDS,
  ATTR_PLAN_SHARDS_REMAINING,
  ATTR_REASON,
  ATTR_STATE,
  ATTR_STATE_PREVIOUS,
  ERROR_TYPE_PROCESS_LOST,
  EVENTS,
  type SignalDefinition,
} from './definitions.js';
import {
  creationAttributes,
  drainAttributes,
  drainedAttributes,
  endingAttributes,
  moveAttributes,
} from './step-attributes.js';

/** An event worth a log record, before it is known where it goes. Severities as in OpenTelemetry's log data model. */
export interface RebalanceLogEvent {
  readonly name: string;
  readonly severity: 9 | 13;
  readonly severityText: 'INFO' | 'WARN';
  /** The event in words that go on from the name of the plan or controller. */
  readonly says: string;
  /** Without namespace, cluster and plan id. An undefined value is an absent attribute. */
  readonly attributes: readonly Attributes[];
}

/** Longest body, and longest reason in it: one line for a person. The attributes have all of it. */
const MAX_BODY_LENGTH = 1_024;
const MAX_REASON_LENGTH = 300;
const UNSEEN = ' (the start was not seen)';

/** The body of a log record: one line that a person can read without its attributes. */
export function logBodyOf(says: string, plan: Plan | undefined, namespace: string, cluster: string): string {
  const subject = plan === undefined ? 'Controller' : `Plan ${plan.id}`;
  return printable(`${subject} of ${namespace}/${cluster}: ${says}`, MAX_BODY_LENGTH);
}

/** The log event that a transition is worth, if any. */
export function logEventOf(transition: Transition): RebalanceLogEvent | undefined {
  switch (transition.type) {
    case 'planOpened':
      // The creation of a plan that is resumed has been logged by the process that saw it.
      if (transition.traceparent !== undefined) return undefined;
      return info(EVENTS.planCreated, created(transition.plan), creationAttributes(transition.plan));
    case 'stateChanged': {
      const { from, to, reason, failure } = transition;
      const attributes = { [ATTR_STATE]: to, [ATTR_STATE_PREVIOUS]: from, [ATTR_REASON]: reason };
      const says = `went from ${from} to ${to}${why(reason ?? inWords(failure))}`;
      if (to !== 'failed') return info(EVENTS.stateChanged, says, attributes);
      return warning(EVENTS.stateChanged, says, attributes, { [ATTR_ERROR_TYPE]: failure?.type ?? OTHER });
    }
    case 'approvalOpened':
      return info(EVENTS.approvalRequested, 'waits for approval');
    case 'approvalClosed': {
      const { decision, actor, reason } = transition;
      if (decision === undefined) return undefined;
      const attributes = { [ATTR_APPROVAL_DECISION]: decision, [ATTR_APPROVAL_ACTOR]: actor, [ATTR_REASON]: reason };
      return info(EVENTS.approvalDecided, `${decided(decision, actor)}${why(reason)}`, attributes);
    }
    case 'drainOpened': {
      const { drain } = transition;
      return info(EVENTS.drainStarted, beganToGiveUp(drain), drainAttributes(drain));
    }
    case 'drainProgressed': {
      const { drain } = transition;
      return info(EVENTS.drainProgressed, gaveUp(drain), { [ATTR_NODE_ID]: drain.node }, drainedAttributes(drain));
    }
    case 'drainClosed': {
      const { drain, ending } = transition;
      const node = { [ATTR_NODE_ID]: drain.node };
      return ended(EVENTS.drainFinished, `the drain of ${drain.node} `, ending, node, drainedAttributes(drain));
    }
    case 'moveOpened': {
      const { move } = transition;
      return info(EVENTS.moveStarted, beganToMove(move), moveAttributes(move));
    }
    case 'moveClosed': {
      const { move, ending } = transition;
      const bytes = { [ATTR_BYTES]: move.bytes };
      return ended(EVENTS.moveFinished, `the move of ${move.shard} `, ending, moveAttributes(move), bytes);
    }
    case 'planClosed':
      return ended(EVENTS.planFinished, '', transition.ending, leftAttributes(transition.plan));
    case 'stepLost': {
      const { step } = transition;
      if (!('node' in step)) return lost(EVENTS.moveFinished, `the move of ${step.shard}`, moveAttributes(step));
      const node = { [ATTR_NODE_ID]: step.node };
      return lost(EVENTS.drainFinished, `the drain of ${step.node}`, node, drainedAttributes(step));
    }
    case 'planLost':
      return lost(EVENTS.planFinished, 'its end was not seen: it', leftAttributes(transition.plan));
    case 'guardrailTripped': {
      const { guardrail, reason } = transition;
      const attributes = { [ATTR_GUARDRAIL]: guardrail, [ATTR_REASON]: reason };
      return warning(EVENTS.guardrailTripped, `held back by ${guardrail}${why(reason)}`, attributes);
    }
    default:
      return undefined;
  }
}

function info({ name }: SignalDefinition, says: string, ...attributes: Attributes[]): RebalanceLogEvent {
  return { name, severity: 9, severityText: 'INFO', says, attributes };
}

function warning({ name }: SignalDefinition, says: string, ...attributes: Attributes[]): RebalanceLogEvent {
  return { name, severity: 13, severityText: 'WARN', says, attributes };
}

function ended(
  event: SignalDefinition,
  subject: string,
  ending: Ending,
  ...attributes: Attributes[]
): RebalanceLogEvent {
  attributes.push(endingAttributes(ending));
  if (ending.outcome !== 'failed') return info(event, `${subject}is ${ending.outcome}`, ...attributes);
  return warning(event, `${subject}failed${why(inWords(ending.failure))}`, ...attributes);
}

function lost(event: SignalDefinition, subject: string, ...attributes: Attributes[]): RebalanceLogEvent {
  attributes.push({ [ATTR_ERROR_TYPE]: ERROR_TYPE_PROCESS_LOST });
  return warning(event, `${subject} was under way when the controller's process died`, ...attributes);
}

function leftAttributes({ shards, shardsRemaining }: Plan): Attributes {
  return { [ATTR_PLAN_SHARDS]: shards, [ATTR_PLAN_SHARDS_REMAINING]: shardsRemaining };
}

function why(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${printable(reason, MAX_REASON_LENGTH)})`;
}

function inWords(failure: ParsedFailure | undefined): string | undefined {
  return [failure?.type, failure?.message].filter((part) => part !== undefined).join(': ') || undefined;
}

function created({ seenLate, requestedBy, trigger }: Plan): string {
  if (seenLate) return 'seen for the first time (the creation was not seen)';
  return `created${by(requestedBy)}${why(trigger === UNKNOWN ? undefined : trigger)}`;
}

function decided(decision: Decision, actor: string | undefined): string {
  return decision === 'expired' ? 'the request for approval expired' : `${decision}${by(actor)}`;
}

function by(actor: string | undefined): string {
  return actor === undefined ? '' : ` by ${actor}`;
}

function beganToGiveUp({ node, shards, startedAt }: Drain): string {
  return startedAt === undefined ? `${node} gives up shards${UNSEEN}` : `${node} begins to give up ${counted(shards)}`;
}

function gaveUp({ node, shards, remaining }: Drain): string {
  return `${node} gave up ${shards - remaining} of ${counted(shards)}`;
}

function beganToMove({ shard, source, target, startedAt }: Move): string {
  const from = source === undefined ? '' : ` from ${source}`;
  const to = target === undefined ? '' : ` to ${target}`;
  return `${shard} moves${from}${to}${startedAt === undefined ? UNSEEN : ''}`;
}

function counted(shards: number): string {
  return `${shards} ${shards === 1 ? 'shard' : 'shards'}`;
}
