import type { Point, WrittenSpan } from './messages.js';
import type { Trial } from './trial.js';
import type { Fact } from './world.js';

/** Differences between a plan whose controller was killed and the same plan without that. */
export interface Verdict {
  /** Greatest difference of a phase's seconds. */
  readonly phaseSeconds: number;
  /** Decisions, outcomes and totals that differ, in words. */
  readonly facts: readonly string[];
  /** Steps without any span. */
  readonly missingSpans: readonly string[];
  /** Steps whose span ended with the process. */
  readonly lostSpans: number;
  /** True when all spans are of one trace, or nobody could know of the first one: the plan was not in the journal yet. */
  readonly isOneTrace: boolean;
}

const EXACT = ['mesh_rebalance_state', 'mesh_rebalance_plan_shards', 'mesh_rebalance_plan_shards_remaining'];
const DECISIONS = 'mesh_rebalance_plan_approvals_total';
const PHASES = 'mesh_rebalance_duration_seconds';

export function verdictOf({ killed, neverKilled, facts, spans, knewPlan }: Trial): Verdict {
  const differences = (name: string) =>
    neverKilled
      .filter((point) => point.name === name && 'plan_id' in point.attributes)
      .map((point) => ({ point, value: sameSeries(killed, point) }));
  const seconds = differences(PHASES).map(({ point, value = Number.POSITIVE_INFINITY }) =>
    Math.abs(value - point.value),
  );
  const steps = facts.map(stepOf).filter((step) => step !== undefined);
  return {
    phaseSeconds: Math.max(...seconds),
    facts: [...EXACT, DECISIONS].flatMap((name) =>
      differences(name)
        .filter(({ point, value }) => value !== point.value)
        .map(({ point, value }) => `${name} ${JSON.stringify(point.attributes)} is ${value}, not ${point.value}`),
    ),
    missingSpans: steps.filter((step) => !spans.some((span) => nameOf(span) === step)),
    lostSpans: spans.filter(({ attributes }) => attributes['error.type'] === 'process_lost').length,
    isOneTrace: !knewPlan || new Set(spans.map(({ traceId }) => traceId)).size === 1,
  };
}

function sameSeries(points: readonly Point[], like: Point): number | undefined {
  const labels = JSON.stringify(like.attributes);
  return points.find(({ name, attributes }) => name === like.name && JSON.stringify(attributes) === labels)?.value;
}

/** The step that a fact ends, named as its span is. */
function stepOf({ event, payload }: Fact): string | undefined {
  switch (event) {
    case 'planCreated':
      return 'rebalance.plan.created';
    case 'approvalDecided':
      return 'rebalance.approval';
    case 'drainFinished':
      return `rebalance.drain ${payload['node']}`;
    case 'moveFinished':
      return `rebalance.move ${payload['shard']}`;
    case 'planFinished':
      return 'rebalance.plan';
    default:
      return undefined;
  }
}

function nameOf({ name, attributes }: WrittenSpan): string {
  const step = attributes['mesh.shard.id'] ?? attributes['mesh.node.id'];
  return step === undefined ? name : `${name} ${step}`;
}
