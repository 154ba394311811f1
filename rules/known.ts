/* What alerts take up from rules before them: a day that each reads anew would cost more than all else that they ask. */
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { heldBack, toldHeldBack } from './plan-conditions.js';
import { type Expression, lastOverTime, madeByRules, max, type Series, series } from './promql/index.js';
import { recordingRule } from './recording.js';
import type { RecordingRule, RuleGroup } from './rule.js';
import { CLUSTER, TARGET } from './selectors.js';
import type { Settings } from './settings.js';
import type { ThresholdValues } from './thresholds.js';

/** What conditions may take for known. */
export interface Known {
  /** The last clock of each process that was there within `rememberedFor`. */
  readonly clock: Expression;
  /** The last heartbeat of each process that was there within `rememberedFor`. */
  readonly heartbeat: Expression;
  /** When clusters were taken out of service, as was said within `rememberedFor`. */
  readonly decommissioned: Expression;
  /** Seconds for which each plan has been held that `MeshRebalancePlanHeld` tells as info. */
  readonly heldLong: Expression;
}

const CLOCK = series(METRICS.clock);
const HEARTBEAT = series(METRICS.heartbeat);
const DECOMMISSIONED = series(METRICS.decommissioned);
const RECORDED_CLOCK = madeByRules('namespace_cluster_job_instance:mesh_rebalance_clock_timestamp_seconds:last');
const RECORDED_HEARTBEAT = madeByRules('namespace_cluster:mesh_rebalance_controller_heartbeat_timestamp_seconds:last');
const RECORDED_DECOMMISSIONED = madeByRules(
  'namespace_cluster:mesh_rebalance_controller_decommissioned_timestamp_seconds:last',
);

/** The series that the alerts remember by. */
export const MEMORY = [RECORDED_CLOCK, RECORDED_HEARTBEAT, RECORDED_DECOMMISSIONED] as const;

/** Longer than from one evaluation of the group to the next. */
const FRESH = '10m';
/** Longer than Prometheus is away: an alert that it had forgotten would end and begin anew. */
const KEPT = '1h';

/** Read from what is scraped: all of it, each time. */
export function knownBySeries(values: ThresholdValues): Known {
  const last = (of: Series) => lastOverTime(of.range(values.rememberedFor));
  return {
    clock: last(CLOCK),
    heartbeat: last(HEARTBEAT),
    decommissioned: last(DECOMMISSIONED),
    heldLong: heldBack(values),
  };
}

/** Read from what rules have made, and of late from what is scraped. */
export function knownByRules(values: ThresholdValues): Known {
  return {
    clock: recorded(RECORDED_CLOCK, CLOCK),
    heartbeat: recorded(RECORDED_HEARTBEAT, HEARTBEAT),
    decommissioned: recorded(RECORDED_DECOMMISSIONED, DECOMMISSIONED),
    heldLong: toldHeldBack(values),
  };
}

function recorded(record: Series, of: Series): Expression {
  return lastOverTime(record.range(KEPT))
    .or(lastOverTime(of.range(FRESH)))
    .onOneLine();
}

/** The recording rules that the alerts need, and stand beside. */
export function memoryGroup(settings: Settings): RuleGroup<RecordingRule> {
  const { clock, heartbeat, decommissioned } = knownBySeries(settings.values);
  return {
    name: 'mesh-rebalance.memory',
    interval: '5m',
    rules: [
      recordingRule(settings, RECORDED_CLOCK, max([...CLUSTER, ...TARGET], clock)),
      recordingRule(settings, RECORDED_HEARTBEAT, max(CLUSTER, heartbeat)),
      recordingRule(settings, RECORDED_DECOMMISSIONED, max(CLUSTER, decommissioned)),
    ],
  };
}
