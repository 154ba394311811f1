import type { HrTime } from '@opentelemetry/api';
import {
  DECISIONS,
  type Decision,
  type Outcome,
  PLAN_TIMES,
  type PlanTime,
  type RebalanceState,
  STATES,
} from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import { hrTime } from '../otel/hr-time.js';
import type { LabelsOf } from './definitions.js';
import { recordOf } from './record-of.js';

/** The frozen attribute objects of one plan, made once: they are most of what a collection would otherwise cost. */
export class PlanLabels {
  readonly start: HrTime;
  readonly plan: LabelsOf<'shardsMoving'>;
  readonly state: Readonly<Record<RebalanceState, LabelsOf<'state'>>>;
  readonly phase: Readonly<Record<PlanTime, LabelsOf<'duration'>>>;
  readonly decision: Readonly<Record<Decision, LabelsOf<'planApprovals'>>>;
  readonly held: (reason: string) => LabelsOf<'planHeld'>;
  readonly failure: (errorType: string) => LabelsOf<'planFailures'>;
  readonly drain: (node: string) => LabelsOf<'drainShards'>;
  #info: LabelsOf<'planInfo'> | undefined;
  #ended: LabelsOf<'planEnded'> | undefined;

  /** @param createdAt milliseconds since the Unix epoch */
  constructor(namespace: string, cluster: string, plan_id: string, createdAt: number) {
    const plan = Object.freeze({ namespace, cluster, plan_id });
    this.start = hrTime(createdAt);
    this.plan = plan;
    this.state = recordOf(STATES, (state) => Object.freeze({ ...plan, state }));
    this.phase = recordOf(PLAN_TIMES, (phase) => Object.freeze({ ...plan, phase }));
    this.decision = recordOf(DECISIONS, (decision) => Object.freeze({ ...plan, decision }));
    this.held = madeOnce((reason) => Object.freeze({ ...plan, reason }));
    this.failure = madeOnce((error_type) => Object.freeze({ ...plan, error_type }));
    this.drain = madeOnce((node) => Object.freeze({ ...plan, node }));
  }

  ended(outcome: Outcome): LabelsOf<'planEnded'> {
    if (this.#ended?.outcome !== outcome) this.#ended = Object.freeze({ ...this.plan, outcome });
    return this.#ended;
  }

  info(trigger: string, { approvalMode: approval_mode }: Plan, trace_id: string): LabelsOf<'planInfo'> {
    const last = this.#info;
    if (last?.trigger === trigger && last.approval_mode === approval_mode && last.trace_id === trace_id) return last;
    this.#info = Object.freeze({ ...this.plan, trigger, approval_mode, trace_id });
    return this.#info;
  }
}

/** Keeps what `make` gave for each value. */
function madeOnce<T>(make: (value: string) => T): (value: string) => T {
  const made = new Map<string, T>();
  return (value) => {
    let found = made.get(value);
    if (found === undefined) {
      found = make(value);
      made.set(value, found);
    }
    return found;
  };
}
