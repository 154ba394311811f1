import type { Context } from '@opentelemetry/api';
import type { RebalanceController } from '../contract/controller.js';
import { LIFECYCLE_EVENTS, type RebalanceEventName, STEP_EVENTS } from '../contract/events.js';
import { UNKNOWN } from '../contract/vocabulary.js';
import { FieldReader } from '../intake/payload-reader.js';
import type { Report } from '../intake/problem.js';
import { safeId } from '../intake/safe-id.js';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import { Meters } from '../metrics/sdk-instruments.js';
import { Diagnostics, messageOf } from '../otel/diagnostics.js';
import { wrapExecuteStep } from '../traces/step-context.js';
import { ClusterTelemetry, type TelemetryParts } from './cluster-telemetry.js';
import type { RebalanceInstrumentation } from './handle.js';
import { hasAudience } from './is-observed.js';
import { type RebalanceInstrumentationOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { registry } from './registry.js';

const MAINTENANCE_MS = 30_000;
/** Twice the interval of an ordinary reader. */
const UNREAD_AFTER_MS = 120_000;

const unreadProducers = new WeakSet<ClusterMetricProducer>();

/**
 * Makes a rebalance controller observable: its events become bounded metric series, one trace per plan, and log events.
 * Nothing the controller does from then on can fail because of it. Instrumenting a controller again returns the handle
 * it already has.
 *
 * @throws TypeError when an option is invalid, or when `controller` has no `on` and `off`
 */
export function instrument(
  controller: RebalanceController,
  options?: RebalanceInstrumentationOptions,
): RebalanceInstrumentation {
  const resolved = resolveOptions(options);
  if (typeof controller?.on !== 'function' || typeof controller.off !== 'function') {
    throw new TypeError('controller must have on() and off(); write an adapter for another kind of emitter');
  }
  const { handles } = registry();
  const known = handles.get(controller);
  if (known !== undefined) return known;
  const handle = new InstrumentedController(controller, resolved);
  handles.set(controller, handle);
  return handle;
}

class InstrumentedController implements RebalanceInstrumentation {
  readonly #controller: RebalanceController;
  readonly #parts: TelemetryParts;
  readonly #producer: ClusterMetricProducer;
  readonly #clusters = new Map<string, Map<string, ClusterTelemetry>>();
  readonly #bornAt: number;
  readonly #undo: (() => void)[] = [];
  #namespace: string | undefined;
  #cluster: string | undefined;
  /** Where events go that name no cluster. */
  #default: ClusterTelemetry | undefined;
  #clusterCount = 0;
  #awake = false;
  #disabled = false;
  #maintainAt = 0;

  constructor(controller: RebalanceController, options: ResolvedOptions) {
    const diagnostics = new Diagnostics();
    const clock = options.clock ?? Date.now;
    const meters = new Meters(options.meterProvider, diagnostics);
    this.#controller = controller;
    this.#parts = { options, meters, diagnostics, clock };
    const producer = options.metricProducer ?? registry().producer;
    this.#producer = producer as ClusterMetricProducer;
    this.#bornAt = clock();
    // Each on its own: a controller that fails one of these is still instrumented with the rest.
    this.#attempt('naming the controller', () => this.#readIdentity());
    this.#listen(LIFECYCLE_EVENTS);
    this.#undo.push(this.#producer.onWanted(() => this.#wake()));
    if (hasAudience(options, this.#producer)) this.#wake();
    // A clock of the caller's own runs at its own pace, which a timer would not follow.
    if (options.clock === undefined) {
      const timer = setInterval(() => this.#attempt('maintenance', () => this.#maintain(clock())), MAINTENANCE_MS);
      timer.unref();
      this.#undo.push(() => clearInterval(timer));
    }
  }

  disable(): void {
    this.#disabled = true;
    for (const undo of this.#undo.splice(0)) this.#attempt('disabling', undo);
    for (const cluster of this.#all()) {
      this.#producer.delete(cluster);
      this.#attempt('ending spans', () => cluster.spans.closeAll(this.#parts.clock()));
    }
    const { handles } = registry();
    if (handles.get(this.#controller) === this) handles.delete(this.#controller);
  }

  [Symbol.dispose](): void {
    this.disable();
  }

  traceparent(planId: string, cluster?: { namespace: string; cluster: string }): string | undefined {
    const clusters = cluster ? [this.#clusters.get(cluster.namespace)?.get(cluster.cluster)] : this.#all();
    for (const telemetry of clusters) {
      const plan = telemetry?.ledger.plans.get(safeId(planId));
      if (plan !== undefined) return telemetry?.spans.traceparent(plan);
    }
    return undefined;
  }

  *#all(): Generator<ClusterTelemetry> {
    for (const clusters of this.#clusters.values()) yield* clusters.values();
  }

  #attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.diagnostics.once('error', what, `${what} failed: ${messageOf(error)}`);
    }
  }

  #readIdentity(): void {
    const { options } = this.#parts;
    const problems: Parameters<Report>[] = [];
    const read = new FieldReader('instrument', (...problem) => problems.push(problem));
    const { namespace, cluster } = this.#controller;
    this.#namespace = read.optionalId(namespace, 'namespace') ?? options.namespace;
    this.#cluster = read.optionalId(cluster, 'cluster') ?? options.cluster;
    if (this.#namespace !== undefined && this.#cluster !== undefined) {
      this.#default = this.#addCluster(this.#namespace, this.#cluster);
    }
    for (const problem of problems) this.#fallback().report(...problem);
  }

  #listen(events: readonly RebalanceEventName[]): void {
    for (const event of events) {
      this.#attempt(`listening to ${event}`, () => {
        const listener = (payload: unknown) => this.#receive(event, payload);
        this.#controller.on(event, listener);
        this.#undo.push(() => this.#controller.off(event, listener));
      });
    }
  }

  /** Begins to follow every step, now that somebody can see it. */
  #wake(): void {
    if (this.#awake || this.#disabled) return;
    this.#awake = true;
    this.#listen(STEP_EVENTS);
    this.#attempt('wrapping executeStep', () => {
      this.#undo.push(wrapExecuteStep(this.#controller, (step) => this.#contextOf(step)));
    });
    this.#restore();
  }

  #receive(event: RebalanceEventName, payload: unknown): void {
    try {
      const now = this.#parts.clock();
      if (!this.#awake && hasAudience(this.#parts.options, this.#producer)) this.#wake();
      this.#clusterOf(event, payload)?.receive(event, payload, now);
      if (now >= this.#maintainAt) this.#maintain(now);
    } catch {
      this.#attempt('counting a problem', () => this.#fallback().report('internal', event, 'payload'));
    }
  }

  #restore(): void {
    let snapshots: unknown;
    try {
      if (typeof this.#controller.snapshot !== 'function') return;
      snapshots = this.#controller.snapshot();
    } catch {
      this.#attempt('counting a problem', () => this.#fallback().report('unreadable', 'snapshot', 'snapshot'));
      return;
    }
    for (const snapshot of Array.isArray(snapshots) ? snapshots : [snapshots]) {
      this.#attempt('taking over a snapshot', () => {
        this.#clusterOf('snapshot', snapshot)?.restore(snapshot, this.#parts.clock());
      });
    }
  }

  /** The cluster an event speaks of. Undefined when it is one too many. */
  #clusterOf(event: string, payload: unknown): ClusterTelemetry | undefined {
    let namespace: unknown;
    let cluster: unknown;
    if (typeof payload === 'object' && payload !== null) {
      try {
        ({ namespace, cluster } = payload as { namespace?: unknown; cluster?: unknown });
      } catch {
        this.#fallback().report('unreadable', event, 'namespace');
        return undefined;
      }
    }
    if (namespace === undefined && cluster === undefined && this.#default !== undefined) return this.#default;
    const known = this.#clusters
      .get((namespace ?? this.#namespace) as string)
      ?.get((cluster ?? this.#cluster) as string);
    if (known !== undefined) return known;
    return this.#newCluster(event, namespace ?? this.#namespace, cluster ?? this.#cluster);
  }

  #newCluster(event: string, rawNamespace: unknown, rawCluster: unknown): ClusterTelemetry | undefined {
    const read = new FieldReader(event, (...problem) => this.#fallback().report(...problem));
    const namespace = read.id(rawNamespace, 'namespace') ?? this.#namespace ?? UNKNOWN;
    const cluster = read.id(rawCluster, 'cluster') ?? this.#cluster ?? UNKNOWN;
    const known = this.#clusters.get(namespace)?.get(cluster);
    if (known !== undefined) return known;
    if (this.#clusterCount < this.#parts.options.maxClusters) return this.#addCluster(namespace, cluster);
    this.#fallback().report('limit', event, 'cluster');
    return undefined;
  }

  #addCluster(namespace: string, cluster: string): ClusterTelemetry {
    const telemetry = new ClusterTelemetry(namespace, cluster, this.#parts);
    const clusters = this.#clusters.get(namespace) ?? new Map<string, ClusterTelemetry>();
    clusters.set(cluster, telemetry);
    this.#clusters.set(namespace, clusters);
    this.#clusterCount += 1;
    this.#producer.add(telemetry);
    return telemetry;
  }

  /** Where problems are counted that belong to no cluster. */
  #fallback(): ClusterTelemetry {
    const namespace = this.#namespace ?? UNKNOWN;
    const cluster = this.#cluster ?? UNKNOWN;
    return this.#default ?? this.#clusters.get(namespace)?.get(cluster) ?? this.#addCluster(namespace, cluster);
  }

  /** The context of the plan or step that `executeStep` is called with. */
  #contextOf(step: unknown): Context | undefined {
    try {
      const { planId, node, shard } = step as { planId: string; node?: string; shard?: string };
      const telemetry = this.#clusterOf('executeStep', step);
      const plan = telemetry?.ledger.plans.get(safeId(planId));
      if (telemetry === undefined || plan === undefined) return undefined;
      const move = shard === undefined ? undefined : plan.move(shard);
      const drain = node === undefined ? undefined : plan.drains.get(node);
      return telemetry.spans.stepContext(plan, typeof move === 'object' ? move : drain);
    } catch {
      this.#attempt('counting a problem', () => this.#fallback().report('unreadable', 'executeStep', 'step'));
      return undefined;
    }
  }

  #maintain(now: number): void {
    this.#maintainAt = now + MAINTENANCE_MS;
    if (!this.#awake && hasAudience(this.#parts.options, this.#producer)) this.#wake();
    for (const cluster of this.#all()) cluster.maintain(now);
    if (this.#producer.collected || now - this.#bornAt < UNREAD_AFTER_MS || unreadProducers.has(this.#producer)) return;
    unreadProducers.add(this.#producer);
    this.#parts.diagnostics.once(
      'warn',
      'unread producer',
      'nobody collects the plan series of the instrumented controllers; give the producer to your metric reader: ' +
        '{ metricProducers: [rebalanceMetricProducer()] }',
    );
  }
}
