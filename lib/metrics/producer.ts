import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { yielder } from '../otel/yielder.js';
import type { ClusterSeries } from './cluster-series.js';
import { EMPTY_RESOURCE, MetricDataBuilder, type ProducedMetrics } from './metric-data.js';
import type { SeriesSink } from './series-sink.js';

/** A longer stretch of work lets the event loop turn. */
const SLICE_MILLIS = 10;
const PLANS_PER_LOOK = 16;

/** Lets the event loop turn where that is due. */
type Rest = () => Promise<void> | undefined;

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

/** What tells a cluster from all others. */
export interface ClusterName {
  readonly namespace: string;
  readonly cluster: string;
}

const BRAND = Symbol.for(`${SCOPE_NAME}/metric-producer/2`);

/** The {@link RebalanceMetricProducer} as the instrumented controllers see it. */
export class ClusterMetricProducer implements RebalanceMetricProducer {
  readonly [BRAND] = true;
  readonly #sources = new Set<ClusterSeries>();
  readonly #waiting = new Set<() => void>();
  #active = false;
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
  get active(): boolean {
    return this.#active;
  }

  activate(): this {
    this.#active = true;
    for (const listener of this.#waiting) listener();
    this.#waiting.clear();
    return this;
  }

  /** Calls `listener` once the producer is active. Returns what takes that back. */
  onActivate(listener: () => void): () => void {
    this.#waiting.add(listener);
    return () => this.#waiting.delete(listener);
  }

  add(source: ClusterSeries): void {
    for (const other of this.#sources) {
      if (other.isClosed && clusterOf(other) === clusterOf(source)) this.#sources.delete(other);
    }
    this.#sources.add(source);
  }

  /** Takes a source off that records nothing any more. Its last values stay for a while if somebody can collect them. */
  close(source: ClusterSeries): void {
    // First, because its clock may throw.
    this.#sources.delete(source);
    source.close();
    if (this.#active) this.#sources.add(source);
    // Nobody may ever collect again.
    for (const other of this.#sources) if (other.isOver()) this.#sources.delete(other);
  }

  async collect(): Promise<ProducedMetrics> {
    const builder = new MetricDataBuilder();
    const errors = await this.collectInto(builder, yielder(SLICE_MILLIS));
    const metrics = builder.metrics();
    const scopeMetrics = metrics.length === 0 ? [] : [{ scope: { name: SCOPE_NAME, version: VERSION }, metrics }];
    return { resourceMetrics: { resource: EMPTY_RESOURCE, scopeMetrics }, errors };
  }

  /** The clusters that have series. */
  get clusters(): readonly ClusterName[] {
    return this.#distinctSources().map(({ namespace, cluster }) => ({ namespace, cluster }));
  }

  /**
   * Gives every series to `sink`. The time and the plans that are shown are those of the beginning of each cluster, and
   * the values of a plan are all of one moment.
   *
   * @param rest is asked between plans, and may let the event loop turn
   * @param isWanted chooses clusters; default: all
   * @returns what went wrong, by cluster
   */
  async collectInto(sink: SeriesSink, rest: Rest, isWanted: (of: ClusterName) => boolean = () => true) {
    this.#collected = true;
    const errors: unknown[] = [];
    for (const source of this.#distinctSources()) {
      try {
        if (source.isOver()) this.#sources.delete(source);
        else if (isWanted(source)) await this.#collectSource(source, sink, rest);
      } catch (error) {
        errors.push(error);
        // Nothing about it will ever change.
        if (source.isClosed) this.#sources.delete(source);
      }
    }
    return errors;
  }

  /**
   * Of two controllers of one cluster only the newer one is shown, and one that has ended only if there is no other: a
   * series must not be exported twice.
   */
  #distinctSources(): ClusterSeries[] {
    const byCluster = new Map<string, ClusterSeries>();
    for (const source of this.#sources) {
      const cluster = clusterOf(source);
      if (!source.isClosed || byCluster.get(cluster)?.isClosed !== false) byCluster.set(cluster, source);
    }
    return [...byCluster.values()];
  }

  async #collectSource(source: ClusterSeries, sink: SeriesSink, rest: Rest): Promise<void> {
    const collection = source.beginCollection(sink);
    for (const [index, [plan, counters]] of collection.plans.entries()) {
      source.addPlan(plan, counters, sink, collection);
      if (index % PLANS_PER_LOOK === 0) await rest();
    }
  }
}

function clusterOf({ namespace, cluster }: ClusterName): string {
  return JSON.stringify([namespace, cluster]);
}
