import type { Context } from '@opentelemetry/api';
import type { RebalanceController } from '../contract/controller.js';
import { LIFECYCLE_EVENTS, type RebalanceEventName, STEP_EVENTS } from '../contract/events.js';
import { UNKNOWN } from '../contract/vocabulary.js';
import { describe } from '../intake/describe.js';
import { PayloadReader } from '../intake/payload-reader.js';
import { safeId } from '../intake/safe-id.js';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import { SdkInstruments } from '../metrics/sdk-instruments.js';
import { Diagnostics, messageOf } from '../otel/diagnostics.js';
import { wrapExecuteStep } from '../traces/step-context.js';
import { ClusterTelemetry, type TelemetryParts } from './cluster-telemetry.js';
import type { RebalanceHandle } from './handle.js';
import { every } from './interval.js';
import { isObserved } from './is-observed.js';
import { differences, type RebalanceInstrumentationOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { type RegisteredHandle, registry } from './registry.js';
import { silenceOf } from './silence.js';

const MAINTENANCE_MS = 30_000;
/** Twice the interval of an ordinary reader. */
const UNREAD_AFTER_MS = 120_000;
/** Turns of the maintenance without any event, and not a time: a process that was suspended has heard nothing. */
const SILENT_TURNS = 4;

const unreadProducers = new WeakSet<ClusterMetricProducer>();

/**
 * Makes a rebalance controller observable: its events become bounded metric series, one trace per plan, and log events.
 * Nothing the controller does from then on can fail because of it, and neither can this call because of a provider or
 * of the controller: what fails is reported through `diag`, and the rest works. Instrumenting a controller again returns
 * the handle it already has.
 *
 * @throws TypeError when an option is invalid, or when `controller` has no `on` and `off`
 */
export function instrument(
  controller: RebalanceController,
  options?: RebalanceInstrumentationOptions,
): RebalanceHandle {
  const resolved = resolveOptions(options);
  if (typeof controller?.on !== 'function' || typeof controller.off !== 'function') {
    const came = describe(controller);
    throw new TypeError(
      `controller must have on() and off(), got ${came}; write an adapter for another kind of emitter`,
    );
  }
  const { handles } = registry();
  const known = handles.get(controller);
  if (known !== undefined) {
    known.again(options ?? {});
    return known;
  }
  const handle = new InstrumentedController(controller, resolved);
  handles.set(controller, handle);
  handle.start();
  return handle;
}

class InstrumentedController implements RegisteredHandle {
  readonly #controller: RebalanceController;
  readonly #parts: TelemetryParts;
  readonly #producer: ClusterMetricProducer;
  readonly #clusters = new Map<string, Map<string, ClusterTelemetry>>();
  readonly #undo: (() => void)[] = [];
  #bornAt = 0;
  #namespace: string | undefined;
  #cluster: string | undefined;
  /** Cluster of events that name none. */
  #default: ClusterTelemetry | undefined;
  #clusterCount = 0;
  #active = false;
  #disabled = false;
  #maintainAt = 0;
  #heard = false;
  #turns = 0;

  constructor(controller: RebalanceController, options: ResolvedOptions) {
    const diagnostics = new Diagnostics();
    const meters = new SdkInstruments(options.meterProvider, diagnostics);
    this.#controller = controller;
    this.#parts = { options, meters, diagnostics, clock: options.clock ?? Date.now };
    const producer = options.metricProducer ?? registry().producer;
    this.#producer = producer as ClusterMetricProducer;
  }

  /** Each step on its own: a controller or provider that fails one of these is still instrumented with the rest. */
  start(): void {
    const { options, clock } = this.#parts;
    this.#attempt('reading the clock', () => {
      this.#bornAt = clock();
    });
    this.#attempt('naming the controller', () => this.#readIdentity());
    this.#listen(LIFECYCLE_EVENTS);
    this.#attempt('waiting for a reader', () => {
      this.#undo.push(this.#producer.onActivate(() => this.#activate()));
      if (this.#isObserved()) this.#activate();
    });
    // A clock of the caller's own runs at its own pace, which a timer would not follow.
    if (options.clock !== undefined) return;
    this.#attempt('starting the maintenance', () => {
      this.#undo.push(every(MAINTENANCE_MS, () => this.#attempt('maintenance', () => this.#turn())));
    });
  }

  again(options: RebalanceInstrumentationOptions): void {
    const others = differences(this.#parts.options, options);
    if (others.length === 0) return;
    this.#parts.diagnostics.once(
      'warn',
      'again',
      `a controller was instrumented again with other options, which are not used: ${others.join(', ')}; ` +
        'disable() its handle before instrumenting it anew',
    );
  }

  disable(): void {
    this.#disabled = true;
    for (const undo of this.#undo.splice(0)) this.#attempt('disabling', undo);
    for (const cluster of this.#all()) {
      this.#attempt('taking series off', () => this.#producer.delete(cluster.series));
      this.#attempt('ending spans', () => cluster.spans.closeAll(this.#parts.clock()));
    }
    const { handles } = registry();
    if (handles.get(this.#controller) === this) handles.delete(this.#controller);
  }

  [Symbol.dispose](): void {
    this.disable();
  }

  traceparent(planId: string, cluster?: { namespace: string; cluster: string }): string | undefined {
    if (typeof planId !== 'string') return undefined;
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
      this.#parts.diagnostics.failed(what, error);
    }
  }

  #readIdentity(): void {
    const { options } = this.#parts;
    const read = new PayloadReader();
    const { namespace, cluster } = this.#controller;
    this.#namespace = read.optionalId(namespace, 'namespace') ?? options.namespace;
    this.#cluster = read.optionalId(cluster, 'cluster') ?? options.cluster;
    if (this.#namespace !== undefined && this.#cluster !== undefined) {
      this.#default = this.#addCluster(this.#namespace, this.#cluster);
    }
    read.report((problem) => this.#fallback().report(problem), 'instrument()', this.#controller, true);
  }

  #listen(events: readonly RebalanceEventName[]): void {
    for (const event of events) {
      this.#attempt(`listening to ${event}`, () => {
        const listener = (payload: unknown) => this.#receive(event, payload);
        // First, because an emitter may throw after it has taken the listener.
        this.#undo.push(() => this.#controller.off(event, listener));
        this.#controller.on(event, listener);
      });
    }
  }

  /** Begins to follow every step, now that somebody can see it. */
  #activate(): void {
    if (this.#active || this.#disabled) return;
    this.#active = true;
    this.#listen(STEP_EVENTS);
    this.#attempt('wrapping executeStep', () => {
      this.#undo.push(wrapExecuteStep(this.#controller, (step) => this.#contextOf(step)));
    });
    this.#restore();
  }

  #receive(event: RebalanceEventName, payload: unknown): void {
    try {
      this.#heard = true;
      const now = this.#parts.clock();
      if (!this.#active && this.#isObserved()) this.#activate();
      // Counters start at 0 on a provider that was registered since, before this event counts.
      if (this.#active) this.#parts.meters.refresh();
      this.#clusterOf(event, payload)?.receive(event, payload, now);
      if (now >= this.#maintainAt) this.#maintain(now);
    } catch (error) {
      this.#attempt('counting a problem', () => this.#fallback().lost(`receiving ${event}`, error));
    }
  }

  #restore(): void {
    let snapshots: unknown;
    try {
      if (typeof this.#controller.snapshot !== 'function') return;
      snapshots = this.#controller.snapshot();
    } catch (error) {
      this.#unreadable('snapshot', 'snapshot()', error);
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
      } catch (error) {
        this.#unreadable(event, 'namespace', error);
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
    const read = new PayloadReader();
    const namespace = this.#nameOf(read, rawNamespace, 'namespace', this.#namespace);
    const cluster = this.#nameOf(read, rawCluster, 'cluster', this.#cluster);
    const known = this.#clusters.get(namespace)?.get(cluster);
    const { maxClusters } = this.#parts.options;
    const isFull = known === undefined && this.#clusterCount >= maxClusters;
    const telemetry = isFull ? undefined : (known ?? this.#addCluster(namespace, cluster));
    read.report((problem) => this.#fallback().report(problem), event, undefined, !isFull);
    if (isFull) {
      const says = () =>
        `cluster ${describe(cluster)} of ${describe(namespace)} is one too many: maxClusters is ${maxClusters}; ` +
        'the event was dropped';
      this.#fallback().report({ reason: 'limit', event, field: 'cluster', says });
    }
    return telemetry;
  }

  /** The name as it came, else the controller's, else `unknown`. */
  #nameOf(read: PayloadReader, raw: unknown, field: 'namespace' | 'cluster', own: string | undefined): string {
    const kept = () =>
      own === undefined
        ? `the event was kept under ${field} ${UNKNOWN}; set it on the controller, in the options, or on each event`
        : `the event was kept under ${describe(own)}`;
    return read.id(raw, field, kept) ?? own ?? UNKNOWN;
  }

  #addCluster(namespace: string, cluster: string): ClusterTelemetry {
    const telemetry = new ClusterTelemetry(namespace, cluster, this.#parts);
    const clusters = this.#clusters.get(namespace) ?? new Map<string, ClusterTelemetry>();
    clusters.set(cluster, telemetry);
    this.#clusters.set(namespace, clusters);
    this.#clusterCount += 1;
    this.#producer.add(telemetry.series);
    return telemetry;
  }

  #unreadable(event: string, field: string, cause: unknown): void {
    const says = () => `reading ${field} threw: ${messageOf(cause)}; it was dropped`;
    const problem = { reason: 'unreadable', event, field, says } as const;
    this.#attempt('counting a problem', () => this.#fallback().report(problem));
  }

  #isObserved(): boolean {
    return isObserved(this.#parts.options, this.#producer, this.#parts.diagnostics);
  }

  /** Cluster at which problems are counted that belong to none. */
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
    } catch (error) {
      this.#unreadable('executeStep', 'step', error);
      return undefined;
    }
  }

  /** One turn of the timer. */
  #turn(): void {
    this.#turns += 1;
    if (this.#turns === SILENT_TURNS && !this.#heard) {
      const name = [this.#namespace ?? UNKNOWN, this.#cluster ?? UNKNOWN].join('/');
      const seconds = (SILENT_TURNS * MAINTENANCE_MS) / 1000;
      this.#parts.diagnostics.once('warn', 'silent', () => silenceOf(this.#controller, name, seconds));
    }
    this.#maintain(this.#parts.clock());
  }

  #maintain(now: number): void {
    if (!this.#active && this.#isObserved()) this.#activate();
    if (this.#active) this.#attempt('metrics', () => this.#parts.meters.refresh());
    // A step that begins from now on cannot be overdue before then.
    this.#maintainAt = now + Math.min(MAINTENANCE_MS, this.#parts.options.stepTimeoutMillis);
    for (const cluster of this.#all()) this.#maintainAt = Math.min(this.#maintainAt, cluster.maintain(now));
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
