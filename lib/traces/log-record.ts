import type { Attributes } from '@opentelemetry/api';
import type { Decision } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import { printable } from '../intake/printable.js';
import type { Drain, Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_DRAIN_SHARDS,
  ATTR_DRAIN_SHARDS_REMAINING,
  ATTR_GUARDRAIL,
  ATTR_NODE_ID,
  ATTR_REASON,
  ATTR_STATE,
  ATTR_STATE_PREVIOUS,
  EVENTS,
} from './definitions.js';

/** An event worth a log record, before it is known where it goes. Severities as in OpenTelemetry's log data model. */
export interface RebalanceLogEvent {
  readonly name: string;
  readonly severity: 9 | 13;
  readonly severityText: 'INFO' | 'WARN';
  readonly plan: Plan | undefined;
  /** Without namespace, cluster and plan id. An undefined value is an absent attribute. */
  readonly attributes: Attributes;
  /** The event in words that go on from the name of the plan or controller. */
  readonly says: string;
}

const INFO = { severity: 9, severityText: 'INFO' } as const;
const WARN = { severity: 13, severityText: 'WARN' } as const;

/** Longest body, and longest reason in it: one line for a person. The attributes have all of it. */
const MAX_BODY_LENGTH = 1_024;
const MAX_REASON_LENGTH = 300;

/** The body of a log record: one line that a person can read without its attributes. */
export function logBodyOf({ plan, says }: RebalanceLogEvent, namespace: string, cluster: string): string {
  const subject = plan === undefined ? 'Controller' : `Plan ${plan.id}`;
  return printable(`${subject} of ${namespace}/${cluster}: ${says}`, MAX_BODY_LENGTH);
}

/** The log event that a transition is worth, if any. */
export function logEventOf(transition: Transition): RebalanceLogEvent | undefined {
  switch (transition.type) {
    case 'stateChanged':
      return {
        name: EVENTS.stateChanged.name,
        ...(transition.to === 'failed' ? WARN : INFO),
        plan: transition.plan,
        attributes: {
          [ATTR_STATE]: transition.to,
          [ATTR_STATE_PREVIOUS]: transition.from,
          [ATTR_REASON]: transition.reason,
        },
        says: `went from ${transition.from} to ${transition.to}${why(transition.reason ?? inWords(transition.failure))}`,
      };
    case 'approvalOpened':
      return {
        name: EVENTS.approvalRequested.name,
        ...INFO,
        plan: transition.plan,
        attributes: {},
        says: 'waits for approval',
      };
    case 'approvalClosed':
      if (transition.decision === undefined) return undefined;
      return {
        name: EVENTS.approvalDecided.name,
        ...INFO,
        plan: transition.plan,
        attributes: {
          [ATTR_APPROVAL_DECISION]: transition.decision,
          [ATTR_APPROVAL_ACTOR]: transition.actor,
          [ATTR_REASON]: transition.reason,
        },
        says: `${decided(transition.decision, transition.actor)}${why(transition.reason)}`,
      };
    case 'drainProgressed':
      return {
        name: EVENTS.drainProgressed.name,
        ...INFO,
        plan: transition.plan,
        attributes: {
          [ATTR_NODE_ID]: transition.drain.node,
          [ATTR_DRAIN_SHARDS]: transition.drain.shards,
          [ATTR_DRAIN_SHARDS_REMAINING]: transition.drain.remaining,
          [ATTR_BYTES]: transition.drain.bytes,
        },
        says: gaveUp(transition.drain),
      };
    case 'guardrailTripped':
      return {
        name: EVENTS.guardrailTripped.name,
        ...WARN,
        plan: transition.plan,
        attributes: { [ATTR_GUARDRAIL]: transition.guardrail, [ATTR_REASON]: transition.reason },
        says: `held back by ${transition.guardrail}${why(transition.reason)}`,
      };
    default:
      return undefined;
  }
}

function why(reason: string | undefined): string {
  return reason === undefined ? '' : ` (${printable(reason, MAX_REASON_LENGTH)})`;
}

function inWords(failure: ParsedFailure | undefined): string | undefined {
  return [failure?.type, failure?.message].filter((part) => part !== undefined).join(': ') || undefined;
}

function decided(decision: Decision, actor: string | undefined): string {
  const by = actor === undefined ? '' : ` by ${actor}`;
  return decision === 'expired' ? 'the request for approval expired' : `${decision}${by}`;
}

function gaveUp({ node, shards, remaining }: Drain): string {
  return `${node} gave up ${shards - remaining} of ${shards} ${shards === 1 ? 'shard' : 'shards'}`;
}
