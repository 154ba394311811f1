import type { EventEmitter } from 'node:events';
import type { RebalanceEventMap, RebalanceStep } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { DataPlane, TransferResult } from './data-plane.js';
import type { Guardrails, Hold } from './guardrails.js';
import type { Mesh, MeshNode, Shard } from './mesh.js';
import { isOpen, Placement } from './placement.js';
import type { Plan, PlannedDrain, PlannedMove } from './plan.js';
import type { PlanLife } from './plan-life.js';
import type { Policy } from './policy.js';
import type { Cancel, Timeline } from './timeline.js';

/** Parts with which a plan is carried out. */
export interface Execution {
  readonly events: EventEmitter<RebalanceEventMap> & {
    executeStep<T>(step: RebalanceStep, work: () => T): T;
  };
  readonly mesh: Mesh;
  readonly timeline: Timeline;
  readonly dataPlane: DataPlane;
  readonly policy: Policy;
  readonly guardrails: Guardrails;
  /** Shards that move now, over all plans. */
  moving(): number;
  readonly life: PlanLife;
  save(plan: Plan): void;
}

/** A hold, and since when it has lasted: milliseconds since the Unix epoch. */
export interface LastingHold extends Hold {
  readonly since: number;
}

/** Carries out one approved plan, from round to round of the control loop. */
export class PlanRun {
  readonly #plan: Plan;
  readonly #execution: Execution;
  readonly #transfers = new Map<PlannedMove, Cancel>();
  /** Time by which the drained nodes have closed their connections; undefined before the plan has begun. */
  #settledAt: number | undefined;
  #held: LastingHold | undefined;

  constructor(plan: Plan, execution: Execution) {
    this.#plan = plan;
    this.#execution = execution;
  }

  /** The guardrail that kept the plan from its next step in the last round. */
  get held(): LastingHold | undefined {
    return this.#held;
  }

  /** Time until which the drained nodes close their connections. */
  get settledAt(): number | undefined {
    return this.#settledAt;
  }

  /**
   * Begins the plan, or one more of its moves, if it may be begun now.
   *
   * @returns whether a move was begun
   */
  advance(now: number): boolean {
    const { guardrails, policy } = this.#execution;
    if (guardrails.incident === undefined) this.#clear('incident', now);
    if (this.#settledAt === undefined) {
      const hold = guardrails.beginning(this.#plan, now);
      if (hold !== undefined) {
        this.#report(hold, now);
        return false;
      }
      this.#clear('cooldown', now);
      this.#held = undefined;
      this.#plan.progressAt ??= now;
      this.#settledAt = now + (this.#plan.drains.length > 0 ? policy.settle : 0);
      this.#startDrains(now);
    }
    this.#takeUpArrivals();
    return now >= this.#settledAt && this.#startAnyMove(now);
  }

  /** Drops the transfers under way. */
  stop(): void {
    for (const cancel of this.#transfers.values()) cancel();
    this.#transfers.clear();
  }

  #startDrains(now: number): void {
    const { events, mesh, life } = this.#execution;
    const { id: planId, drains, trigger } = this.#plan;
    const open = drains.filter(({ outcome }) => outcome === undefined);
    if (open.length > 0) life.enter(this.#plan, 'draining', `drains ${open.map(({ node }) => node).join(', ')}`);
    for (const drain of open) {
      const { node, shardsRemaining: shards } = drain;
      drain.startedAt = now;
      events.emit('drainStarted', { planId, node, shards });
      events.executeStep({ planId, node }, () => {
        nodeOf(mesh, node).cordon = trigger === 'operator' ? 'maintenance' : 'health';
      });
    }
  }

  /** A drain ends with an empty node: shards that have come to it meanwhile, or come back, are moved too. */
  #takeUpArrivals(): void {
    const { events, mesh, save } = this.#execution;
    const { id: planId, drains, moves } = this.#plan;
    for (const drain of drains) {
      const owned = mesh.ownedBy(nodeOf(mesh, drain.node));
      if (drain.outcome !== undefined || owned.size <= drain.shardsRemaining) continue;
      const planned = new Set(moves.filter(({ status }) => status !== 'moved').map(({ shard }) => shard));
      const arrived = [...owned].filter(({ id }) => !planned.has(id));
      const added = new Placement(mesh).away(
        arrived,
        drains.map(({ node }) => nodeOf(mesh, node)),
      );
      if (added.length === 0) continue;
      for (const move of added) {
        const before = moves.findIndex(({ shard }) => shard === move.shard);
        moves.splice(before < 0 ? moves.length : before, before < 0 ? 0 : 1, move);
      }
      drain.shardsRemaining += added.length;
      drain.shards = Math.max(drain.shards, drain.shardsRemaining);
      const { node, shards, shardsRemaining } = drain;
      events.emit('drainProgressed', { planId, node, shards, shardsRemaining, bytes: drain.bytes });
      save(this.#plan);
    }
  }

  #startAnyMove(now: number): boolean {
    const { mesh, guardrails, moving } = this.#execution;
    let lacksReplicas = false;
    for (const move of this.#plan.moves) {
      if (move.status !== 'waiting' || move.notBefore > now) continue;
      const shard = mesh.shards.get(move.shard) as Shard;
      const hold = guardrails.move(shard, moving());
      if (hold === undefined && this.#hasTarget(move, shard)) {
        this.#startMove(move, shard);
        return true;
      }
      if (hold === undefined) continue;
      this.#report(hold, now);
      // Another shard may well have its replicas; any other hold is on all of them.
      if (hold.guardrail !== 'minHealthyReplicas') return false;
      lacksReplicas = true;
    }
    if (lacksReplicas) return false;
    this.#clear('minHealthyReplicas', now);
    this.#held = undefined;
    return false;
  }

  /** Gives the move another target where the planned one takes no shards any more. */
  #hasTarget(move: PlannedMove, shard: Shard): boolean {
    const { mesh } = this.#execution;
    if (isOpen(nodeOf(mesh, move.target))) return true;
    const target = new Placement(mesh).targetFor(shard, []);
    if (target === undefined) return false;
    move.target = target.id;
    return true;
  }

  #startMove(move: PlannedMove, shard: Shard): void {
    const { events, mesh, dataPlane, life, timeline } = this.#execution;
    const { id: planId, state } = this.#plan;
    const { source, target } = move;
    this.#held = undefined;
    move.status = 'moving';
    move.since = timeline.now();
    move.attempts += 1;
    if (state !== 'rebalancing') life.enter(this.#plan, 'rebalancing', 'shards move');
    events.emit('moveStarted', { planId, shard: shard.id, source, target, bytes: shard.bytes });
    events.executeStep({ planId, node: source, shard: shard.id }, () => {
      const cancel = dataPlane.start(shard, nodeOf(mesh, target), (result) => this.#finishMove(move, result));
      this.#transfers.set(move, cancel);
    });
  }

  #finishMove(move: PlannedMove, result: TransferResult): void {
    this.#transfers.delete(move);
    if ('bytes' in result) this.#moved(move, result.bytes);
    else this.#failed(move, result.errorType, result.message);
  }

  #moved(move: PlannedMove, bytes: number): void {
    const { events, mesh, life, save, timeline } = this.#execution;
    const { id: planId, drains, moves } = this.#plan;
    const { shard, source, target } = move;
    move.status = 'moved';
    move.since = timeline.now();
    move.errorType = undefined;
    this.#plan.progressAt = move.since;
    events.emit('moveFinished', { planId, shard, outcome: 'completed', bytes });
    const owned = (node: string) => mesh.ownedBy(nodeOf(mesh, node)).size;
    events.emit('ownershipChanged', {
      nodes: { [source]: owned(source), [target]: owned(target) },
      complete: false,
    });
    const drain = drains.find(({ node }) => node === source);
    if (drain !== undefined) this.#progress(drain, bytes);
    save(this.#plan);
    if (moves.every(({ status }) => status === 'moved')) life.complete(this.#plan);
  }

  #progress(drain: PlannedDrain, bytes: number): void {
    const { events } = this.#execution;
    const { id: planId } = this.#plan;
    drain.shardsRemaining -= 1;
    drain.bytes += bytes;
    const { node, shardsRemaining } = drain;
    events.emit('drainProgressed', { planId, node, shardsRemaining, bytes: drain.bytes });
    if (shardsRemaining > 0) return;
    drain.outcome = 'completed';
    events.emit('drainFinished', { planId, node, outcome: 'completed', bytes: drain.bytes });
  }

  #failed(move: PlannedMove, errorType: string, error: string): void {
    const { events, timeline, policy, life, save } = this.#execution;
    const { id: planId } = this.#plan;
    move.status = 'waiting';
    move.since = timeline.now();
    move.errorType = errorType;
    move.notBefore = timeline.now() + policy.retryAfter;
    events.emit('moveFinished', { planId, shard: move.shard, outcome: 'failed', errorType, error });
    save(this.#plan);
    if (move.attempts < policy.moveAttempts) return;
    const drain = this.#plan.drains.find(({ node }) => node === move.source);
    if (drain !== undefined) {
      drain.outcome = 'failed';
      events.emit('drainFinished', { planId, node: drain.node, outcome: 'failed', bytes: drain.bytes, errorType });
    }
    life.fail(this.#plan, errorType, error);
  }

  #report(hold: Hold, now: number): void {
    const { events, guardrails, save } = this.#execution;
    const { id: planId, holds } = this.#plan;
    const { guardrail } = hold;
    const known = [...holds, ...(this.#held === undefined ? [] : [this.#held])].find(
      (held) => held.guardrail === guardrail,
    );
    this.#held = { ...hold, since: known?.since ?? now };
    if (!guardrails.isDue(planId, hold, now)) return;
    events.emit('guardrailTripped', { ...hold, planId });
    // The limit holds a plan until its next move, which says so itself.
    if (guardrail === 'maxConcurrentMoves' || holds.some((each) => each.guardrail === guardrail)) return;
    this.#plan.holds = [...holds, { guardrail, since: now }];
    this.#plan.heldSince ??= now;
    save(this.#plan);
  }

  /** Ends a hold that was reported, also by the controller before. */
  #clear(guardrail: Hold['guardrail'], now: number): void {
    const { events, guardrails, save } = this.#execution;
    const plan = this.#plan;
    const left = plan.holds.filter((hold) => hold.guardrail !== guardrail);
    if (left.length === plan.holds.length) return;
    plan.holds = left;
    if (left.length === 0) {
      plan.heldMillis += now - (plan.heldSince ?? now);
      plan.heldSince = undefined;
      plan.progressAt = now;
    }
    guardrails.forget(plan.id, guardrail);
    save(plan);
    events.emit('guardrailCleared', { guardrail, planId: plan.id });
  }
}

function nodeOf(mesh: Mesh, id: string): MeshNode {
  return mesh.nodes.get(id) as MeshNode;
}
