import type { Context } from '@opentelemetry/api';
import type { RebalanceStep } from '../contract/controller.js';
import type { RebalanceEventName } from '../contract/events.js';
import type { PlanExplanation } from '../contract/explanation.js';
import { parseEvent } from '../intake/parse-event.js';
import { type ParsedSnapshot, parseSnapshot } from '../intake/parse-snapshot.js';
import type { ParsedEvent } from '../intake/parsed-event.js';
import { PayloadReader } from '../intake/payload-reader.js';
import type { InvalidReason, Problem } from '../intake/problem.js';
import type { Redactor } from '../intake/redactor.js';
import { isRestored } from '../intake/restored-facts.js';
import { safeId } from '../intake/safe-id.js';
import { Ledger } from '../ledger/ledger.js';
import type { Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { ClusterSeries } from '../metrics/cluster-series.js';
import type { ClusterInstruments, SdkInstruments } from '../metrics/sdk-instruments.js';
import { type Diagnostics, messageOf } from '../otel/diagnostics.js';
import { Guard } from '../otel/guard.js';
import { LogEvents } from '../traces/log-emitter.js';
import type { Place } from '../traces/place.js';
import { PlanSpans } from '../traces/plan-spans.js';
import { ClusterJournal, type SavedCluster } from './cluster-journal.js';
import { explainPlan } from './explain-plan.js';
import type { JournalHeader } from './journal-text.js';
import type { ResolvedOptions } from './options.js';
import { redactSaved } from './redact-saved.js';

/** Events that count of a standby: the others tell of what its leader tells as well. */
const OF_STANDBY: ReadonlySet<RebalanceEventName> = new Set<RebalanceEventName>([
  'heartbeat',
  'leadershipChanged',
  'decommissioned',
  'policyChanged',
  'paused',
  'resumed',
]);

/** Parts that the clusters of one instrumented controller share. */
export interface TelemetryParts {
  readonly options: ResolvedOptions;
  readonly meters: SdkInstruments;
  readonly diagnostics: Diagnostics;
  readonly guard: Guard;
  readonly clock: () => number;
  /** Keeps text in; undefined where all is kept. */
  readonly redact: Redactor | undefined;
  /** Called at each change of what a journal keeps; undefined without a journal. */
  readonly journalChanged: ((isUrgent: boolean) => void) | undefined;
}

/**
 * One cluster of one controller: raw events come in, are parsed and applied to the ledger, and every transition of the
 * ledger goes to the meters, the log and the trace. None of these can fail another, or the controller.
 */
export class ClusterTelemetry {
  readonly namespace: string;
  readonly cluster: string;
  readonly series: ClusterSeries;
  /** What a journal keeps of the cluster, if there is one. */
  readonly journal: ClusterJournal | undefined;
  readonly #ledger: Ledger;
  readonly #spans: PlanSpans;
  readonly #parts: TelemetryParts;
  readonly #meters: ClusterInstruments;
  readonly #fields: PayloadReader;
  /** Counts what it holds back: its own part of the telemetry is lost, and nothing else. */
  readonly #guard: Guard;
  readonly #logEvents: LogEvents;
  /** Time of arrival of the event that is handled. */
  #now: number;
  #restoring = false;

  constructor(namespace: string, cluster: string, parts: TelemetryParts) {
    const { options, meters, diagnostics, clock } = parts;
    this.namespace = namespace;
    this.cluster = cluster;
    this.#parts = parts;
    this.#fields = new PayloadReader(parts.redact);
    this.#now = clock();
    this.#guard = new Guard(diagnostics, () => this.count('internal'));
    this.#meters = meters.cluster(namespace, cluster);
    const spans = new PlanSpans(namespace, cluster, options);
    this.#logEvents = new LogEvents(namespace, cluster, options, diagnostics);
    const ledger = new Ledger(options, this.#observe, this.report);
    const traceId = (plan: Plan) => spans.traceId(plan);
    const source = { namespace, cluster, ledger, clock, retire: () => this.#retire(clock()), traceId };
    const series = new ClusterSeries(source, options, this.#now);
    this.#spans = spans;
    this.#ledger = ledger;
    this.series = series;
    const { journalChanged } = parts;
    this.journal = journalChanged && new ClusterJournal(namespace, cluster, ledger, spans, journalChanged);
  }

  /**
   * Handles an event of any content. Never throws.
   *
   * @returns whether the cluster's snapshot is to be taken over, because the controller has taken over the cluster
   */
  receive(event: RebalanceEventName, payload: unknown, now: number): boolean {
    this.#now = now;
    const { leading } = this.#ledger;
    if (leading === false && !OF_STANDBY.has(event)) {
      this.#leaveOut(event);
      return false;
    }
    let parsed: ParsedEvent | undefined;
    try {
      parsed = parseEvent(this.#fields, event, payload, now);
    } catch (error) {
      const says = () => `reading the payload threw: ${messageOf(error)}; the event was dropped`;
      this.report({ reason: 'unreadable', event, field: 'payload', says });
    }
    this.#fields.report(this.report, event, payload, parsed !== undefined);
    if (parsed !== undefined) this.#apply(parsed, now);
    return leading !== true && this.#ledger.leading === true;
  }

  /** Takes over a snapshot of any content. Never throws. */
  restore(snapshot: unknown, now: number): void {
    this.#now = now;
    let parsed: ParsedSnapshot;
    try {
      parsed = parseSnapshot(snapshot, now, this.report, this.#parts.redact);
    } catch (error) {
      const says = () => `reading it threw: ${messageOf(error)}; the snapshot was dropped`;
      return this.report({ reason: 'unreadable', event: 'snapshot', field: 'snapshot', says });
    }
    this.#restoring = true;
    for (const event of parsed.events) {
      if (isRestored(event)) this.#guard.run('keeping the ledger', () => this.#ledger.restore(event, now));
      else this.#apply(event, now);
    }
    this.#restoring = false;
    this.#guard.run('keeping the ledger', () => this.#ledger.endSnapshot(parsed));
  }

  /** Goes on from where a process before this one was. */
  resume({ ledger, plans }: SavedCluster, { writtenAt, closed }: JournalHeader, now: number): void {
    this.#now = now;
    const saved = plans.map(({ plan }) => redactSaved(plan, this.#parts.redact, this.report));
    this.#guard.run('keeping the ledger', () => this.#ledger.load(ledger, saved, writtenAt, now));
    for (const {
      plan: { id },
      trace,
    } of plans) {
      const plan = this.#ledger.plans.get(id);
      if (plan !== undefined && trace !== undefined) this.#spans.load(plan, trace, closed);
    }
  }

  /** Counts an event that was refused or sanitized, and reports each kind once. */
  readonly report = (problem: Problem): void => {
    const { reason, event, field } = problem;
    // A snapshot may well repeat what is known already.
    if (this.#restoring && reason === 'out_of_order') return;
    this.count(reason);
    const kind = `${reason} ${event} ${field}`;
    this.#parts.diagnostics.once('warn', kind, () => `${event}: ${problem.says()} [${reason}]`);
  };

  /**
   * Retires plans, closes the spans of steps that never end, and lets counters ripen.
   *
   * @returns when the next step is overdue, in milliseconds since the Unix epoch
   */
  maintain(now: number): number {
    this.#retire(now);
    this.#guard.run('keeping the ledger', () => this.#ledger.giveUp(now));
    this.series.follow(now);
    const { stepTimeoutMillis } = this.#parts.options;
    const onClosed = (plan: Plan) => this.journal?.touchTrace(plan);
    const next = this.#guard.run('spans', () => this.#spans.closeOverdue(now, stepTimeoutMillis, onClosed));
    return next ?? Number.POSITIVE_INFINITY;
  }

  /** True once nothing is kept any more of a cluster that was taken out of service. */
  isGone(now: number): boolean {
    return this.#ledger.isGone(now);
  }

  knows(planId: string): boolean {
    return this.#ledger.plans.has(safeId(planId));
  }

  /** W3C `traceparent` of a plan. Undefined when the plan is unknown or tracing is off. */
  traceparent(planId: string): string | undefined {
    const plan = this.#ledger.plans.get(safeId(planId));
    return plan && this.#spans.traceparent(plan);
  }

  /** Why a plan is where it is. Undefined when the plan is unknown. */
  explain(planId: string, now: number): PlanExplanation | undefined {
    const plan = this.#ledger.plans.get(safeId(planId));
    return plan && explainPlan(plan, this.#ledger, now);
  }

  /** The context in which a step runs: that of its move, else of its drain, else of its plan. */
  stepContext({ planId, node, shard }: RebalanceStep): Context | undefined {
    const plan = this.#ledger.plans.get(safeId(planId));
    if (plan === undefined) return undefined;
    const move = shard === undefined ? undefined : plan.move(shard);
    const drain = node === undefined ? undefined : plan.drains.get(node);
    return this.#spans.stepContext(plan, typeof move === 'object' ? move : drain);
  }

  /** Ends the spans of all open steps, and lets go of the meters. */
  close(now: number): void {
    this.#parts.meters.drop(this.#meters);
    this.#spans.closeAll(now);
  }

  /** A hand-over leaves some behind, so that it is no problem; one that is never told to lead is found by this. */
  #leaveOut(event: RebalanceEventName): void {
    const says = () =>
      `${event} of a standby was left out, as all that its leader tells; a leader says so with leadershipChanged`;
    this.#parts.diagnostics.once('info', 'standby', says);
  }

  #retire(now: number): number {
    this.#now = now;
    this.#ledger.retire(now);
    return now;
  }

  count(reason: InvalidReason): void {
    this.#meters.countInvalid(reason);
  }

  #apply(parsed: ParsedEvent, now: number): void {
    try {
      this.#ledger.apply(parsed, now);
      this.journal?.touch(parsed);
    } catch (error) {
      this.#guard.failed('keeping the ledger', error);
    }
  }

  readonly #observe = (transition: Transition): void => {
    const now = this.#now;
    try {
      this.journal?.record(transition);
    } catch (error) {
      this.#guard.failed('keeping the journal', error);
    }
    try {
      this.series.record(transition, now);
      this.#meters.record(transition);
    } catch (error) {
      this.#guard.failed('metrics', error);
    }
    /** Undefined when spans failed. */
    let place: Place | undefined;
    try {
      place = this.#spans.record(transition, now);
    } catch (error) {
      this.#guard.failed('spans', error);
    }
    // The content of a snapshot has been logged by the process that saw it happen; what it gives up, by nobody.
    if (this.#restoring && transition.type !== 'stepLost') return;
    try {
      this.#logEvents.record(transition, now, place ?? this.#spans.planPlace(transition.plan));
    } catch (error) {
      this.#guard.failed('log events', error);
    }
  };
}
