import type { RebalanceEventName } from '../contract/events.js';
import type { ApprovalMode, Decision, Outcome, RebalanceState } from '../contract/vocabulary.js';

/** Why something failed, in values that are safe to keep. */
export interface ParsedFailure {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

export interface OfPlan {
  readonly planId: string;
}
interface OfDrain extends OfPlan {
  readonly node: string;
}
interface OfMove extends OfPlan {
  readonly shard: string;
}
export interface Ended {
  readonly outcome: Outcome;
  readonly failure: ParsedFailure | undefined;
}

export interface FieldsByEvent {
  stateChanged: {
    readonly to: RebalanceState;
    readonly from: RebalanceState | undefined;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  planCreated: OfPlan & {
    readonly trigger: string | undefined;
    readonly approvalMode: ApprovalMode | undefined;
    readonly shards: number | undefined;
    readonly bytes: number | undefined;
    readonly shardsRemaining: number | undefined;
    readonly nodes: readonly string[] | undefined;
    readonly state: RebalanceState | undefined;
    readonly requestedBy: string | undefined;
    readonly changeTicket: string | undefined;
    readonly traceparent: string | undefined;
  };
  approvalRequested: OfPlan;
  approvalDecided: OfPlan & {
    readonly decision: Decision;
    readonly actor: string | undefined;
    readonly reason: string | undefined;
    readonly traceparent: string | undefined;
  };
  drainStarted: OfDrain & { readonly shards: number };
  drainProgressed: OfDrain & {
    readonly shardsRemaining: number;
    readonly shards: number | undefined;
    readonly bytes: number | undefined;
  };
  drainFinished: OfDrain & Ended & { readonly bytes: number | undefined };
  moveStarted: OfMove & {
    readonly source: string | undefined;
    readonly target: string | undefined;
    readonly bytes: number | undefined;
  };
  moveFinished: OfMove & Ended & { readonly bytes: number | undefined };
  planFinished: OfPlan & Ended & { readonly reason: string | undefined };
  ownershipChanged: { readonly nodes: ReadonlyMap<string, number>; readonly complete: boolean };
  policyChanged: { readonly maxConcurrentMoves: number };
  guardrailTripped: {
    readonly guardrail: string;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  leadershipChanged: { readonly leading: boolean };
  decommissioned: object;
  paused: object;
  resumed: object;
  heartbeat: object;
}

/** One event in values that are safe to keep: right types, bounded lengths, `at` in ms since the Unix epoch. */
export type ParsedEvent = {
  [E in RebalanceEventName]: { readonly event: E; readonly at: number } & FieldsByEvent[E];
}[RebalanceEventName];
