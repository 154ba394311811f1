import {
  type Counter,
  createNoopMeter,
  type Histogram,
  type Meter,
  type MeterProvider,
  metrics,
} from '@opentelemetry/api';
import { DECISIONS, OUTCOMES, PHASES, type Phase } from '../contract/vocabulary.js';
import { INVALID_REASONS, type InvalidReason } from '../intake/problem.js';
import type { Transition } from '../ledger/transition.js';
import type { Diagnostics } from '../otel/diagnostics.js';
import type { Guard } from '../otel/guard.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { type LabelsOf, METRICS, type MetricDefinition, PHASE_DURATION_BOUNDS } from './definitions.js';
import { recordOf } from './record-of.js';

interface Instruments {
  readonly phaseDuration: Histogram<LabelsOf<'phaseDuration'>>;
  readonly plansFinished: Counter<LabelsOf<'plansFinished'>>;
  readonly moves: Counter<LabelsOf<'moves'>>;
  readonly invalidEvents: Counter<LabelsOf<'invalidEvents'>>;
}

/** Attribute sets that one cluster takes of the tightest instrument, the histogram: four phases of three ends each. */
const SETS_PER_CLUSTER = 12;
/** Default limit of the SDK per instrument. */
const SDK_CARDINALITY_LIMIT = 2_000;
const CLUSTERS_NEAR_LIMIT = Math.floor((SDK_CARDINALITY_LIMIT * 0.9) / SETS_PER_CLUSTER);

/** Clusters per provider, over its whole life: an SDK meter never forgets an attribute set. */
const clustersByProvider = new WeakMap<MeterProvider, Set<string>>();

/**
 * The ordinary instruments of one instrumented controller. A meter taken before the SDK is registered stays a no-op for
 * ever, so they are made anew whenever the provider has changed.
 *
 * @see https://github.com/open-telemetry/opentelemetry-js/issues/3622
 */
export class SdkInstruments {
  readonly #given: MeterProvider | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #guard: Guard;
  readonly #clusters = new Set<ClusterInstruments>();
  #provider: MeterProvider | undefined;
  #instruments: Instruments | undefined;

  constructor(given: MeterProvider | undefined, diagnostics: Diagnostics, guard: Guard) {
    this.#given = given;
    this.#diagnostics = diagnostics;
    this.#guard = guard;
  }

  /** The instruments of the provider that is registered now. */
  get instruments(): Instruments {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (this.#instruments === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#instruments = this.#create(provider);
      for (const cluster of this.#clusters) this.#start(cluster, provider, this.#instruments);
    }
    return this.#instruments;
  }

  /** Starts the series of every cluster on a provider that was registered since. */
  refresh(): void {
    void this.instruments;
  }

  cluster(namespace: string, cluster: string): ClusterInstruments {
    const meters = new ClusterInstruments(this, namespace, cluster);
    const { instruments } = this;
    this.#clusters.add(meters);
    this.#start(meters, this.#provider as MeterProvider, instruments);
    return meters;
  }

  /** Starts the series of a cluster on no further provider. */
  drop(cluster: ClusterInstruments): void {
    this.#clusters.delete(cluster);
  }

  #create(provider: MeterProvider): Instruments {
    const instruments = this.#guard.run('metrics', () => createInstruments(provider.getMeter(SCOPE_NAME, VERSION)));
    return instruments ?? createInstruments(createNoopMeter());
  }

  #start(cluster: ClusterInstruments, provider: MeterProvider, instruments: Instruments): void {
    // Everything else of the cluster goes on without these counters.
    this.#guard.run('metrics', () => cluster.startAtZero(instruments));
    const seen = clustersByProvider.get(provider) ?? new Set();
    clustersByProvider.set(provider, seen);
    if (seen.size === CLUSTERS_NEAR_LIMIT || seen.has(cluster.key)) return;
    seen.add(cluster.key);
    if (seen.size < CLUSTERS_NEAR_LIMIT) return;
    this.#diagnostics.once(
      'warn',
      'cardinality',
      `${seen.size} clusters are instrumented in this process: the SDK's limit of ${SDK_CARDINALITY_LIMIT} attribute ` +
        `sets per instrument is near, past which ${METRICS.phaseDuration.name} mixes clusters. Raise it with a view: ` +
        `{ meterName: '${SCOPE_NAME}', aggregationCardinalityLimit: 20_000 }`,
    );
  }
}

/** The fixed attribute sets of one cluster, and what each transition counts. */
export class ClusterInstruments {
  readonly key: string;
  readonly #meters: SdkInstruments;
  readonly #phaseDuration: Readonly<Record<Phase, Readonly<Record<string, LabelsOf<'phaseDuration'>>>>>;
  readonly #byOutcome: Readonly<Record<string, LabelsOf<'moves'>>>;
  readonly #byReason: Readonly<Record<string, LabelsOf<'invalidEvents'>>>;

  constructor(meters: SdkInstruments, namespace: string, cluster: string) {
    this.#meters = meters;
    this.key = JSON.stringify([namespace, cluster]);
    const labels = { namespace, cluster };
    this.#phaseDuration = recordOf(PHASES, (phase) =>
      recordOf(phase === 'approval' ? DECISIONS : OUTCOMES, (outcome) => Object.freeze({ ...labels, phase, outcome })),
    );
    this.#byOutcome = recordOf(OUTCOMES, (outcome) => Object.freeze({ ...labels, outcome }));
    this.#byReason = recordOf(INVALID_REASONS, (reason) => Object.freeze({ ...labels, reason }));
  }

  /** Exports every counter at 0, so that `increase()` sees the first event. */
  startAtZero(instruments: Instruments): void {
    for (const labels of Object.values(this.#byOutcome)) {
      instruments.plansFinished.add(0, labels);
      instruments.moves.add(0, labels);
    }
    for (const labels of Object.values(this.#byReason)) instruments.invalidEvents.add(0, labels);
  }

  countInvalid(reason: InvalidReason): void {
    this.#meters.instruments.invalidEvents.add(1, this.#byReason[reason] as LabelsOf<'invalidEvents'>);
  }

  record(transition: Transition): void {
    switch (transition.type) {
      case 'moveClosed': {
        const { instruments } = this.#meters;
        const { outcome } = transition.ending;
        instruments.moves.add(1, this.#byOutcome[outcome] as LabelsOf<'moves'>);
        return this.#observe(instruments, 'move', outcome, transition.seconds);
      }
      case 'drainClosed':
        return this.#observe(this.#meters.instruments, 'drain', transition.ending.outcome, transition.seconds);
      case 'approvalClosed':
        // A plan that ended without a decision has no approval to time.
        if (transition.decision === undefined) return;
        return this.#observe(this.#meters.instruments, 'approval', transition.decision, transition.seconds);
      case 'planClosed': {
        const { instruments } = this.#meters;
        const { outcome } = transition.ending;
        instruments.plansFinished.add(1, this.#byOutcome[outcome] as LabelsOf<'plansFinished'>);
        return this.#observe(instruments, 'total', outcome, transition.seconds);
      }
    }
  }

  #observe(instruments: Instruments, phase: Phase, outcome: string, seconds: number | undefined): void {
    if (seconds === undefined) return;
    instruments.phaseDuration.record(seconds, this.#phaseDuration[phase][outcome] as LabelsOf<'phaseDuration'>);
  }
}

function createInstruments(meter: Meter): Instruments {
  const { phaseDuration, plansFinished, moves, invalidEvents } = METRICS;
  const counter = ({ name, description, unit }: MetricDefinition) => meter.createCounter(name, { description, unit });
  return {
    phaseDuration: meter.createHistogram(phaseDuration.name, {
      description: phaseDuration.description,
      unit: phaseDuration.unit,
      // Not a View: with two readers of which one is never collected, a View grows without bound.
      advice: { explicitBucketBoundaries: [...PHASE_DURATION_BOUNDS] },
    }),
    plansFinished: counter(plansFinished),
    moves: counter(moves),
    invalidEvents: counter(invalidEvents),
  };
}
