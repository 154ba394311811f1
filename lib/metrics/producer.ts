import { setImmediate } from 'node:timers';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import type { ClusterSeries } from './cluster-series.js';
import { EMPTY_RESOURCE, MetricDataBuilder, type ProducedMetrics } from './metric-data.js';

/** A longer stretch of work lets the event loop turn. */
const SLICE_MS = 10;
const PLANS_PER_LOOK = 16;

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
  readonly #sources = new Set<ClusterSeries>();
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

  add(source: ClusterSeries): void {
    this.#sources.add(source);
  }

  delete(source: ClusterSeries): void {
    this.#sources.delete(source);
  }

  async collect(): Promise<ProducedMetrics> {
    this.#collected = true;
    const errors: unknown[] = [];
    const builder = new MetricDataBuilder();
    const pace = new Pace();
    for (const source of this.#distinctSources()) {
      try {
        await this.#collectSource(source, builder, pace);
      } catch (error) {
        errors.push(error);
      }
    }
    const metrics = builder.metrics();
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }];
    return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics }, errors };
  }

  /** Of two controllers of one cluster only the newer one is shown: a series must not be exported twice. */
  #distinctSources(): ClusterSeries[] {
    const byCluster = new Map<string, ClusterSeries>();
    for (const source of this.#sources) byCluster.set(JSON.stringify([source.namespace, source.cluster]), source);
    return [...byCluster.values()];
  }

  async #collectSource(source: ClusterSeries, builder: MetricDataBuilder, pace: Pace): Promise<void> {
    const { now, plans } = source.beginCollection(builder);
    for (const [index, [plan, approvals]] of plans.entries()) {
      source.addPlan(plan, approvals, builder, now);
      if (index % PLANS_PER_LOOK === 0 && pace.isOver()) await pace.rest();
    }
  }
}

/** Keeps one collection from holding the event loop. */
class Pace {
  #since = performance.now();

  isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS;
  }

  /** Node's own timer and not the global one, which jsdom does not have and fake timers hold for ever. */
  async rest(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  }
}
