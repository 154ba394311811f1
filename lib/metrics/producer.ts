import { setImmediate } from 'node:timers';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { addCluster, addFolded, addPlan, type MetricSource } from './cluster-series.js';
import { EMPTY_RESOURCE, MetricBatch, type ProducedMetrics } from './metric-data.js';

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
  readonly #sources = new Set<MetricSource>();
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
    const batch = new MetricBatch();
    const pace = new Pace();
    for (const source of this.#distinctSources()) {
      try {
        await this.#collectSource(source, batch, pace);
      } catch (error) {
        errors.push(error);
      }
    }
    const metrics = batch.metrics();
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }];
    return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics }, errors };
  }

  /** Of two controllers of one cluster only the newer one is shown: a series must not be exported twice. */
  #distinctSources(): MetricSource[] {
    const byCluster = new Map<string, MetricSource>();
    for (const source of this.#sources) byCluster.set(JSON.stringify([source.namespace, source.cluster]), source);
    return [...byCluster.values()];
  }

  async #collectSource(source: MetricSource, batch: MetricBatch, pace: Pace): Promise<void> {
    const now = source.prepare();
    batch.begin(now, source.zeroFor);
    addCluster(source, batch);
    addFolded(source, batch);
    // A copy, because events go on while the loop turns: a plan whose id is used again must not be told twice.
    for (const [index, plan] of [...source.ledger.plans.values()].entries()) {
      if (!source.ledger.folded.has(plan)) addPlan(source, plan, batch, now);
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
