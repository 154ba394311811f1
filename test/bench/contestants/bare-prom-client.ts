import {
  DECISIONS,
  PHASE_DURATION_BOUNDS,
  type RebalanceState,
  STATES,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type Attach, expectEqual } from './contestant.js';

interface TrackedPlan {
  readonly createdAt: number;
  readonly info: { trigger: string; approval_mode: string };
  readonly nodes: Set<string>;
  state: RebalanceState;
  approvalSince: number;
  remaining: number;
  readonly drainsSince: Map<string, number>;
  readonly movesSince: Map<string, number>;
}

/** What the author of a controller would write by hand on prom-client to learn the same facts. */
export const barePromClient: Attach = (controller) => {
  const { namespace, cluster } = controller;
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, ...labels: string[]) =>
    new Gauge({ name, help: name, labelNames: ['namespace', 'cluster', ...labels], registers });
  const counter = (name: string, ...labels: string[]) =>
    new Counter({ name, help: name, labelNames: ['namespace', 'cluster', ...labels], registers });
  const states = gauge('rebalance_state', 'plan_id', 'state');
  const info = gauge('rebalance_plan_info', 'plan_id', 'trigger', 'approval_mode');
  const created = gauge('rebalance_plan_created_timestamp_seconds', 'plan_id');
  const planShards = gauge('rebalance_plan_shards', 'plan_id');
  const planRemaining = gauge('rebalance_plan_shards_remaining', 'plan_id');
  const drainShards = gauge('rebalance_drain_shards', 'plan_id', 'node');
  const drainRemaining = gauge('rebalance_drain_shards_remaining', 'plan_id', 'node');
  const moving = gauge('rebalance_shards_moving', 'plan_id');
  const moves = counter('rebalance_moves_total', 'outcome');
  const approvals = counter('rebalance_approvals_total', 'plan_id', 'decision');
  const finished = counter('rebalance_plans_finished_total', 'outcome');
  const duration = new Histogram({
    name: 'rebalance_phase_duration_seconds',
    help: 'rebalance_phase_duration_seconds',
    labelNames: ['namespace', 'cluster', 'phase', 'outcome'],
    buckets: [...PHASE_DURATION_BOUNDS],
    registers,
  });

  const plans = new Map<string, TrackedPlan>();
  const enter = (plan_id: string, plan: TrackedPlan, state: RebalanceState) => {
    if (plan.state === state) return;
    states.set({ namespace, cluster, plan_id, state: plan.state }, 0);
    states.set({ namespace, cluster, plan_id, state }, 1);
    plan.state = state;
  };
  const observe = (phase: string, outcome: string, since: number | undefined) => {
    if (since !== undefined) duration.observe({ namespace, cluster, phase, outcome }, (Date.now() - since) / 1000);
  };
  // prom-client can forget a series, and an author who minds memory lets it. Here at the very end of the plan, although
  // its last values then go unscraped: keeping them for a while would take a timer more.
  const forget = (plan_id: string, plan: TrackedPlan) => {
    plans.delete(plan_id);
    for (const state of STATES) states.remove({ namespace, cluster, plan_id, state });
    for (const decision of DECISIONS) approvals.remove({ namespace, cluster, plan_id, decision });
    for (const node of plan.nodes) {
      drainShards.remove({ namespace, cluster, plan_id, node });
      drainRemaining.remove({ namespace, cluster, plan_id, node });
    }
    info.remove({ namespace, cluster, plan_id, ...plan.info });
    for (const each of [created, planShards, planRemaining, moving]) each.remove({ namespace, cluster, plan_id });
  };

  controller.on('planCreated', ({ planId: plan_id, trigger = '', approvalMode = '', shards = 0 }) => {
    const createdAt = Date.now();
    const plan: TrackedPlan = {
      createdAt,
      info: { trigger, approval_mode: approvalMode },
      nodes: new Set(),
      state: 'rebalancePending',
      approvalSince: createdAt,
      remaining: shards,
      drainsSince: new Map(),
      movesSince: new Map(),
    };
    plans.set(plan_id, plan);
    states.set({ namespace, cluster, plan_id, state: plan.state }, 1);
    info.set({ namespace, cluster, plan_id, trigger, approval_mode: approvalMode }, 1);
    created.set({ namespace, cluster, plan_id }, createdAt / 1000);
    planShards.set({ namespace, cluster, plan_id }, shards);
    planRemaining.set({ namespace, cluster, plan_id }, shards);
  });
  controller.on('approvalRequested', ({ planId }) => {
    const plan = plans.get(planId);
    if (plan !== undefined) plan.approvalSince = Date.now();
  });
  controller.on('approvalDecided', ({ planId: plan_id, decision }) => {
    approvals.inc({ namespace, cluster, plan_id, decision });
    observe('approval', decision, plans.get(plan_id)?.approvalSince);
  });
  controller.on('drainStarted', ({ planId: plan_id, node, shards }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    plan.nodes.add(node);
    plan.drainsSince.set(node, Date.now());
    drainShards.set({ namespace, cluster, plan_id, node }, shards);
    drainRemaining.set({ namespace, cluster, plan_id, node }, shards);
    enter(plan_id, plan, 'draining');
  });
  controller.on('drainProgressed', ({ planId: plan_id, node, shardsRemaining }) => {
    drainRemaining.set({ namespace, cluster, plan_id, node }, shardsRemaining);
  });
  controller.on('drainFinished', ({ planId: plan_id, node, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    if (outcome === 'completed') drainRemaining.set({ namespace, cluster, plan_id, node }, 0);
    observe('drain', outcome, plan.drainsSince.get(node));
    plan.drainsSince.delete(node);
  });
  controller.on('moveStarted', ({ planId: plan_id, shard }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    plan.movesSince.set(shard, Date.now());
    moving.inc({ namespace, cluster, plan_id });
    enter(plan_id, plan, 'rebalancing');
  });
  controller.on('moveFinished', ({ planId: plan_id, shard, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    moving.dec({ namespace, cluster, plan_id });
    moves.inc({ namespace, cluster, outcome });
    if (outcome === 'completed') {
      plan.remaining -= 1;
      planRemaining.set({ namespace, cluster, plan_id }, plan.remaining);
    }
    observe('move', outcome, plan.movesSince.get(shard));
    plan.movesSince.delete(shard);
  });
  controller.on('planFinished', ({ planId: plan_id, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    finished.inc({ namespace, cluster, outcome });
    observe('total', outcome, plan.createdAt);
    enter(plan_id, plan, outcome === 'cancelled' ? 'steady' : outcome);
    forget(plan_id, plan);
  });

  return {
    collect: () => registry.getMetricsAsJSON(),
    async verify(expected) {
      const { values } = await moves.get();
      expectEqual(
        'moves',
        values.reduce((sum, { value }) => sum + value, 0),
        expected,
      );
    },
    async detach() {
      registry.clear();
    },
  };
};
