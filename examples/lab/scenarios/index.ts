import type { Scenario } from '../scenario.js';
import { approvalBacklog } from './approval-backlog.js';
import { approvedLate } from './approved-late.js';
import { clockAhead } from './clock-ahead.js';
import { failedPlan } from './failed-plan.js';
import { flapping } from './flapping.js';
import { fleet } from './fleet.js';
import { fleetOneBad } from './fleet-one-bad.js';
import { guardrailHeld } from './guardrail-held.js';
import { healthy } from './healthy.js';
import { heartbeatLost } from './heartbeat-lost.js';
import { imbalance } from './imbalance.js';
import { invalidEvents } from './invalid-events.js';
import { investigatingForEver } from './investigating-for-ever.js';
import { metricsLost } from './metrics-lost.js';
import { overBudget } from './over-budget.js';
import { paused } from './paused.js';
import { plansUntracked } from './plans-untracked.js';
import { repeatedFailures } from './repeated-failures.js';
import { restartDuringPlan } from './restart-during-plan.js';
import { slowButMoving } from './slow-but-moving.js';
import { stuckDrain } from './stuck-drain.js';
import { targetLost } from './target-lost.js';
import { tooManyMoves } from './too-many-moves.js';
import { twoLeaders } from './two-leaders.js';

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  healthy,
  slowButMoving,
  overBudget,
  stuckDrain,
  failedPlan,
  repeatedFailures,
  approvalBacklog,
  approvedLate,
  plansUntracked,
  tooManyMoves,
  guardrailHeld,
  paused,
  investigatingForEver,
  flapping,
  imbalance,
  heartbeatLost,
  restartDuringPlan,
  metricsLost,
  targetLost,
  twoLeaders,
  invalidEvents,
  clockAhead,
  fleet,
  fleetOneBad,
];
