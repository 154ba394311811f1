import type { Context } from '@opentelemetry/api';
import type { RebalanceController, RebalanceStep } from '../contract/controller.js';
import { LIFECYCLE_EVENTS, type RebalanceEventName, STEP_EVENTS } from '../contract/events.js';
import type { PlanExplanation } from '../contract/explanation.js';
import { describe } from '../intake/describe.js';
import { redactorOf } from '../intake/redactor.js';
import type { ClusterMetricProducer } from '../metrics/producer.js';
import { SdkInstruments } from '../metrics/sdk-instruments.js';
import { Diagnostics } from '../otel/diagnostics.js';
import { Guard } from '../otel/guard.js';
import { wrapExecuteStep } from '../traces/step-context.js';
import { contentOf } from './cluster-journal.js';
import type { ClusterTelemetry, TelemetryParts } from './cluster-telemetry.js';
import { Clusters } from './clusters.js';
import type { RebalanceHandle } from './handle.js';
import { every } from './interval.js';
import { isObserved } from './is-observed.js';
import { JournalWriter } from './journal-writer.js';
import { differences, type RebalanceInstrumentationOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { type RegisteredHandle, registry } from './registry.js';
import { resumeFrom } from './resume.js';
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
  readonly #clusters: Clusters;
  readonly #journal: JournalWriter | undefined;
  /** Counts what it holds back as a lost event. */
  readonly #receiving: Guard;
  readonly #undo: (() => void)[] = [];
  #bornAt = 0;
  #active = false;
  #disabled = false;
  #maintainAt = 0;
  #heard = false;
  #turns = 0;

  constructor(controller: RebalanceController, options: ResolvedOptions) {
    const diagnostics = new Diagnostics();
    const guard = new Guard(diagnostics);
    const meters = new SdkInstruments(options.meterProvider, registry().counts, diagnostics, guard);
    const clock = options.clock ?? Date.now;
    const journal =
      options.journal &&
      new JournalWriter(
        options.journal,
        contentOf(() => this.#clusters.all()),
        { diagnostics, clock, mayUseTimers: options.clock === undefined },
      );
    const journalChanged = journal && ((isUrgent: boolean) => journal.changed(isUrgent));
    this.#controller = controller;
    this.#journal = journal;
    const redact = options.redact && redactorOf(options.redact);
    this.#parts = { options, meters, diagnostics, guard, clock, redact, journalChanged };
    this.#receiving = new Guard(diagnostics, () =>
      guard.run('counting a problem', () => this.#clusters.fallback().count('internal')),
    );
    this.#clusters = new Clusters(this.#parts, (telemetry) => this.#producer.add(telemetry.series));
    const producer = options.metricProducer ?? registry().producer;
    this.#producer = producer as ClusterMetricProducer;
  }

  /** Each step on its own: a controller or provider that fails one of these is still instrumented with the rest. */
  start(): void {
    const { options, clock } = this.#parts;
    this.#parts.guard.run('reading the clock', () => {
      this.#bornAt = clock();
    });
    this.#parts.guard.run('naming the controller', () => this.#clusters.readIdentity(this.#controller));
    this.#parts.guard.run('taking over the journal', () => {
      if (options.journal !== undefined) resumeFrom(options.journal, this.#clusters, this.#parts);
      // Whether it can be written is better known now than after the first plan.
      this.#journal?.changed(true);
    });
    this.#listen(LIFECYCLE_EVENTS);
    this.#parts.guard.run('waiting for a reader', () => {
      this.#undo.push(this.#producer.onActivate(() => this.#activate()));
      if (this.#isObserved()) this.#activate();
    });
    // A clock of the caller's own runs at its own pace, which a timer would not follow.
    if (options.clock !== undefined) return;
    this.#parts.guard.run('starting the maintenance', () => {
      this.#undo.push(every(MAINTENANCE_MS, () => this.#parts.guard.run('maintenance', () => this.#turn())));
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
    if (this.#disabled) return;
    this.#disabled = true;
    for (const undo of this.#undo.splice(0)) this.#parts.guard.run('disabling', undo);
    // Before the spans of open steps are ended, so that a process after this one knows of them.
    this.#parts.guard.run('closing the journal', () => this.#journal?.close());
    for (const cluster of this.#clusters.all()) this.#letGo(cluster);
    const { handles } = registry();
    if (handles.get(this.#controller) === this) handles.delete(this.#controller);
  }

  [Symbol.dispose](): void {
    this.disable();
  }

  async forceFlush(): Promise<void> {
    await this.#journal?.flush();
  }

  traceparent(planId: string, cluster?: { namespace: string; cluster: string }): string | undefined {
    return this.#clusterOf(planId, cluster)?.traceparent(planId);
  }

  explain(planId: string, cluster?: { namespace: string; cluster: string }): PlanExplanation | undefined {
    return this.#parts.guard.run('explaining a plan', () =>
      this.#clusterOf(planId, cluster)?.explain(planId, this.#parts.clock()),
    );
  }

  /** The cluster that knows a plan. */
  #clusterOf(planId: string, cluster?: { namespace: string; cluster: string }): ClusterTelemetry | undefined {
    if (typeof planId !== 'string') return undefined;
    const clusters = cluster ? [this.#clusters.get(cluster.namespace, cluster.cluster)] : this.#clusters.all();
    for (const telemetry of clusters) if (telemetry?.knows(planId)) return telemetry;
    return undefined;
  }

  #listen(events: readonly RebalanceEventName[]): void {
    for (const event of events) {
      this.#parts.guard.run(`listening to ${event}`, () => {
        const listener = (payload: unknown) => {
          try {
            this.#receive(event, payload);
          } catch (error) {
            this.#receiving.failed(`receiving ${event}`, error);
          }
        };
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
    this.#parts.guard.run('wrapping executeStep', () => {
      this.#undo.push(wrapExecuteStep(this.#controller, (step) => this.#contextOf(step)));
    });
    this.#restore();
  }

  #receive(event: RebalanceEventName, payload: unknown): void {
    // An emitter may fail to let go of a listener.
    if (this.#disabled) return;
    this.#heard = true;
    const now = this.#parts.clock();
    if (!this.#active && this.#isObserved()) this.#activate();
    // Counters start at 0 on a provider that was registered since, before this event counts.
    if (this.#active) this.#parts.meters.refresh();
    const cluster = this.#clusters.of(event, payload);
    if (cluster?.receive(event, payload, now) && this.#active) this.#restore(cluster);
    if (now >= this.#maintainAt) this.#maintain(now);
  }

  #letGo(cluster: ClusterTelemetry): void {
    this.#parts.guard.run('taking series off', () => this.#producer.close(cluster.series));
    this.#parts.guard.run('ending spans', () => cluster.close(this.#parts.clock()));
  }

  /** @param only the cluster that is taken over; else every one that the snapshot knows */
  #restore(only?: ClusterTelemetry): void {
    let snapshots: unknown;
    try {
      if (typeof this.#controller.snapshot !== 'function') return;
      snapshots = this.#controller.snapshot();
    } catch (error) {
      this.#clusters.unreadable('snapshot', 'snapshot()', error);
      return;
    }
    for (const snapshot of Array.isArray(snapshots) ? snapshots : [snapshots]) {
      this.#parts.guard.run('taking over a snapshot', () => {
        const cluster = this.#clusters.of('snapshot', snapshot);
        if (only === undefined || cluster === only) cluster?.restore(snapshot, this.#parts.clock());
      });
    }
  }

  #isObserved(): boolean {
    return isObserved(this.#parts.options, this.#producer, this.#parts.guard);
  }

  /** The context of the plan or step that `executeStep` is called with. */
  #contextOf(step: unknown): Context | undefined {
    try {
      return this.#clusters.of('executeStep', step)?.stepContext(step as RebalanceStep);
    } catch (error) {
      this.#clusters.unreadable('executeStep', 'step', error);
      return undefined;
    }
  }

  /** One turn of the timer. */
  #turn(): void {
    this.#turns += 1;
    if (this.#turns === SILENT_TURNS && !this.#heard) {
      const seconds = (SILENT_TURNS * MAINTENANCE_MS) / 1000;
      this.#parts.diagnostics.once('warn', 'silent', () =>
        silenceOf(this.#controller, this.#clusters.identity, seconds),
      );
    }
    this.#maintain(this.#parts.clock());
  }

  #maintain(now: number): void {
    if (!this.#active && this.#isObserved()) this.#activate();
    if (this.#active) this.#parts.guard.run('metrics', () => this.#parts.meters.refresh());
    // A step that begins from now on cannot be overdue before then.
    this.#maintainAt = now + Math.min(MAINTENANCE_MS, this.#parts.options.stepTimeoutMillis);
    for (const cluster of this.#clusters.takeGone(now)) this.#letGo(cluster);
    for (const cluster of this.#clusters.all()) this.#maintainAt = Math.min(this.#maintainAt, cluster.maintain(now));
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
