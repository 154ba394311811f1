import type { Meter, MeterProvider, ObservableResult } from '@opentelemetry/api';
import { OUTCOMES } from '../contract/vocabulary.js';
import { INVALID_REASONS } from '../intake/problem.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { type LabelsOf, METRICS, type MetricDefinition } from './definitions.js';
import { recordOf } from './record-of.js';

/** Clusters that are remembered after the last controller has let go of them; an SDK exports what it saw last for ever. */
const MAX_LEFT = 1_000;

/** The counts of one cluster that one provider exports. Plain numbers, so that an event costs an addition. */
export class ClusterCounts {
  readonly plansFinished = recordOf(OUTCOMES, () => 0);
  readonly moves = recordOf(OUTCOMES, () => 0);
  readonly invalidEvents = recordOf(INVALID_REASONS, () => 0);
  /** Instrumented controllers that count here. */
  holders = 0;
  readonly #byOutcome: readonly (LabelsOf<'moves'> & LabelsOf<'plansFinished'>)[];
  readonly #byReason: readonly LabelsOf<'invalidEvents'>[];

  constructor(namespace: string, cluster: string) {
    this.#byOutcome = OUTCOMES.map((outcome) => Object.freeze({ namespace, cluster, outcome }));
    this.#byReason = INVALID_REASONS.map((reason) => Object.freeze({ namespace, cluster, reason }));
  }

  observePlansFinished(result: ObservableResult): void {
    OUTCOMES.forEach((outcome, index) => {
      result.observe(this.plansFinished[outcome], this.#byOutcome[index]);
    });
  }

  observeMoves(result: ObservableResult): void {
    OUTCOMES.forEach((outcome, index) => {
      result.observe(this.moves[outcome], this.#byOutcome[index]);
    });
  }

  observeInvalidEvents(result: ObservableResult): void {
    INVALID_REASONS.forEach((reason, index) => {
      result.observe(this.invalidEvents[reason], this.#byReason[index]);
    });
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
    const counter = ({ name, description, unit }: MetricDefinition) =>
      meter.createObservableCounter(name, { description, unit });
    const plansFinished = counter(METRICS.plansFinished);
    const moves = counter(METRICS.moves);
    const invalidEvents = counter(METRICS.invalidEvents);
    plansFinished.addCallback((result) => {
      for (const counts of this.#clusters.values()) counts.observePlansFinished(result);
    });
    moves.addCallback((result) => {
      for (const counts of this.#clusters.values()) counts.observeMoves(result);
    });
    invalidEvents.addCallback((result) => {
      for (const counts of this.#clusters.values()) counts.observeInvalidEvents(result);
    });
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
