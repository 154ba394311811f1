import type { Attributes, Meter, MeterProvider, ObservableResult } from '@opentelemetry/api';
import { OUTCOMES } from '../contract/vocabulary.js';
import { INVALID_REASONS } from '../intake/problem.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { METRICS } from './definitions.js';
import { recordOf } from './record-of.js';

/** Clusters that are remembered after the last controller has let go of them; an SDK exports what it saw last for ever. */
const MAX_LEFT = 1_000;

/** The metrics whose counts are kept here. */
const COUNTED = ['plansFinished', 'moves', 'invalidEvents'] as const;
type Counted = (typeof COUNTED)[number];

/** The counts of one cluster that one provider exports. Plain numbers, so that an event costs an addition. */
export class ClusterCounts {
  readonly plansFinished = recordOf(OUTCOMES, () => 0);
  readonly moves = recordOf(OUTCOMES, () => 0);
  readonly invalidEvents = recordOf(INVALID_REASONS, () => 0);
  /** Instrumented controllers that count here. */
  holders = 0;
  readonly #labels: Readonly<Record<Counted, readonly (readonly [value: string, labels: Attributes])[]>>;

  constructor(namespace: string, cluster: string) {
    const byOutcome = OUTCOMES.map((outcome) => [outcome, Object.freeze({ namespace, cluster, outcome })] as const);
    this.#labels = {
      plansFinished: byOutcome,
      moves: byOutcome,
      invalidEvents: INVALID_REASONS.map((reason) => [reason, Object.freeze({ namespace, cluster, reason })] as const),
    };
  }

  observe(counted: Counted, result: ObservableResult): void {
    const counts: Readonly<Record<string, number>> = this[counted];
    for (const [value, labels] of this.#labels[counted]) result.observe(counts[value] ?? 0, labels);
  }
}

/**
 * The counts of every cluster that one provider exports, through observable counters of its meter. The controllers of a
 * cluster count together, one after the other too: a second observation of the same attributes would take the place of
 * the first, and a count must not go back.
 */
export class ProviderCounts {
  readonly #clusters = new Map<string, ClusterCounts>();
  #left = 0;

  /** @throws whatever the meter throws */
  constructor(meter: Meter) {
    for (const counted of COUNTED) {
      const { name, description, unit } = METRICS[counted];
      meter.createObservableCounter(name, { description, unit }).addCallback((result) => {
        for (const counts of this.#clusters.values()) counts.observe(counted, result);
      });
    }
  }

  /** Clusters that are counted, or were. */
  get size(): number {
    return this.#clusters.size;
  }

  /** The counts of a cluster for one more controller, which gives them back with {@link release}. */
  hold(namespace: string, cluster: string): ClusterCounts {
    const key = JSON.stringify([namespace, cluster]);
    let counts = this.#clusters.get(key);
    if (counts === undefined) {
      counts = new ClusterCounts(namespace, cluster);
      this.#clusters.set(key, counts);
    } else if (counts.holders === 0) {
      this.#left -= 1;
    }
    counts.holders += 1;
    return counts;
  }

  /** The counts go on being exported as they are. */
  release(counts: ClusterCounts): void {
    counts.holders -= 1;
    if (counts.holders > 0) return;
    this.#left += 1;
    if (this.#left > MAX_LEFT) this.#forgetOldestLeft();
  }

  #forgetOldestLeft(): void {
    for (const [key, { holders }] of this.#clusters) {
      if (holders > 0) continue;
      this.#clusters.delete(key);
      this.#left -= 1;
      return;
    }
  }
}

/** The counts of each provider, which all loaded copies of this package share. */
export class SharedCounts {
  readonly #byProvider = new WeakMap<MeterProvider, ProviderCounts>();

  /** @throws whatever the provider throws */
  of(provider: MeterProvider): ProviderCounts {
    let counts = this.#byProvider.get(provider);
    if (counts === undefined) {
      counts = new ProviderCounts(provider.getMeter(SCOPE_NAME, VERSION));
      this.#byProvider.set(provider, counts);
    }
    return counts;
  }
}
