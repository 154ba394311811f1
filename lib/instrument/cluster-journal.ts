import type { ParsedEvent } from '../intake/parsed-event.js';
import { anId, maybe, type ReadBy, record } from '../intake/schema.js';
import { type Ledger, SAVED_LEDGER } from '../ledger/ledger.js';
import type { Plan } from '../ledger/plan.js';
import { SAVED_PLAN } from '../ledger/saved-plan.js';
import type { Transition } from '../ledger/transition.js';
import type { PlanSpans } from '../traces/plan-spans.js';
import { SAVED_TRACE } from '../traces/saved-trace.js';
import type { JournalContent } from './journal-writer.js';

const CLUSTER_LINE = record({ namespace: anId, cluster: anId, ledger: SAVED_LEDGER });
const PLAN_LINE = record({ plan: SAVED_PLAN, trace: maybe(SAVED_TRACE) });
type SavedPlanLine = ReadBy<typeof PLAN_LINE>;

/** What a journal holds of one cluster. */
export interface SavedCluster extends ReadBy<typeof CLUSTER_LINE> {
  readonly plans: readonly SavedPlanLine[];
}

/** Time between two writes for heartbeats alone. */
const ALIVE_MILLIS = 10_000;

/** The lines of one cluster in a journal: one for it, and one for each of its plans, made anew where something changed. */
export class ClusterJournal {
  readonly #namespace: string;
  readonly #cluster: string;
  readonly #ledger: Ledger;
  readonly #spans: PlanSpans;
  readonly #changed: (isUrgent: boolean) => void;
  readonly #lines = new Map<Plan, string>();
  readonly #stale = new Set<Plan>();
  /** The plan that became stale last, which the next transitions are likely to be of too. */
  #latest: Plan | undefined;
  #aliveAt = Number.NEGATIVE_INFINITY;

  /** @param changed called at each change */
  constructor(
    namespace: string,
    cluster: string,
    ledger: Ledger,
    spans: PlanSpans,
    changed: (isUrgent: boolean) => void,
  ) {
    this.#namespace = namespace;
    this.#cluster = cluster;
    this.#ledger = ledger;
    this.#spans = spans;
    this.#changed = changed;
  }

  record({ type, plan }: Transition): void {
    // What must be there after a crash, however soon it comes.
    const isUrgent = type === 'planOpened' || type === 'approvalClosed' || type === 'planClosed';
    if (type === 'planForgotten') {
      this.#lines.delete(plan);
      this.#stale.delete(plan);
      if (plan === this.#latest) this.#latest = undefined;
    } else if (plan !== undefined) {
      // The write that is due since then has this too.
      if (plan === this.#latest && !isUrgent) return;
      this.#stale.add(plan);
      this.#latest = plan;
    }
    this.#changed(isUrgent);
  }

  /** Notes what an event has changed without a transition. */
  touch(parsed: ParsedEvent): void {
    switch (parsed.event) {
      case 'heartbeat':
        // A journal that is written for nothing else says at least until when its process was alive.
        if (Math.abs(parsed.at - this.#aliveAt) < ALIVE_MILLIS) return;
        this.#aliveAt = parsed.at;
        break;
      case 'paused':
      case 'resumed':
        this.#touchAll();
        break;
      case 'guardrailTripped':
      case 'guardrailCleared':
        if (parsed.planId === undefined) this.#touchAll();
        break;
      // A late start and a state that is there already change what is known of the plan, and nothing else.
      case 'drainStarted':
      case 'stateChanged':
        this.#touchPlan(parsed.planId);
    }
    this.#changed(false);
  }

  /** Notes that the spans of a plan have changed without an event. */
  touchTrace(plan: Plan): void {
    this.#stale.add(plan);
    this.#changed(false);
  }

  /** Makes the lines of the plans that have changed, one at each step. */
  *refresh(): Generator<void> {
    for (const plan of [...this.#stale]) {
      // It may have been forgotten meanwhile.
      if (this.#stale.delete(plan)) this.#lines.set(plan, this.#lineOf(plan));
      if (plan === this.#latest) this.#latest = undefined;
      yield;
    }
  }

  lines(): string[] {
    const cluster = { namespace: this.#namespace, cluster: this.#cluster, ledger: this.#ledger.save() };
    return [JSON.stringify(cluster), ...this.#lines.values()];
  }

  #touchPlan(planId: string | undefined): void {
    const plan = planId === undefined ? undefined : this.#ledger.plans.get(planId);
    if (plan !== undefined) this.#stale.add(plan);
  }

  #touchAll(): void {
    for (const plan of this.#ledger.plans.values()) if (plan.live) this.#stale.add(plan);
  }

  #lineOf(plan: Plan): string {
    return JSON.stringify({ plan: plan.save(), trace: this.#spans.save(plan) });
  }
}

/** The content of a journal: the lines of these clusters. */
export function contentOf(clusters: () => Iterable<{ readonly journal: ClusterJournal | undefined }>): JournalContent {
  return {
    *refresh() {
      for (const { journal } of clusters()) if (journal !== undefined) yield* journal.refresh();
    },
    lines: () => [...clusters()].flatMap(({ journal }) => journal?.lines() ?? []),
  };
}

/**
 * Reads the lines of a journal.
 *
 * @throws Error that says what is wrong with them
 */
export function readClusters(lines: readonly unknown[]): SavedCluster[] {
  const clusters: (SavedCluster & { plans: SavedPlanLine[] })[] = [];
  for (const [index, line] of lines.entries()) {
    const name = `line ${index + 2}`;
    if (typeof line === 'object' && line !== null && 'plan' in line) {
      const cluster = clusters.at(-1);
      if (cluster === undefined) throw new Error(`${name} is a plan of no cluster`);
      cluster.plans.push(PLAN_LINE(line, name));
    } else {
      clusters.push({ ...CLUSTER_LINE(line, name), plans: [] });
    }
  }
  return clusters;
}
