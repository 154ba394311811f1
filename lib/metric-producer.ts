import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import { hrTime } from './hr-time.js';
import type { Ledger } from './ledger.js';
import type { Plan } from './plan.js';
import {
  DECISIONS,
  FOLDED,
  type LabelsOf,
  METRICS,
  type MetricDefinition,
  PHASES,
  SCOPE_NAME,
  STATES,
  UNKNOWN,
} from './semconv.js';
import { VERSION } from './version.js';
import type { ZeroFirstCounter } from './zero-first-counter.js';

/*
 * The types of OpenTelemetry's MetricProducer, by structure: the SDK packages are no dependency, and their enums are
 * plain numbers on both release lines.
 */

/** One value of one series. */
export interface MetricPoint {
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly value: number;
}

interface MetricBase {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: ValueType;
  };
  /** AggregationTemporality.CUMULATIVE */
  readonly aggregationTemporality: 1;
  readonly dataPoints: MetricPoint[];
}
/** One metric with its series. DataPointType.GAUGE is 2, DataPointType.SUM is 3. */
export type ProducedMetric =
  | (MetricBase & { readonly dataPointType: 2 })
  | (MetricBase & { readonly dataPointType: 3; readonly isMonotonic: true });

interface EmptyResource {
  readonly attributes: Attributes;
  merge<T>(other: T): NonNullable<T>;
  getRawAttributes(): never[];
}

/** What {@link RebalanceMetricProducer.collect} gives: a `CollectionResult` of `@opentelemetry/sdk-metrics`. */
export interface ProducedMetrics {
  readonly resourceMetrics: {
    readonly resource: EmptyResource;
    readonly scopeMetrics: {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: ProducedMetric[];
    }[];
  };
  readonly errors: unknown[];
}

/** One cluster of one instrumented controller, as the producer reads it. */
export interface MetricSource {
  readonly namespace: string;
  readonly cluster: string;
  readonly ledger: Ledger;
  /** Milliseconds since the Unix epoch. */
  readonly bornAt: number;
  /** Milliseconds. */
  readonly zeroFor: number;
  /** Brings the source up to date. Returns the time in milliseconds since the Unix epoch. */
  prepare(): number;
  /** 32 hex digits, or empty without tracing. */
  traceId(plan: Plan): string;
}

type ProducerKey = {
  [K in keyof typeof METRICS]: (typeof METRICS)[K]['source'] extends 'producer' ? K : never;
}[keyof typeof METRICS];
const PRODUCER_KEYS = (Object.keys(METRICS) as (keyof typeof METRICS)[]).filter(
  (key): key is ProducerKey => METRICS[key].source === 'producer',
);

/** A longer stretch of work lets the event loop turn. */
const SLICE_MS = 10;
const PLANS_PER_LOOK = 16;

const EMPTY_RESOURCE: EmptyResource = {
  attributes: {},
  merge: <T>(other: T) => (other ?? EMPTY_RESOURCE) as NonNullable<T>,
  getRawAttributes: () => [],
};

/** The attribute objects of one plan, made once: they are most of what a collection would otherwise cost. */
class PlanLabels {
  readonly start: HrTime;
  readonly plan: LabelsOf<'shardsMoving'>;
  readonly states: readonly LabelsOf<'state'>[];
  readonly phases: readonly LabelsOf<'duration'>[];
  readonly decisions: readonly LabelsOf<'planApprovals'>[];
  readonly drains = new Map<string, LabelsOf<'drainShards'>>();
  #info: LabelsOf<'planInfo'> | undefined;

  constructor(namespace: string, cluster: string, plan_id: string, createdAt: number) {
    const plan = Object.freeze({ namespace, cluster, plan_id });
    this.start = hrTime(createdAt);
    this.plan = plan;
    this.states = STATES.map((state) => Object.freeze({ ...plan, state }));
    this.phases = PHASES.map((phase) => Object.freeze({ ...plan, phase }));
    this.decisions = DECISIONS.map((decision) => Object.freeze({ ...plan, decision }));
  }

  drain(node: string): LabelsOf<'drainShards'> {
    let labels = this.drains.get(node);
    if (labels === undefined) {
      labels = Object.freeze({ ...this.plan, node });
      this.drains.set(node, labels);
    }
    return labels;
  }

  info(trigger: string, approval_mode: string, trace_id: string): LabelsOf<'planInfo'> {
    const last = this.#info;
    if (last?.trigger === trigger && last.approval_mode === approval_mode && last.trace_id === trace_id) return last;
    this.#info = Object.freeze({ ...this.plan, trigger, approval_mode, trace_id });
    return this.#info;
  }
}

/** The points of one collection. */
class Batch {
  readonly #points = new Map<ProducerKey, MetricPoint[]>(PRODUCER_KEYS.map((key) => [key, []]));
  readonly #endTime: HrTime;

  constructor(now: number) {
    this.#endTime = hrTime(now);
  }

  add<K extends ProducerKey>(
    key: K,
    attributes: LabelsOf<K> | Omit<LabelsOf<K>, 'plan_id'>,
    startTime: HrTime,
    value: number,
  ): void {
    (this.#points.get(key) as MetricPoint[]).push({ attributes, startTime, endTime: this.#endTime, value });
  }

  metrics(): ProducedMetric[] {
    const metrics: ProducedMetric[] = [];
    for (const [key, dataPoints] of this.#points) {
      // A metric without points would be printed as a bare header.
      if (dataPoints.length === 0) continue;
      const { name, description, unit, kind }: MetricDefinition = METRICS[key];
      const descriptor = { name, description, unit, valueType: ValueType.DOUBLE };
      const base = { descriptor, aggregationTemporality: 1, dataPoints } as const;
      metrics.push(
        kind === 'counter' ? { ...base, dataPointType: 3, isMonotonic: true } : { ...base, dataPointType: 2 },
      );
    }
    return metrics;
  }
}

/**
 * Exports the series that come and go with plans and nodes, which an SDK meter would keep for ever: a `MetricProducer`
 * for the `metricProducers` option of `PrometheusExporter` and of `PeriodicExportingMetricReader`. Series are
 * cumulative on every reader.
 */
export interface RebalanceMetricProducer {
  /**
   * Collects every series. Never rejects: what goes wrong with one cluster stands in `errors`, and the others are
   * there.
   */
  collect(): Promise<ProducedMetrics>;
}

const BRAND = Symbol.for(`${SCOPE_NAME}/metric-producer`);

/** The {@link RebalanceMetricProducer} as the instrumented controllers see it. */
export class ClusterMetricProducer implements RebalanceMetricProducer {
  readonly [BRAND] = true;
  readonly #sources = new Set<MetricSource>();
  readonly #labels = new WeakMap<Plan, PlanLabels>();
  readonly #waiting = new Set<() => void>();
  #wanted = false;
  #collected = false;

  /** True for a producer of this package, also of another loaded copy of it. */
  static is(value: unknown): value is ClusterMetricProducer {
    return typeof value === 'object' && value !== null && BRAND in value;
  }

  /** True once any reader has collected. */
  get collected(): boolean {
    return this.#collected;
  }

  /** True once somebody has taken hold of the producer, so that it may be collected at any time. */
  get wanted(): boolean {
    return this.#wanted;
  }

  want(): this {
    this.#wanted = true;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return this;
  }

  /** Calls `wake` once the producer is wanted. Returns what takes that back. */
  onWanted(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => this.#waiting.delete(wake);
  }

  add(source: MetricSource): void {
    this.#sources.add(source);
  }

  delete(source: MetricSource): void {
    this.#sources.delete(source);
  }

  async collect(): Promise<ProducedMetrics> {
    this.#collected = true;
    const errors: unknown[] = [];
    const metrics = new Map<string, ProducedMetric>();
    const pace = new Pace();
    for (const source of this.#distinctSources()) {
      try {
        const batch = await this.#collectSource(source, pace);
        for (const metric of batch.metrics()) merge(metrics, metric);
      } catch (error) {
        errors.push(error);
      }
    }
    const scopeMetrics =
      metrics.size === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics: [...metrics.values()] }];
    return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics }, errors };
  }

  /** Of two controllers of one cluster only the newer one is shown: a series must not be exported twice. */
  #distinctSources(): MetricSource[] {
    const byCluster = new Map<string, MetricSource>();
    for (const source of this.#sources) byCluster.set(JSON.stringify([source.namespace, source.cluster]), source);
    return [...byCluster.values()];
  }

  async #collectSource(source: MetricSource, pace: Pace): Promise<Batch> {
    const now = source.prepare();
    const batch = new Batch(now);
    this.#collectCluster(source, batch, now);
    if (source.ledger.folded.size > 0) this.#collectFolded(source, batch, now);
    // A copy, because events go on while the loop turns: a plan whose id is used again must not be told twice.
    let looked = 0;
    for (const plan of [...source.ledger.plans.values()]) {
      if (plan.approvals !== undefined) this.#collectPlan(source, plan, batch, now);
      looked += 1;
      if (looked % PLANS_PER_LOOK === 0 && pace.isOver()) await pace.rest();
    }
    return batch;
  }

  #collectPlan(source: MetricSource, plan: Plan, batch: Batch, now: number): void {
    const { zeroFor, ledger } = source;
    let labels = this.#labels.get(plan);
    if (labels === undefined) {
      labels = new PlanLabels(source.namespace, source.cluster, plan.id, plan.createdAt);
      this.#labels.set(plan, labels);
    }
    const { start } = labels;
    for (let i = 0; i < STATES.length; i += 1) {
      batch.add('state', at(labels.states, i), start, plan.state === STATES[i] ? 1 : 0);
    }
    for (let i = 0; i < PHASES.length; i += 1) {
      batch.add('duration', at(labels.phases, i), start, plan.seconds(at(PHASES, i), now));
    }
    for (let i = 0; i < DECISIONS.length; i += 1) {
      const counter = plan.approvals?.[at(DECISIONS, i)];
      if (counter)
        batch.add('planApprovals', at(labels.decisions, i), hrTime(counter.bornAt), counter.collect(now, zeroFor));
    }
    const trigger = plan.trigger === UNKNOWN ? UNKNOWN : ledger.triggers.admit(plan.trigger);
    batch.add('planInfo', labels.info(trigger, plan.approvalMode, source.traceId(plan)), start, 1);
    batch.add('shardsMoving', labels.plan, start, plan.shardsMoving);
    batch.add('planCreated', labels.plan, start, plan.createdAt / 1000);
    batch.add('planStateSince', labels.plan, start, plan.stateSince / 1000);
    batch.add('planShards', labels.plan, start, plan.shards);
    batch.add('planShardsRemaining', labels.plan, start, plan.shardsRemaining);
    for (const drain of plan.drains.values()) {
      const drainLabels = labels.drain(drain.node);
      batch.add('drainShards', drainLabels, start, drain.shards);
      batch.add('drainShardsRemaining', drainLabels, start, drain.remaining);
    }
  }

  #collectFolded({ namespace, cluster, ledger, zeroFor, bornAt }: MetricSource, batch: Batch, now: number): void {
    const labels = new PlanLabels(namespace, cluster, FOLDED, bornAt);
    const states = new Map(STATES.map((state) => [state, 0]));
    let moving = 0;
    let shards = 0;
    let remaining = 0;
    let createdAt = now;
    let stateSince = now;
    for (const plan of ledger.folded) {
      states.set(plan.state, (states.get(plan.state) ?? 0) + 1);
      moving += plan.shardsMoving;
      shards += plan.shards;
      remaining += plan.shardsRemaining;
      createdAt = Math.min(createdAt, plan.createdAt);
      stateSince = Math.min(stateSince, plan.stateSince);
    }
    const { start } = labels;
    for (const [i, state] of STATES.entries()) batch.add('state', at(labels.states, i), start, states.get(state) ?? 0);
    for (const [i, decision] of DECISIONS.entries()) {
      const counter = ledger.foldedApprovals?.[decision];
      if (counter)
        batch.add('planApprovals', at(labels.decisions, i), hrTime(counter.bornAt), counter.collect(now, zeroFor));
    }
    batch.add('shardsMoving', labels.plan, start, moving);
    batch.add('planCreated', labels.plan, start, createdAt / 1000);
    batch.add('planStateSince', labels.plan, start, stateSince / 1000);
    batch.add('planShards', labels.plan, start, shards);
    batch.add('planShardsRemaining', labels.plan, start, remaining);
  }

  #collectCluster({ namespace, cluster, ledger, zeroFor, bornAt }: MetricSource, batch: Batch, now: number): void {
    const labels = Object.freeze({ namespace, cluster });
    const start = hrTime(bornAt);
    const plans = new Map(STATES.map((state) => [state, 0]));
    let pending = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const plan of ledger.plans.values()) {
      plans.set(plan.state, (plans.get(plan.state) ?? 0) + 1);
      if (plan.approvalSince === undefined) continue;
      pending += 1;
      oldest = Math.min(oldest, plan.approvalSince);
    }
    for (const state of STATES) {
      const stateLabels = { ...labels, state };
      batch.add('state', stateLabels, start, ledger.state === state ? 1 : 0);
      batch.add('plans', stateLabels, start, plans.get(state) ?? 0);
    }
    batch.add('approvalsPending', labels, start, pending);
    batch.add('approvalOldestPending', labels, start, pending === 0 ? 0 : oldest / 1000);
    batch.add('paused', labels, start, ledger.paused ? 1 : 0);
    if (ledger.heartbeatAt !== undefined) batch.add('heartbeat', labels, start, ledger.heartbeatAt / 1000);
    if (ledger.maxConcurrentMoves !== undefined)
      batch.add('shardsMovingLimit', labels, start, ledger.maxConcurrentMoves);
    for (const [node, shards] of ledger.nodes) batch.add('nodeShards', { ...labels, node }, start, shards);
    const count = <K extends 'failures' | 'guardrailTrips'>(
      key: K,
      counterLabels: LabelsOf<K>,
      counter: ZeroFirstCounter,
    ) => batch.add(key, counterLabels, hrTime(counter.bornAt), counter.collect(now, zeroFor));
    for (const [phase, counters] of ledger.failures) {
      for (const [error_type, counter] of counters) count('failures', { ...labels, phase, error_type }, counter);
    }
    for (const [guardrail, counter] of ledger.guardrailTrips)
      count('guardrailTrips', { ...labels, guardrail }, counter);
  }
}

/** Keeps one collection from holding the event loop. */
class Pace {
  #since = performance.now();

  isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}

function merge(into: Map<string, ProducedMetric>, metric: ProducedMetric): void {
  const known = into.get(metric.descriptor.name);
  if (known === undefined) into.set(metric.descriptor.name, metric);
  else for (const point of metric.dataPoints) known.dataPoints.push(point);
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T;
}
