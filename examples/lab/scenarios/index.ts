import type { Scenario } from '../scenario.js';
import { approvalBacklog } from './approval-backlog.js';
import { flapping } from './flapping.js';
import { fleet } from './fleet.js';
import { guardrailHeld } from './guardrail-held.js';
import { healthy } from './healthy.js';
import { heartbeatLost } from './heartbeat-lost.js';
import { imbalance } from './imbalance.js';
import { repeatedFailures } from './repeated-failures.js';
import { restartDuringPlan } from './restart-during-plan.js';
import { slowButMoving } from './slow-but-moving.js';
import { stuckDrain } from './stuck-drain.js';
import { tooManyMoves } from './too-many-moves.js';

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  healthy,
  slowButMoving,
  stuckDrain,
  repeatedFailures,
  approvalBacklog,
  tooManyMoves,
  heartbeatLost,
  restartDuringPlan,
  flapping,
  imbalance,
  guardrailHeld,
  fleet,
];
