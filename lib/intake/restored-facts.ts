import type { Decision } from '../contract/vocabulary.js';

/** What a snapshot tells of a plan besides the events that lead to it. Times are milliseconds since the Unix epoch. */
export interface RestoredPlan {
  readonly event: 'planRestored';
  readonly planId: string;
  readonly tellsState: boolean;
  /** Whether it waits for a decision. */
  readonly waits: boolean;
  readonly workMillis: number | undefined;
  readonly heldMillis: number | undefined;
  readonly progressAt: number | undefined;
  readonly holds: readonly { readonly guardrail: string; readonly since: number }[];
  readonly decisions: { readonly [D in Decision]?: number | undefined };
}

/** What a snapshot tells of nodes besides the events that lead to it. */
interface RestoredNodes {
  readonly event: 'nodesRestored';
  readonly emptied: readonly string[];
}

/** What a snapshot tells besides events. */
export type RestoredFacts = RestoredPlan | RestoredNodes;

export function isRestored(read: { readonly event: string }): read is RestoredFacts {
  return read.event === 'planRestored' || read.event === 'nodesRestored';
}
