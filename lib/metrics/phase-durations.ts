import type { Phase } from '../contract/vocabulary.js';
import type { Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import type { ZeroFirstHistogram } from './zero-first-histogram.js';

type Closed = Extract<Transition, { readonly seconds: number | undefined }>;

/** How long the approvals, drains, moves and plans of one cluster took, each by how it ended. */
export class PhaseDurations {
  readonly #histograms: Readonly<Record<Phase, Map<string, ZeroFirstHistogram>>> = {
    approval: new Map(),
    drain: new Map(),
    move: new Map(),
    total: new Map(),
  };
  readonly #newHistogram: (now: number) => ZeroFirstHistogram;
  readonly #traceId: (plan: Plan) => string;

  /** @param traceId 32 hex digits, or empty without tracing */
  constructor(newHistogram: (now: number) => ZeroFirstHistogram, traceId: (plan: Plan) => string) {
    this.#newHistogram = newHistogram;
    this.#traceId = traceId;
  }

  /** @param now time of arrival, in milliseconds since the Unix epoch */
  record(transition: Transition, now: number): void {
    switch (transition.type) {
      case 'moveClosed':
        return this.#observe('move', transition.ending.outcome, transition, now);
      case 'drainClosed':
        return this.#observe('drain', transition.ending.outcome, transition, now);
      case 'approvalClosed':
        // A plan that ended without a decision has no approval to time.
        return this.#observe('approval', transition.decision, transition, now);
      case 'planClosed':
        return this.#observe('total', transition.ending.outcome, transition, now);
    }
  }

  *all(): Generator<readonly [phase: string, outcome: string, histogram: ZeroFirstHistogram]> {
    for (const [phase, histograms] of Object.entries(this.#histograms)) {
      for (const [outcome, histogram] of histograms) yield [phase, outcome, histogram];
    }
  }

  #observe(phase: Phase, outcome: string | undefined, { plan, seconds }: Closed, now: number): void {
    if (outcome === undefined || seconds === undefined) return;
    const histograms = this.#histograms[phase];
    let histogram = histograms.get(outcome);
    if (histogram === undefined) {
      histogram = this.#newHistogram(now);
      histograms.set(outcome, histogram);
    }
    histogram.observe(seconds, this.#traceId(plan), now);
  }
}
