import type { Decision, RebalanceState } from '../contract/vocabulary.js';
import type { ParsedFailure } from '../intake/parsed-event.js';
import type { Plan } from './plan.js';
import type { Drain, Ending, Move } from './step.js';

/**
 * A change in the ledger. The names differ from those of the controller's events, because a transition may also come
 * from a plan that was adopted late, or from the end of another.
 *
 * `seconds` is undefined where the start of the step was not seen.
 */
export type Transition = { readonly at: number } & (
  | {
      readonly type: 'stateChanged';
      readonly plan: Plan | undefined;
      readonly from: RebalanceState;
      readonly to: RebalanceState;
      readonly reason: string | undefined;
      /** Why a plan failed, where this is its end. */
      readonly failure: ParsedFailure | undefined;
    }
  | { readonly type: 'planOpened'; readonly plan: Plan; readonly traceparent: string | undefined }
  | { readonly type: 'planClosed'; readonly plan: Plan; readonly ending: Ending; readonly seconds: number | undefined }
  /** More is known of a plan that was open before: its creation was seen late, or a second time. */
  | { readonly type: 'planAmended'; readonly plan: Plan }
  /** A snapshot has told what the plan adds up to. */
  | { readonly type: 'planRestored'; readonly plan: Plan }
  /** The plan was known to a process before this one. */
  | { readonly type: 'planLoaded'; readonly plan: Plan }
  /** A step that was open in a process that died goes on. */
  | { readonly type: 'stepResumed'; readonly plan: Plan; readonly step: Drain | Move }
  /** A step was open in a process that died, and nobody has spoken of it since; `at` is when it was last known. */
  | { readonly type: 'stepLost'; readonly plan: Plan; readonly step: Drain | Move }
  /** The controller no longer has a plan that was live when its process died: how it ended is not known. */
  | { readonly type: 'planLost'; readonly plan: Plan }
  /** Nothing more is kept of the plan: it has retired, gave way to another one, or goes on under another leader. */
  | { readonly type: 'planForgotten'; readonly plan: Plan }
  | { readonly type: 'approvalOpened'; readonly plan: Plan }
  | {
      readonly type: 'approvalClosed';
      readonly plan: Plan;
      /** Undefined when the plan ended without a decision. */
      readonly decision: Decision | undefined;
      readonly actor: string | undefined;
      readonly reason: string | undefined;
      readonly traceparent: string | undefined;
      readonly seconds: number | undefined;
    }
  | { readonly type: 'drainOpened' | 'drainProgressed'; readonly plan: Plan; readonly drain: Drain }
  | {
      readonly type: 'drainClosed';
      readonly plan: Plan;
      readonly drain: Drain;
      readonly ending: Ending;
      readonly seconds: number | undefined;
    }
  | { readonly type: 'moveOpened'; readonly plan: Plan; readonly move: Move }
  | {
      readonly type: 'moveClosed';
      readonly plan: Plan;
      readonly move: Move;
      readonly ending: Ending;
      readonly seconds: number | undefined;
    }
  | {
      readonly type: 'guardrailTripped';
      readonly plan: Plan | undefined;
      readonly guardrail: string;
      readonly reason: string | undefined;
    }
  /** Every node of the cluster is among these. */
  | { readonly type: 'nodesReported'; readonly plan: undefined; readonly nodes: ReadonlyMap<string, number> }
  /** Without a plan the guardrail holds none any more. */
  | { readonly type: 'guardrailCleared'; readonly plan: Plan | undefined; readonly guardrail: string }
);
