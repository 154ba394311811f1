import type { Attributes } from '@opentelemetry/api';
import { OTHER, type Phase, type RebalanceState, STATES } from '../contract/vocabulary.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Plan } from '../ledger/plan.js';
import type { Ending } from '../ledger/step.js';
import type { Transition } from '../ledger/transition.js';
import { hrTime } from '../otel/hr-time.js';
import { BoundedLabel } from './bounded-label.js';
import type { LabelsOf } from './definitions.js';
import { NodeMoves } from './node-moves.js';
import { PhaseDurations } from './phase-durations.js';
import type { NewCounter, PlanCounters } from './plan-counters.js';
import { PlanSeries } from './plan-series.js';
import { recordOf } from './record-of.js';
import { SeriesLabels } from './series-labels.js';
import type { SeriesSink } from './series-sink.js';
import { SteadyTime } from './steady-time.js';
import { ZeroFirstCounter } from './zero-first-counter.js';
import { ZeroFirstHistogram } from './zero-first-histogram.js';

/** Bounds of the series of one cluster. */
export interface SeriesLimits {
  /** Plans with series of their own. */
  readonly maxPlans: number;
  readonly maxNodes: number;
  /** Values of each label whose values turn up during life. */
  readonly maxLabelValues: number;
  /** Time for which a new counter is exported at 0, in milliseconds. */
  readonly zeroForMillis: number;
}

/** Inputs of the series of one cluster. */
export interface SeriesSource {
  readonly namespace: string;
  readonly cluster: string;
  readonly ledger: Ledger;
  /** Milliseconds since the Unix epoch. */
  readonly clock: () => number;
  /** Retires what must not be exported any more, which is all that a collection changes. Returns the time. */
  readonly retire: () => number;
  /** 32 hex digits, or empty without tracing. */
  readonly traceId: (plan: Plan) => string;
}

/** A collection that has begun. */
export interface Collection {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Plans with series of their own. */
  readonly plans: readonly (readonly [Plan, PlanCounters])[];
  /** When each plan will be done, where that can be said; in milliseconds since the Unix epoch. */
  readonly ends: ReadonlyMap<Plan, number>;
}

const NO_PLANS: Pick<Collection, 'plans' | 'ends'> = { plans: [], ends: new Map() };

type FailurePhase = Exclude<Phase, 'approval'>;

/**
 * The series of one cluster that come and go: what its ledger holds, and what the ledger's transitions add up to.
 * Counters, bounds of labels and the choice of plans that are shown are made here; collecting changes none of them.
 */
export class ClusterSeries {
  readonly namespace: string;
  readonly cluster: string;
  readonly #source: SeriesSource;
  readonly #ownLabels: SeriesLabels<Readonly<Record<'namespace' | 'cluster', string>>>;
  readonly #stateLabels: Readonly<Record<RebalanceState, SeriesLabels<LabelsOf<'plans'>>>>;
  readonly #zeroForMillis: number;
  readonly #bornAt: number;
  readonly #time: SteadyTime;
  readonly #plans: PlanSeries;
  readonly #nodeMoves: NodeMoves;
  readonly #phaseDurations: PhaseDurations;
  readonly #failures = new Map<FailurePhase, Map<string, ZeroFirstCounter>>();
  readonly #guardrailTrips = new Map<string, ZeroFirstCounter>();
  /** Labels of what is counted, for as long as it is: most of what it would otherwise cost to collect it. */
  readonly #labels = new WeakMap<ZeroFirstCounter | ZeroFirstHistogram, SeriesLabels>();
  readonly #errorTypes: BoundedLabel;
  readonly #guardrails: BoundedLabel;
  /** Time from which on nothing is recorded any more, in milliseconds since the Unix epoch. */
  #closedAt: number | undefined;

  /** @param now milliseconds since the Unix epoch */
  constructor(source: SeriesSource, { maxPlans, maxNodes, maxLabelValues, zeroForMillis }: SeriesLimits, now: number) {
    this.namespace = source.namespace;
    this.cluster = source.cluster;
    this.#source = source;
    this.#ownLabels = new SeriesLabels({ namespace: source.namespace, cluster: source.cluster });
    this.#stateLabels = recordOf(STATES, (state) => new SeriesLabels({ ...this.#ownLabels.attributes, state }));
    this.#zeroForMillis = zeroForMillis;
    this.#bornAt = now;
    this.#time = new SteadyTime(now);
    this.#errorTypes = new BoundedLabel(maxLabelValues);
    this.#guardrails = new BoundedLabel(maxLabelValues);
    const limits = { maxPlans, maxLabelValues, guardrails: this.#guardrails, errorTypes: this.#errorTypes };
    this.#nodeMoves = new NodeMoves(maxNodes, this.#newCounter);
    this.#phaseDurations = new PhaseDurations((at) => new ZeroFirstHistogram(at, this.#ripeAt(at)), source.traceId);
    this.#plans = new PlanSeries(source, limits, this.#newCounter, now);
  }

  /** Counts what has happened. @param now time of arrival, in milliseconds since the Unix epoch */
  record(transition: Transition, now: number): void {
    this.#plans.record(transition, now);
    this.#phaseDurations.record(transition, now);
    switch (transition.type) {
      case 'moveClosed':
        if (transition.ending.outcome === 'completed') this.#nodeMoves.count(transition.move, now);
        return this.#countFailure('move', transition.ending, now);
      case 'drainClosed':
        return this.#countFailure('drain', transition.ending, now);
      case 'planClosed':
        return this.#countFailure('total', transition.ending, now);
      case 'nodesReported':
        return this.#nodeMoves.keep(transition.nodes);
      case 'guardrailTripped':
        return this.#counterOf(this.#guardrailTrips, this.#guardrails.resolve(transition.guardrail), now).increment();
    }
  }

  /** Lets counters ripen with the clock, also after it was set back. @param now milliseconds since the Unix epoch */
  follow(now: number): void {
    this.#time.follow(now);
  }

  /** Ends the recording. The last values stay for as long as a new counter is at 0, for a reader to see them. */
  close(): void {
    this.#closedAt = this.#source.clock();
  }

  get isClosed(): boolean {
    return this.#closedAt !== undefined;
  }

  /** True once the last values are not to be exported any more; a clock that was set far back ends them too. */
  isOver(): boolean {
    return this.#closedAt !== undefined && Math.abs(this.#source.clock() - this.#closedAt) >= this.#zeroForMillis;
  }

  /** Begins a collection with the series that the cluster has whatever plans there are. Returns what the rest needs. */
  beginCollection(sink: SeriesSink): Collection {
    const now = this.#source.retire();
    const { ledger } = this.#source;
    // What has happened shortly before the end would otherwise never be exported.
    sink.begin(now, this.isClosed ? Number.POSITIVE_INFINITY : this.#time.at(now));
    if (ledger.decommissionedAt !== undefined) {
      this.#addDecommissioned(sink, ledger.decommissionedAt, now);
      return { now, ...NO_PLANS };
    }
    this.#addController(sink, now);
    this.#addCounters(sink);
    // The series of plans, nodes and states are the leader's.
    if (ledger.leading === false) return { now, ...NO_PLANS };
    this.#addCluster(sink);
    this.#plans.addFolded(sink);
    const at = this.#closedAt ?? now;
    // A copy, because events go on while the loop turns: a plan whose id is used again must not be exported twice.
    return { now: at, plans: [...this.#plans.shown], ends: ledger.estimatedEnds(at) };
  }

  /** Adds the series of a plan with series of its own. */
  addPlan(plan: Plan, counters: PlanCounters, sink: SeriesSink, { now, ends }: Collection): void {
    this.#plans.addPlan(plan, counters, sink, now, ends.get(plan));
  }

  #addDecommissioned(sink: SeriesSink, at: number, now: number): void {
    const { ledger } = this.#source;
    if (!ledger.isGone(now)) sink.gauge('decommissioned', this.#ownLabels, hrTime(this.#bornAt), at / 1000);
  }

  /** Adds what a standby shows as well as a leader. */
  #addController(sink: SeriesSink, now: number): void {
    const { leading, heartbeatAt } = this.#source.ledger;
    const labels = this.#ownLabels;
    const start = hrTime(this.#bornAt);
    sink.gauge('clock', labels, start, now / 1000);
    if (heartbeatAt !== undefined) sink.gauge('heartbeat', labels, start, heartbeatAt / 1000);
    if (leading !== undefined) sink.gauge('leading', labels, start, leading ? 1 : 0);
  }

  #addCluster(sink: SeriesSink): void {
    const { ledger } = this.#source;
    const labels = this.#ownLabels;
    const start = hrTime(this.#bornAt);
    const plans = recordOf(STATES, () => 0);
    let pending = 0;
    let oldest = Number.POSITIVE_INFINITY;
    for (const plan of ledger.plans.values()) {
      plans[plan.state] += 1;
      if (plan.approvalSince === undefined) continue;
      pending += 1;
      oldest = Math.min(oldest, plan.approvalSince);
    }
    for (const state of STATES) {
      const stateLabels = this.#stateLabels[state];
      sink.gauge('state', stateLabels, start, ledger.state === state ? 1 : 0);
      sink.gauge('plans', stateLabels, start, plans[state]);
    }
    sink.gauge('approvalsPending', labels, start, pending);
    sink.gauge('approvalOldestPending', labels, start, pending === 0 ? 0 : oldest / 1000);
    sink.gauge('paused', labels, start, ledger.paused ? 1 : 0);
    if (ledger.slots.limit !== undefined) {
      sink.gauge('shardsMovingLimit', labels, start, ledger.slots.limit);
    }
    for (const [node, shards] of ledger.ownership.nodes)
      sink.gauge('nodeShards', new SeriesLabels({ ...labels.attributes, node }), start, shards);
    if (ledger.ownership.otherNodesShards !== undefined) {
      sink.gauge(
        'nodeShards',
        new SeriesLabels({ ...labels.attributes, node: OTHER }),
        start,
        ledger.ownership.otherNodesShards,
      );
    }
    for (const [node, at] of ledger.ownership.emptiedSince()) {
      sink.gauge('nodeEmptied', new SeriesLabels({ ...labels.attributes, node }), start, at / 1000);
    }
  }

  #addCounters(sink: SeriesSink): void {
    const { attributes: own } = this.#ownLabels;
    const labelsOf = this.#labelsOf;
    for (const [node, direction, counter] of this.#nodeMoves.all()) {
      sink.counter('nodeMoves', labelsOf(counter, { ...own, node, direction }), counter);
    }
    for (const [phase, counters] of this.#failures) {
      for (const [error_type, counter] of counters) {
        sink.counter('failures', labelsOf(counter, { ...own, phase, error_type }), counter);
      }
    }
    for (const [guardrail, counter] of this.#guardrailTrips) {
      sink.counter('guardrailTrips', labelsOf(counter, { ...own, guardrail }), counter);
    }
    for (const [phase, outcome, histogram] of this.#phaseDurations.all()) {
      sink.histogram('phaseDuration', labelsOf(histogram, { ...own, phase, outcome }), histogram);
    }
  }

  /** @param attributes always the same of one subject */
  readonly #labelsOf = <L extends Attributes>(subject: ZeroFirstCounter | ZeroFirstHistogram, attributes: L) => {
    let labels = this.#labels.get(subject) as SeriesLabels<L> | undefined;
    if (labels === undefined) {
      labels = new SeriesLabels(attributes);
      this.#labels.set(subject, labels);
    }
    return labels;
  };

  #countFailure(phase: FailurePhase, { outcome, failure }: Ending, now: number): void {
    if (outcome !== 'failed') return;
    let counters = this.#failures.get(phase);
    if (counters === undefined) {
      counters = new Map();
      this.#failures.set(phase, counters);
    }
    this.#counterOf(counters, this.#errorTypes.resolve(failure?.type), now).increment();
  }

  #counterOf(counters: Map<string, ZeroFirstCounter>, key: string, now: number): ZeroFirstCounter {
    const known = counters.get(key);
    if (known !== undefined) return known;
    const counter = this.#newCounter(now);
    counters.set(key, counter);
    return counter;
  }

  readonly #newCounter: NewCounter = (now, initial = 0, bornAt) => {
    const ripeAt = this.#ripeAt(now);
    if (bornAt === undefined) return new ZeroFirstCounter(now, ripeAt, initial);
    const counter = new ZeroFirstCounter(bornAt, ripeAt - (now - bornAt));
    counter.raise(initial);
    return counter;
  };

  /** When something is ripe that is born now. */
  #ripeAt(now: number): number {
    return this.#time.follow(now) + this.#zeroForMillis;
  }
}
