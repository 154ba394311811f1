import type { RebalanceEventName } from '../contract/events.js';
import type { ApprovalMode, Decision, Outcome, RebalanceState } from '../contract/vocabulary.js';

/** Why something failed, in values that are safe to keep. */
export interface FailureFact {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

export interface PlanFactBase {
  readonly planId: string;
}
interface DrainFactBase extends PlanFactBase {
  readonly node: string;
}
interface MoveFactBase extends PlanFactBase {
  readonly shard: string;
}
export interface Ended {
  readonly outcome: Outcome;
  readonly failure: FailureFact | undefined;
}

export interface FactsByEvent {
  stateChanged: {
    readonly to: RebalanceState;
    readonly from: RebalanceState | undefined;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  planCreated: PlanFactBase & {
    readonly trigger: string | undefined;
    readonly approvalMode: ApprovalMode | undefined;
    readonly shards: number | undefined;
    readonly shardsRemaining: number | undefined;
    readonly nodes: readonly string[] | undefined;
    readonly state: RebalanceState | undefined;
    readonly requestedBy: string | undefined;
    readonly changeTicket: string | undefined;
    readonly traceparent: string | undefined;
  };
  approvalRequested: PlanFactBase;
  approvalDecided: PlanFactBase & {
    readonly decision: Decision;
    readonly actor: string | undefined;
    readonly reason: string | undefined;
    readonly traceparent: string | undefined;
  };
  drainStarted: DrainFactBase & { readonly shards: number };
  drainProgressed: DrainFactBase & {
    readonly shardsRemaining: number;
    readonly shards: number | undefined;
    readonly bytes: number | undefined;
  };
  drainFinished: DrainFactBase & Ended & { readonly bytes: number | undefined };
  moveStarted: MoveFactBase & { readonly source: string | undefined; readonly target: string | undefined };
  moveFinished: MoveFactBase & Ended & { readonly bytes: number | undefined };
  planFinished: PlanFactBase & Ended & { readonly reason: string | undefined };
  ownershipChanged: { readonly nodes: ReadonlyMap<string, number>; readonly complete: boolean };
  policyChanged: { readonly maxConcurrentMoves: number };
  guardrailTripped: {
    readonly guardrail: string;
    readonly planId: string | undefined;
    readonly reason: string | undefined;
  };
  paused: object;
  resumed: object;
  heartbeat: object;
}

/** One event in values that are safe to keep: right types, bounded lengths, `at` in ms since the Unix epoch. */
export type Fact = {
  [E in RebalanceEventName]: { readonly event: E; readonly at: number } & FactsByEvent[E];
}[RebalanceEventName];
