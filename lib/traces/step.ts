import type { Drain, Move, Plan } from '../ledger/plan.js';

/** The approval of a plan is one step; a drain or move is the step of its own object. */
export type Step = Plan | Drain | Move;
