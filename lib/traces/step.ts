import type { Plan } from '../ledger/plan.js';
import type { Drain, Move } from '../ledger/step.js';

/** The approval of a plan is one step; a drain or move is the step of its own object. */
export type Step = Plan | Drain | Move;
