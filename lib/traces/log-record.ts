import type { Attributes } from '@opentelemetry/api';
import type { Plan } from '../ledger/plan.js';
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
}

const INFO = { severity: 9, severityText: 'INFO' } as const;
const WARN = { severity: 13, severityText: 'WARN' } as const;

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
      };
    case 'approvalOpened':
      return { name: EVENTS.approvalRequested.name, ...INFO, plan: transition.plan, attributes: {} };
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
      };
    case 'guardrailTripped':
      return {
        name: EVENTS.guardrailTripped.name,
        ...WARN,
        plan: transition.plan,
        attributes: { [ATTR_GUARDRAIL]: transition.guardrail, [ATTR_REASON]: transition.reason },
      };
    default:
      return undefined;
  }
}
