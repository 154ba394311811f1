import type { HrTime } from '@opentelemetry/api';
import { DECISIONS, type Decision, PHASES, type Phase, type RebalanceState, STATES } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import { hrTime } from '../otel/hr-time.js';
import type { LabelsOf } from './definitions.js';
import { recordOf } from './record-of.js';

/** The frozen attribute objects of one plan, made once: they are most of what a collection would otherwise cost. */
export class PlanLabels {
  readonly start: HrTime;
  readonly plan: LabelsOf<'shardsMoving'>;
  readonly state: Readonly<Record<RebalanceState, LabelsOf<'state'>>>;
  readonly phase: Readonly<Record<Phase, LabelsOf<'duration'>>>;
  readonly decision: Readonly<Record<Decision, LabelsOf<'planApprovals'>>>;
  readonly #drains = new Map<string, LabelsOf<'drainShards'>>();
  #info: LabelsOf<'planInfo'> | undefined;

  /** @param createdAt milliseconds since the Unix epoch */
  constructor(namespace: string, cluster: string, plan_id: string, createdAt: number) {
    const plan = Object.freeze({ namespace, cluster, plan_id });
    this.start = hrTime(createdAt);
    this.plan = plan;
    this.state = recordOf(STATES, (state) => Object.freeze({ ...plan, state }));
    this.phase = recordOf(PHASES, (phase) => Object.freeze({ ...plan, phase }));
    this.decision = recordOf(DECISIONS, (decision) => Object.freeze({ ...plan, decision }));
  }

  drain(node: string): LabelsOf<'drainShards'> {
    let labels = this.#drains.get(node);
    if (labels === undefined) {
      labels = Object.freeze({ ...this.plan, node });
      this.#drains.set(node, labels);
    }
    return labels;
  }

  info(trigger: string, { approvalMode: approval_mode }: Plan, trace_id: string): LabelsOf<'planInfo'> {
    const last = this.#info;
    if (last?.trigger === trigger && last.approval_mode === approval_mode && last.trace_id === trace_id) return last;
    this.#info = Object.freeze({ ...this.plan, trigger, approval_mode, trace_id });
    return this.#info;
  }
}
