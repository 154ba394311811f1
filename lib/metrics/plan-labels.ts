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
import { SeriesLabels } from './series-labels.js';

/** The labels of one plan, made once: they are most of what a collection would otherwise cost. */
export class PlanLabels {
  readonly start: HrTime;
  readonly plan: SeriesLabels<LabelsOf<'shardsMoving'>>;
  readonly state: Readonly<Record<RebalanceState, SeriesLabels<LabelsOf<'state'>>>>;
  readonly phase: Readonly<Record<PlanTime, SeriesLabels<LabelsOf<'duration'>>>>;
  readonly decision: Readonly<Record<Decision, SeriesLabels<LabelsOf<'planApprovals'>>>>;
  readonly held: (reason: string) => SeriesLabels<LabelsOf<'planHeld'>>;
  readonly failure: (errorType: string) => SeriesLabels<LabelsOf<'planFailures'>>;
  readonly drain: (node: string) => SeriesLabels<LabelsOf<'drainShards'>>;
  #info: SeriesLabels<LabelsOf<'planInfo'>> | undefined;
  #ended: SeriesLabels<LabelsOf<'planEnded'>> | undefined;

  /** @param createdAt milliseconds since the Unix epoch */
  constructor(namespace: string, cluster: string, plan_id: string, createdAt: number) {
    const plan = { namespace, cluster, plan_id };
    this.start = hrTime(createdAt);
    this.plan = new SeriesLabels(plan);
    this.state = recordOf(STATES, (state) => new SeriesLabels({ ...plan, state }));
    this.phase = recordOf(PLAN_TIMES, (phase) => new SeriesLabels({ ...plan, phase }));
    this.decision = recordOf(DECISIONS, (decision) => new SeriesLabels({ ...plan, decision }));
    this.held = madeOnce((reason) => new SeriesLabels({ ...plan, reason }));
    this.failure = madeOnce((error_type) => new SeriesLabels({ ...plan, error_type }));
    this.drain = madeOnce((node) => new SeriesLabels({ ...plan, node }));
  }

  ended(outcome: Outcome): SeriesLabels<LabelsOf<'planEnded'>> {
    if (this.#ended?.attributes.outcome !== outcome) {
      this.#ended = new SeriesLabels({ ...this.plan.attributes, outcome });
    }
    return this.#ended;
  }

  info(trigger: string, { approvalMode: approval_mode }: Plan, trace_id: string): SeriesLabels<LabelsOf<'planInfo'>> {
    if (
      this.#info?.attributes.trigger !== trigger ||
      this.#info.attributes.approval_mode !== approval_mode ||
      this.#info.attributes.trace_id !== trace_id
    ) {
      this.#info = new SeriesLabels({ ...this.plan.attributes, trigger, approval_mode, trace_id });
    }
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
