import { EventEmitter } from 'node:events';
import type {
  RebalanceController,
  RebalanceEventMap,
  RebalanceSnapshot,
  RebalanceStep,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import {
  type Controllable,
  type HoldView,
  type PlanRequest,
  type PlanView,
  Refusal,
} from '../operator/controllable.js';
import type { DataPlane } from './data-plane.js';
import { findings } from './findings.js';
import { Guardrails } from './guardrails.js';
import { SOUND, score } from './health.js';
import type { Candidacy } from './lease.js';
import type { Mesh, MeshNode } from './mesh.js';
import { countMoves, isApproved, type Plan } from './plan.js';
import { PlanBook } from './plan-book.js';
import { holdsOf } from './plan-holds.js';
import { ITSELF, PlanLife } from './plan-life.js';
import { type Execution, PlanRun } from './plan-run.js';
import type { PlanStore } from './plan-store.js';
import { snapshotOf } from './plan-views.js';
import type { Policy } from './policy.js';
import { ShownState } from './shown-state.js';
import { Suspicions } from './suspicions.js';
import type { Cancel, Timeline } from './timeline.js';

/**
 * Interval at which the ownership of every node is reported, in milliseconds; between, only that of its own moves is.
 */
const OWNERSHIP_MS = 60_000;

/** Parts of a {@link MeshController}. */
export interface MeshControllerOptions {
  readonly namespace: string;
  readonly cluster: string;
  readonly mesh: Mesh;
  readonly timeline: Timeline;
  readonly policy: Policy;
  readonly store: PlanStore;
  readonly dataPlane: DataPlane;
  /** Where several controllers stand for one cluster, of which one leads. */
  readonly candidacy: Candidacy | undefined;
  readonly onStep: ((step: RebalanceStep) => void) | undefined;
}

/**
 * Rebalances a mesh: looks at its health in every round of the control loop, proposes plans, waits for approval, and
 * carries approved plans out within its guardrails.
 */
export class MeshController extends EventEmitter<RebalanceEventMap> implements RebalanceController, Controllable {
  readonly namespace: string;
  readonly cluster: string;
  readonly guardrails: Guardrails;
  /** The control loop hangs: it goes round no more, and nobody has noticed. */
  hung = false;
  readonly #options: MeshControllerOptions;
  readonly #book: PlanBook;
  readonly #life: PlanLife;
  #shown: ShownState;
  readonly #execution: Execution;
  readonly #suspicions: Suspicions;
  /** Runs of approved plans; the one that has waited longest for a move comes first. */
  readonly #runs = new Map<Plan, PlanRun>();
  #pausedSince: number | undefined;
  #running = false;
  /** Undefined before it has stood for election. */
  #leading: boolean | undefined;
  #ownershipDue = Number.NEGATIVE_INFINITY;
  #cancelTick: Cancel = () => {};

  constructor(options: MeshControllerOptions) {
    super();
    this.namespace = options.namespace;
    this.cluster = options.cluster;
    this.#options = options;
    this.guardrails = new Guardrails(options.policy);
    this.#suspicions = new Suspicions(options.policy.confirmFor);
    this.#book = new PlanBook(options.store, options.namespace, options.cluster);
    if (options.candidacy === undefined) {
      this.#leading = true;
      this.#book.load();
    }
    this.#shown = new ShownState(this.#book.live());
    const { mesh, timeline, policy } = options;
    const onEnd = (plan: Plan, now: number) => this.#planEnded(plan, now);
    this.#life = new PlanLife({ events: this, book: this.#book, mesh, timeline, policy, onEnd });
    this.#execution = {
      events: this,
      mesh,
      timeline,
      policy,
      dataPlane: options.dataPlane,
      guardrails: this.guardrails,
      moving: () => this.#book.live().reduce((sum, plan) => sum + countMoves(plan, 'moving'), 0),
      life: this.#life,
      save: (plan) => this.#book.save(plan),
    };
  }

  /** False before `start` and after `stop`. */
  get running(): boolean {
    return this.#running;
  }

  /**
   * Starts the control loop.
   *
   * @param traceparentOf gives the W3C `traceparent` of a plan, which is saved with it
   */
  start(traceparentOf: (planId: string) => string | undefined = () => undefined): void {
    this.#running = true;
    this.#life.traceparentOf = traceparentOf;
    if (this.#leading) this.#announcePolicy();
    this.#tick();
  }

  /** Stops as a crash would: transfers are dropped, and nothing is emitted. */
  stop(): void {
    this.#running = false;
    this.#cancelTick();
    this.#dropRuns();
  }

  /** Ends the control loop because the cluster is taken out of service. The process may live on. */
  decommission(): void {
    this.#cancelTick();
    this.#dropRuns();
    this.emit('decommissioned');
  }

  get paused(): boolean {
    return this.#pausedSince !== undefined;
  }

  /** Takes no further step until {@link resume}; transfers under way go on. */
  pause(): void {
    if (this.paused) return;
    this.#pausedSince = this.#options.timeline.now();
    this.emit('paused');
  }

  resume(): void {
    if (!this.paused) return;
    this.#pausedSince = undefined;
    this.emit('resumed');
  }

  snapshot(): RebalanceSnapshot {
    const { mesh, timeline, policy, candidacy } = this.#options;
    if (!this.#leading) return { leading: false };
    return {
      ...(candidacy && { leading: true }),
      state: this.#shown.state,
      paused: this.paused,
      pausedSince: this.#pausedSince,
      maxConcurrentMoves: policy.maxConcurrentMoves,
      nodes: mesh.ownership(),
      emptiedNodes: mesh.emptied(),
      plans: this.#book.live().map((plan) => snapshotOf(plan, timeline.now())),
    };
  }

  /** Does the work of a step; its span is active meanwhile. */
  executeStep<T>(step: RebalanceStep, work: () => T): T {
    this.#options.onStep?.(step);
    return work();
  }

  plans(): readonly PlanView[] {
    return this.#book.all().map((plan) => this.#view(plan));
  }

  propose(request: PlanRequest): PlanView {
    if (!this.#leading) throw new Refusal('conflict', 'this controller is a standby; ask the one that leads');
    return this.#view(this.#life.propose({ ...request, trigger: 'operator' }));
  }

  approve(planId: string, actor: string, reason?: string): PlanView {
    const plan = this.#book.waiting(planId);
    this.#life.decide(plan, 'approved', actor, reason);
    return this.#view(plan);
  }

  reject(planId: string, actor: string, reason: string | undefined): PlanView {
    const plan = this.#book.waiting(planId);
    this.#life.decide(plan, 'rejected', actor, reason);
    return this.#view(plan);
  }

  cancel(planId: string, actor: string, reason: string | undefined): PlanView {
    const plan = this.#book.unfinished(planId);
    plan.cancellation = { actor, at: this.#options.timeline.now(), ...(reason !== undefined && { reason }) };
    this.#life.giveUp(plan, reason ?? `cancelled by ${actor}`);
    return this.#view(plan);
  }

  #view(plan: Plan): PlanView {
    return this.#book.view(plan, this.#holdsOf(plan));
  }

  #holdsOf(plan: Plan): readonly HoldView[] {
    const { timeline, policy } = this.#options;
    const surroundings = { pausedSince: this.#pausedSince, live: this.#book.live(), policy, now: timeline.now() };
    return isApproved(plan) ? holdsOf(plan, this.#runs.get(plan), surroundings) : [];
  }

  #tick(): void {
    const { mesh, timeline, policy } = this.#options;
    this.#cancelTick = timeline.after(policy.tick, () => this.#tick());
    if (this.hung) return;
    const now = timeline.now();
    this.emit('heartbeat');
    this.#standForElection(now);
    if (!this.#leading) return;
    if (now >= this.#ownershipDue) {
      this.#ownershipDue = now + OWNERSHIP_MS;
      this.emit('ownershipChanged', { nodes: mesh.ownership() });
    }
    this.#expireApprovals(now);
    this.#lookAtMesh(now);
    if (!this.paused) this.#carryOut(now);
    this.#showState(now);
  }

  #standForElection(now: number): void {
    const { candidacy } = this.#options;
    if (candidacy === undefined) return;
    const leading = candidacy.lease.hold(candidacy.candidate, now);
    if (leading === this.#leading) return;
    this.#leading = leading;
    if (leading) this.#book.load();
    else this.#book.clear();
    this.#dropRuns();
    this.#ownershipDue = now;
    this.#shown = new ShownState(this.#book.live());
    // After the plans are known: the instrumentation of a new leader asks for them.
    this.emit('leadershipChanged', { leading });
    if (leading) this.#announcePolicy();
  }

  #announcePolicy(): void {
    this.emit('policyChanged', { maxConcurrentMoves: this.#options.policy.maxConcurrentMoves });
  }

  #dropRuns(): void {
    for (const run of this.#runs.values()) run.stop();
    this.#runs.clear();
  }

  #expireApprovals(now: number): void {
    for (const plan of this.#book.live()) {
      if (plan.approval !== undefined && now >= plan.approval.expiresAt) this.#life.decide(plan, 'expired', ITSELF);
    }
  }

  #lookAtMesh(now: number): void {
    const { mesh, policy } = this.#options;
    for (const plan of this.#book.live()) {
      if (isNeedless(plan, mesh)) this.#life.giveUp(plan, 'its nodes have recovered');
    }
    const busy = this.#book.busyNodes();
    for (const node of mesh.nodes.values()) {
      if (node.cordon === 'health' && !busy.has(node.id) && score(node) >= SOUND) node.cordon = undefined;
    }
    const { approvalMode } = policy;
    for (const { trigger, drain } of this.#suspicions.confirmed(findings(mesh, busy, policy.imbalance), now)) {
      try {
        this.#life.propose({ trigger, drain, dryRun: false, approvalMode });
      } catch (error) {
        // Nothing can be done about it now; the finding stays.
        if (!(error instanceof Refusal)) throw error;
      }
    }
  }

  #carryOut(now: number): void {
    for (const plan of this.#book.live()) {
      if (isApproved(plan) && !this.#runs.has(plan)) this.#runs.set(plan, new PlanRun(plan, this.#execution));
    }
    let began: boolean;
    do {
      began = false;
      for (const [plan, run] of [...this.#runs]) {
        if (!run.advance(now)) continue;
        began = true;
        // To the end of the queue, so that no plan takes every move that is allowed.
        this.#runs.delete(plan);
        this.#runs.set(plan, run);
      }
    } while (began);
  }

  #planEnded(plan: Plan, now: number): void {
    this.#runs.get(plan)?.stop();
    this.#runs.delete(plan);
    this.guardrails.planEnded(plan.id, now);
    this.#shown.planEnded(plan, now);
  }

  #showState(now: number): void {
    const from = this.#shown.update(this.#book.live(), this.#suspicions.any, now);
    if (from !== undefined) this.emit('stateChanged', { from, to: this.#shown.state });
  }
}

/** True when the nodes of a plan have recovered before anybody decided about it. */
function isNeedless({ trigger, approval, drains }: Plan, mesh: Mesh): boolean {
  if (trigger !== 'node_degraded' || approval === undefined) return false;
  return drains.every(({ node }) => score(mesh.nodes.get(node) as MeshNode) >= SOUND);
}
