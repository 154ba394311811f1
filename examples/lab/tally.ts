import type { Decision, Outcome } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { MeshController } from '../mesh/controller.js';

/** A live plan in an active state whose last shard moved this long ago is stuck; milliseconds. */
const STUCK_AFTER = 30 * 60_000;

/** Result of a run. */
export interface Summary {
  readonly scenario: string;
  readonly seed: number;
  readonly hours: number;
  readonly clusters: number;
  readonly plans: number;
  readonly live: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly decisions: Readonly<Record<Decision, number>>;
  /** Ids of live plans for which no shard moved that had not before, for half an hour. */
  readonly stuck: readonly string[];
  /** Longest wait for a decision in seconds, those that still wait included. */
  readonly longestWaitSeconds: number;
  /** Failed moves by kind. */
  readonly failedMoves: Readonly<Record<string, number>>;
  readonly movedShards: number;
  readonly guardrailTrips: Readonly<Record<string, number>>;
}

interface PlanTrack {
  /** Milliseconds since the Unix epoch; undefined while no shard has ever been asked to move. */
  progressAt: number | undefined;
  waitingSince: number | undefined;
  /** False while no move has begun: before that the plan may wait for one. */
  hasBegun: boolean;
  readonly moved: Set<string>;
}

/** Counts the events of controllers, independently of the package under watch. */
export class Tally {
  readonly #clock: () => number;
  readonly #live = new Map<string, PlanTrack>();
  readonly #outcomes = { completed: 0, failed: 0, cancelled: 0 };
  readonly #decisions = { approved: 0, rejected: 0, expired: 0 };
  readonly #failedMoves: Record<string, number> = {};
  readonly #guardrailTrips: Record<string, number> = {};
  #plans = 0;
  #movedShards = 0;
  #longestWait = 0;

  /** @param clock milliseconds since the Unix epoch */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  watch(controller: MeshController): void {
    controller.on('planCreated', ({ planId }) => {
      this.#plans += 1;
      this.#live.set(planId, newTrack());
    });
    controller.on('approvalRequested', ({ planId }) => {
      this.#track(planId).waitingSince = this.#clock();
    });
    controller.on('approvalDecided', ({ planId, decision }) => {
      this.#decisions[decision] += 1;
      const track = this.#track(planId);
      this.#longestWait = Math.max(this.#longestWait, this.#waited(track));
      track.waitingSince = undefined;
    });
    controller.on('drainStarted', ({ planId }) => this.#progress(planId));
    controller.on('moveStarted', ({ planId }) => {
      const track = this.#track(planId);
      if (!track.hasBegun) this.#progress(planId);
      track.hasBegun = true;
    });
    controller.on('moveFinished', ({ planId, shard, outcome, errorType = '' }) => {
      if (outcome === 'failed') count(this.#failedMoves, errorType);
      if (outcome !== 'completed') return;
      this.#movedShards += 1;
      const { moved } = this.#track(planId);
      // A shard that came back and goes again is no progress.
      if (!moved.has(shard)) this.#progress(planId);
      moved.add(shard);
    });
    controller.on('guardrailTripped', ({ guardrail }) => count(this.#guardrailTrips, guardrail));
    controller.on('planFinished', ({ planId, outcome }) => {
      this.#outcomes[outcome] += 1;
      this.#live.delete(planId);
    });
  }

  summary(run: Pick<Summary, 'scenario' | 'seed' | 'hours' | 'clusters'>): Summary {
    const live = [...this.#live];
    const isStuck = ([, { progressAt }]: (typeof live)[number]) =>
      progressAt !== undefined && this.#clock() - progressAt >= STUCK_AFTER;
    const longestWait = Math.max(this.#longestWait, ...live.map(([, track]) => this.#waited(track)));
    return {
      ...run,
      plans: this.#plans,
      live: live.length,
      outcomes: this.#outcomes,
      decisions: this.#decisions,
      stuck: live.filter(isStuck).map(([planId]) => planId),
      longestWaitSeconds: Math.round(longestWait / 1000),
      failedMoves: this.#failedMoves,
      movedShards: this.#movedShards,
      guardrailTrips: this.#guardrailTrips,
    };
  }

  #track(planId: string): PlanTrack {
    return this.#live.get(planId) ?? newTrack();
  }

  #progress(planId: string): void {
    this.#track(planId).progressAt = this.#clock();
  }

  #waited({ waitingSince }: PlanTrack): number {
    return waitingSince === undefined ? 0 : this.#clock() - waitingSince;
  }
}

function newTrack(): PlanTrack {
  return { progressAt: undefined, waitingSince: undefined, hasBegun: false, moved: new Set() };
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}
