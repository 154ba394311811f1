import type { EventEmitter } from 'node:events';
import type {
  DrainSnapshot,
  Failure,
  MoveSnapshot,
  Outcome,
  RebalanceEventMap,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { failureOf, StoppedError } from './failure.js';
import { type MoveStep, type Plan, type PlannedMove, sourcesOf } from './plan.js';

/** Does the work of a move, and gives the bytes moved. Throws a StoppedError between two slots once asked to stop. */
export type ExecuteMove = (step: MoveStep, stop: AbortSignal) => Promise<number>;

/** End of a plan. */
export interface PlanEnd extends Failure {
  readonly outcome: Outcome;
}

interface Drain {
  readonly node: string;
  readonly shards: number;
  remaining: number;
  bytes: number;
  started: boolean;
}

/** The moves of an approved plan, and their events. The first move that fails ends the run. */
export class PlanRun {
  readonly #planId: string;
  readonly #events: EventEmitter<RebalanceEventMap>;
  readonly #execute: ExecuteMove;
  readonly #waiting: PlannedMove[];
  readonly #moving = new Map<PlannedMove, Promise<void>>();
  readonly #drains = new Map<string, Drain>();
  readonly #stop = new AbortController();
  #failure: { readonly node: string; readonly end: PlanEnd } | undefined;

  constructor(plan: Plan, events: EventEmitter<RebalanceEventMap>, execute: ExecuteMove) {
    this.#planId = plan.id;
    this.#events = events;
    this.#execute = execute;
    this.#waiting = [...plan.moves];
    for (const node of sourcesOf(plan.moves)) {
      const shards = plan.moves.filter(({ source }) => source === node).length;
      this.#drains.set(node, { node, shards, remaining: shards, bytes: 0, started: false });
    }
  }

  /** The moves that have not ended well. */
  get movesLeft(): PlannedMove[] {
    return [...this.#moving.keys(), ...this.#waiting];
  }

  /** The steps that run, for a snapshot. */
  get steps(): { drains: DrainSnapshot[]; moves: MoveSnapshot[] } {
    const drains = [...this.#drains.values()].filter(({ started, remaining }) => started && remaining > 0);
    return {
      drains: drains.map(({ node, shards, remaining }) => ({ node, shards, shardsRemaining: remaining })),
      moves: [...this.#moving.keys()].map(({ shard, source, target }) => ({ shard, source, target })),
    };
  }

  /** End of the plan; undefined while a move is under way or left to do. */
  get end(): PlanEnd | undefined {
    if (this.#moving.size > 0) return undefined;
    if (this.#failure !== undefined) return this.#failure.end;
    if (this.#stop.signal.aborted) return { outcome: 'cancelled' };
    return this.#waiting.length === 0 ? { outcome: 'completed' } : undefined;
  }

  /** Starts moves until `limit` are under way. */
  advance(limit: number, onMoveEnd: () => void): void {
    while (!this.#stop.signal.aborted && this.#moving.size < limit) {
      const move = this.#waiting.shift();
      if (move === undefined) return;
      this.#start(move, onMoveEnd);
    }
  }

  /** Starts no more moves, ends those under way at their next slot, and waits for that. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#moving.values());
  }

  /** Reports the drains that the end of the plan cut short. */
  closeDrains(): void {
    for (const { node, started, remaining, bytes } of this.#drains.values()) {
      if (!started || remaining === 0) continue;
      const end: PlanEnd = this.#failure?.node === node ? this.#failure.end : { outcome: 'cancelled' };
      this.#events.emit('drainFinished', { planId: this.#planId, node, bytes, ...end });
    }
  }

  #start(move: PlannedMove, onMoveEnd: () => void): void {
    const { shard, source, target } = move;
    const planId = this.#planId;
    const drain = this.#drains.get(source);
    if (drain?.started === false) {
      drain.started = true;
      this.#events.emit('drainStarted', { planId, node: source, shards: drain.shards });
    }
    this.#events.emit('moveStarted', { planId, shard, source, target });
    const work = this.#execute({ planId, ...move }, this.#stop.signal);
    const ended = work.then(
      (bytes) => this.#complete(move, bytes),
      (error: unknown) => this.#breakOff(move, error),
    );
    this.#moving.set(move, ended.then(onMoveEnd));
  }

  #complete(move: PlannedMove, bytes: number): void {
    const planId = this.#planId;
    this.#moving.delete(move);
    this.#events.emit('moveFinished', { planId, shard: move.shard, outcome: 'completed', bytes });
    const drain = this.#drains.get(move.source);
    if (drain === undefined) return;
    drain.remaining -= 1;
    drain.bytes += bytes;
    const { node, remaining } = drain;
    this.#events.emit('drainProgressed', { planId, node, shardsRemaining: remaining, bytes: drain.bytes });
    if (remaining > 0) return;
    this.#events.emit('drainFinished', { planId, node, outcome: 'completed', bytes: drain.bytes });
  }

  #breakOff(move: PlannedMove, error: unknown): void {
    const { shard, source } = move;
    const stopped = error instanceof StoppedError;
    const end: PlanEnd = stopped ? { outcome: 'cancelled' } : { outcome: 'failed', ...failureOf(error) };
    this.#moving.delete(move);
    this.#waiting.unshift(move);
    this.#events.emit('moveFinished', { planId: this.#planId, shard, ...end });
    if (stopped) return;
    this.#failure ??= { node: source, end };
    this.#stop.abort();
  }
}
