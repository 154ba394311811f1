import { createNoopMeter, type MeterProvider, metrics } from '@opentelemetry/api';
import { INVALID_REASONS, type InvalidReason } from '../intake/problem.js';
import type { Transition } from '../ledger/transition.js';
import type { Diagnostics } from '../otel/diagnostics.js';
import type { Guard } from '../otel/guard.js';
import { SCOPE_NAME } from '../otel/scope.js';
import { METRICS } from './definitions.js';
import { type ClusterCounts, ProviderCounts, type SharedCounts } from './provider-counts.js';

/** Default limit of the SDK per instrument, of which one set is the overflow. */
const SDK_CARDINALITY_LIMIT = 2_000;
/** By the tightest instrument, that of the events that were refused. */
const CLUSTERS_NEAR_LIMIT = Math.floor((SDK_CARDINALITY_LIMIT * 0.9) / INVALID_REASONS.length);

/**
 * The ordinary instruments of one instrumented controller. A meter taken before the SDK is registered stays a no-op for
 * ever, so they are taken anew whenever the provider has changed.
 *
 * @see https://github.com/open-telemetry/opentelemetry-js/issues/3622
 */
export class SdkInstruments {
  readonly #given: MeterProvider | undefined;
  readonly #shared: SharedCounts;
  readonly #diagnostics: Diagnostics;
  readonly #guard: Guard;
  readonly #clusters = new Set<ClusterInstruments>();
  #provider: MeterProvider | undefined;
  #counts = new ProviderCounts(createNoopMeter());

  constructor(given: MeterProvider | undefined, shared: SharedCounts, diagnostics: Diagnostics, guard: Guard) {
    this.#given = given;
    this.#shared = shared;
    this.#diagnostics = diagnostics;
    this.#guard = guard;
  }

  /** Starts the series of every cluster at 0 on a provider that was registered since. */
  refresh(): void {
    const provider = this.#given ?? metrics.getMeterProvider();
    if (provider === this.#provider) return;
    const before = this.#counts;
    this.#provider = provider;
    // Everything else goes on without these counters.
    this.#counts = this.#guard.run('metrics', () => this.#shared.of(provider)) ?? new ProviderCounts(createNoopMeter());
    for (const cluster of this.#clusters) {
      before.release(cluster.counts);
      cluster.counts = this.#hold(cluster.namespace, cluster.cluster);
    }
  }

  cluster(namespace: string, cluster: string): ClusterInstruments {
    this.refresh();
    const instruments = new ClusterInstruments(namespace, cluster, this.#hold(namespace, cluster));
    this.#clusters.add(instruments);
    return instruments;
  }

  /** Starts the series of a cluster on no further provider. */
  drop(cluster: ClusterInstruments): void {
    if (this.#clusters.delete(cluster)) this.#counts.release(cluster.counts);
  }

  #hold(namespace: string, cluster: string): ClusterCounts {
    const before = this.#counts.size;
    const counts = this.#counts.hold(namespace, cluster);
    const { size } = this.#counts;
    if (size > before && size === CLUSTERS_NEAR_LIMIT) {
      this.#diagnostics.once(
        'warn',
        'cardinality',
        `${size} clusters are instrumented in this process: the SDK's limit of ${SDK_CARDINALITY_LIMIT} attribute sets ` +
          `per instrument is near, past which ${METRICS.invalidEvents.name} mixes clusters. Raise it with a view: ` +
          `{ meterName: '${SCOPE_NAME}', aggregationCardinalityLimit: 20_000 }`,
      );
    }
    return counts;
  }
}

/** The counts of one cluster at the provider that is registered now, and what each transition adds to them. */
export class ClusterInstruments {
  readonly namespace: string;
  readonly cluster: string;
  counts: ClusterCounts;

  constructor(namespace: string, cluster: string, counts: ClusterCounts) {
    this.namespace = namespace;
    this.cluster = cluster;
    this.counts = counts;
  }

  countInvalid(reason: InvalidReason): void {
    this.counts.invalidEvents[reason] += 1;
  }

  record(transition: Transition): void {
    if (transition.type === 'moveClosed') this.counts.moves[transition.ending.outcome] += 1;
    else if (transition.type === 'planClosed') this.counts.plansFinished[transition.ending.outcome] += 1;
  }
}
