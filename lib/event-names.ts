import type { RebalanceEventName } from './controller.js';

/** Rare events, which keep what is known of a cluster and its plans. */
export const LIFECYCLE_EVENTS = [
  'stateChanged',
  'planCreated',
  'approvalRequested',
  'approvalDecided',
  'planFinished',
  'ownershipChanged',
  'policyChanged',
  'guardrailTripped',
  'paused',
  'resumed',
  'heartbeat',
] as const satisfies RebalanceEventName[];

/** Frequent events, which are not even listened to while nobody could see what comes of them. */
export const STEP_EVENTS = [
  'drainStarted',
  'drainProgressed',
  'drainFinished',
  'moveStarted',
  'moveFinished',
] as const satisfies RebalanceEventName[];

/** The name of every event of the contract, for adapters and for what else follows a controller. */
export const REBALANCE_EVENT_NAMES: readonly RebalanceEventName[] = [...LIFECYCLE_EVENTS, ...STEP_EVENTS];
