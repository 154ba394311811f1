import { EventEmitter } from 'node:events';
import type {
  ApprovalMode,
  RebalanceController,
  RebalanceEventMap,
  RebalanceSnapshot,
  RebalanceState,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import { ClusterAdmin } from './cluster-admin.js';
import type { Access, Address } from './connections.js';
import { requireServing } from './health.js';
import type { Master } from './master.js';
import { executeMove } from './move.js';
import { closeOpenSlots, forgetDeadSources } from './open-slots.js';
import { Pace } from './pace.js';
import { type MoveStep, type Plan, planCreated, planSnapshot, stateOf } from './plan.js';
import { PlanFile } from './plan-file.js';
import { type PlanEnd, PlanRun } from './plan-run.js';
import { proposePlan } from './proposal.js';

/** Options of {@link RedisClusterController.open}. */
export interface ControllerOptions {
  readonly namespace: string;
  readonly cluster: string;
  /** Addresses of nodes of the cluster, of which at least one lives. */
  readonly addresses: readonly Address[];
  /** Password and TLS, where the nodes ask for them. */
  readonly access?: Access;
  /** File that keeps the plan over a restart of the controller. */
  readonly planFile: string;
  /** @default 'manual' */
  readonly approvalMode?: ApprovalMode;
  /** @default 2 */
  readonly maxConcurrentMoves?: number;
  /**
   * Slots that are one shard of a plan.
   * @default 256
   */
  readonly slotsPerMove?: number;
  /**
   * Longest rest of the control loop, in milliseconds.
   * @default 1_000
   */
  readonly loopInterval?: number;
  /** `handle.traceparent` of the instrumentation, to be saved with each plan. */
  readonly traceparentOf?: (planId: string) => string | undefined;
}

type Settings = Required<Omit<ControllerOptions, 'addresses' | 'access' | 'planFile'>>;

const DEFAULTS = {
  approvalMode: 'manual',
  maxConcurrentMoves: 2,
  slotsPerMove: 256,
  loopInterval: 1_000,
  traceparentOf: () => undefined,
} as const;

/** A hold that lasts is reported again after this time: well within the instrumentation's `holdForMillis`. */
const REPEAT_HOLD_MS = 60_000;

/**
 * Keeps the slots of a Redis Cluster even, one approved plan at a time. It moves them by the cluster's own commands, and
 * emits the events of the contract.
 */
export class RedisClusterController extends EventEmitter<RebalanceEventMap> implements RebalanceController {
  readonly namespace: string;
  readonly cluster: string;
  readonly #settings: Settings;
  readonly #admin: ClusterAdmin;
  readonly #planFile: PlanFile;
  readonly #pace = new Pace();
  #maxConcurrentMoves: number;
  #masters: readonly Master[] = [];
  #ownership = '';
  #plan: Plan | undefined;
  #run: PlanRun | undefined;
  #state: RebalanceState;
  /** Slots may be half moved: by a controller that died before this one, or by a plan that failed. */
  #mayHaveOpenSlots = true;
  /** Time of the last report of a hold, by `performance.now()`; undefined while nothing holds. */
  #heldReportedAt: number | undefined;
  #loop: Promise<void> | undefined;
  #stopping = false;

  private constructor(options: ControllerOptions) {
    super();
    const { addresses, access, planFile, ...settings } = options;
    this.#settings = { ...DEFAULTS, ...settings };
    this.namespace = options.namespace;
    this.cluster = options.cluster;
    this.#maxConcurrentMoves = this.#settings.maxConcurrentMoves;
    this.#admin = new ClusterAdmin(addresses, access);
    this.#planFile = new PlanFile(planFile);
    this.#plan = this.#planFile.load();
    this.#state = this.#plan === undefined ? 'steady' : stateOf(this.#plan);
  }

  /**
   * Loads the plan of a controller that died and looks at the cluster, so that `snapshot()` is complete. Nothing is
   * done to the cluster before {@link start}.
   *
   * @throws Error when the cluster cannot be read
   */
  static async open(options: ControllerOptions): Promise<RedisClusterController> {
    const controller = new RedisClusterController(options);
    try {
      await controller.#observe();
    } catch (error) {
      await controller.#admin.close();
      throw error;
    }
    return controller;
  }

  /**
   * Closes open slots, then begins the control loop. A plan that was left goes on. While another controller has the
   * cluster, this one holds, says so, and takes over once the other has stopped.
   */
  async start(): Promise<void> {
    this.emit('policyChanged', { maxConcurrentMoves: this.#maxConcurrentMoves });
    await this.#examine();
    this.#loop ??= this.#runLoop();
  }

  /** Ends the control loop. A plan that runs stays on file for the next controller. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#pace.nudge();
    await this.#loop;
    await this.#admin.close();
  }

  get state(): RebalanceState {
    return this.#state;
  }

  /**
   * Proposes to even out the masters.
   *
   * @returns id of the plan; undefined when they are even
   * @throws Error when a plan is live, another controller is at work, or the cluster cannot be worked on
   */
  rebalance(requestedBy?: string): Promise<string | undefined> {
    return this.#propose(new Set(), requestedBy);
  }

  /**
   * Proposes to take every slot off a master, so that it can be removed. Forget the node afterwards: the next
   * rebalance would fill it again.
   *
   * @returns id of the plan; undefined when it has no slots
   * @throws Error when a plan is live, or the cluster cannot be worked on
   */
  drain(node: string, requestedBy?: string): Promise<string | undefined> {
    return this.#propose(new Set([node]), requestedBy);
  }

  /** @throws Error when the plan does not wait for a decision */
  approve(planId: string, actor?: string): void {
    const plan = { ...this.#waitingPlan(planId), approved: true };
    this.#keep(plan);
    this.emit('approvalDecided', { planId, decision: 'approved', actor });
    this.#enter(stateOf(plan));
    this.#pace.nudge();
  }

  /** @throws Error when the plan does not wait for a decision */
  reject(planId: string, actor?: string): void {
    this.#waitingPlan(planId);
    this.emit('approvalDecided', { planId, decision: 'rejected', actor });
    this.#finish(planId, { outcome: 'cancelled' });
  }

  /**
   * Gives a plan up. Slots that are under way arrive first, so `planFinished` may come later.
   *
   * @throws Error when the plan is not live
   */
  cancel(planId: string): void {
    if (this.#plan?.id !== planId) throw new Error(`no live plan ${planId}`);
    if (this.#run === undefined) this.#finish(planId, { outcome: 'cancelled' });
    else void this.#run.stop();
  }

  setMaxConcurrentMoves(maxConcurrentMoves: number): void {
    this.#maxConcurrentMoves = maxConcurrentMoves;
    this.emit('policyChanged', { maxConcurrentMoves });
    this.#pace.nudge();
  }

  snapshot(): RebalanceSnapshot {
    return {
      state: this.#state,
      maxConcurrentMoves: this.#maxConcurrentMoves,
      nodes: slotsByNode(this.#masters),
      plans: this.#plan === undefined ? [] : [{ ...planSnapshot(this.#plan), ...this.#run?.steps }],
    };
  }

  executeStep(step: MoveStep, stop: AbortSignal): Promise<number> {
    return executeMove(this.#admin, step, stop);
  }

  async #propose(leaving: ReadonlySet<string>, requestedBy: string | undefined): Promise<string | undefined> {
    await this.#observe();
    await this.#admin.claim(this.#masters);
    await requireServing(this.#masters);
    if (this.#plan !== undefined) throw new Error(`plan ${this.#plan.id} is live`);
    if (this.#mayHaveOpenSlots) throw new Error('open slots have to be closed first');
    const { approvalMode, slotsPerMove, traceparentOf } = this.#settings;
    const masters = this.#masters.map(({ node }) => node);
    const plan = proposePlan(masters, { leaving, approvalMode, slotsPerMove, requestedBy });
    if (plan === undefined) return undefined;
    this.emit('planCreated', planCreated(plan));
    this.#keep({ ...plan, traceparent: traceparentOf(plan.id) });
    this.emit('approvalRequested', { planId: plan.id });
    this.#enter(stateOf(plan));
    if (approvalMode === 'auto') this.approve(plan.id, 'auto');
    return plan.id;
  }

  #waitingPlan(planId: string): Plan {
    if (this.#plan?.id !== planId || this.#plan.approved)
      throw new Error(`plan ${planId} does not wait for a decision`);
    return this.#plan;
  }

  async #runLoop(): Promise<void> {
    while (!this.#stopping) {
      this.emit('heartbeat');
      if (await this.#examine()) this.#advance();
      this.#finishRun();
      await this.#pace.rest(this.#settings.loopInterval);
    }
    await this.#run?.stop();
  }

  /** Looks at the cluster, and closes open slots where that is due. True when moves may start. */
  async #examine(): Promise<boolean> {
    try {
      await this.#observe();
      await this.#admin.claim(this.#masters);
      if (this.#mayHaveOpenSlots) await this.#closeOpenSlots();
      if (this.#heldReportedAt !== undefined) this.emit('guardrailCleared', { guardrail: 'incident' });
      this.#heldReportedAt = undefined;
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const now = performance.now();
      if (now - (this.#heldReportedAt ?? Number.NEGATIVE_INFINITY) >= REPEAT_HOLD_MS) {
        this.#heldReportedAt = now;
        this.emit('guardrailTripped', { guardrail: 'incident', planId: this.#plan?.id, reason });
      }
      return false;
    }
  }

  async #observe(): Promise<void> {
    this.#masters = await this.#admin.masters();
    const nodes = slotsByNode(this.#masters);
    const ownership = JSON.stringify(nodes);
    if (ownership === this.#ownership) return;
    this.#ownership = ownership;
    this.emit('ownershipChanged', { nodes });
  }

  async #closeOpenSlots(): Promise<void> {
    await forgetDeadSources(this.#masters);
    await requireServing(this.#masters);
    const closed = await closeOpenSlots(this.#masters);
    this.#mayHaveOpenSlots = false;
    if (closed > 0) await this.#observe();
    if (this.#state === 'investigating') this.#enter('steady', `${closed} open slots closed`);
  }

  #advance(): void {
    if (this.#plan?.approved !== true || this.#stopping) return;
    // Through the property, which `instrument` replaces.
    this.#run ??= new PlanRun(this.#plan, this, (step, stop) => this.executeStep(step, stop));
    const run = this.#run;
    run.advance(this.#maxConcurrentMoves, () => {
      if (this.#plan !== undefined) this.#keep({ ...this.#plan, moves: run.movesLeft });
      this.#pace.nudge();
    });
  }

  #finishRun(): void {
    const end = this.#run?.end;
    if (this.#plan === undefined || end === undefined) return;
    this.#run?.closeDrains();
    this.#run = undefined;
    this.#finish(this.#plan.id, end);
  }

  #finish(planId: string, end: PlanEnd): void {
    this.#plan = undefined;
    this.#planFile.clear();
    this.emit('planFinished', { planId, ...end });
    if (end.outcome === 'failed') this.#mayHaveOpenSlots = true;
    this.#enter(end.outcome === 'failed' ? 'investigating' : 'steady');
    this.#pace.nudge();
  }

  #keep(plan: Plan): void {
    this.#plan = plan;
    this.#planFile.save(plan);
  }

  #enter(state: RebalanceState, reason?: string): void {
    if (state === this.#state) return;
    const from = this.#state;
    this.#state = state;
    this.emit('stateChanged', { from, to: state, reason });
  }
}

function slotsByNode(masters: readonly Master[]): Record<string, number> {
  return Object.fromEntries(masters.map(({ node }) => [node.id, node.slots.length]));
}
