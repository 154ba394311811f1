import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { PHASE_DURATION_BOUNDS, type RebalanceState } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { ManualReader } from '../manual-reader.js';
import { type Attach, expectEqual } from './contestant.js';
import { sumOf } from './sum-of.js';

interface TrackedPlan {
  readonly createdAt: number;
  state: RebalanceState;
  approvalSince: number;
  remaining: number;
  readonly drainsSince: Map<string, number>;
  readonly movesSince: Map<string, number>;
}

/** What the author of a controller would write by hand on OpenTelemetry's own instruments to learn the same facts. */
export const bareOpenTelemetry: Attach = (controller) => {
  const { namespace, cluster } = controller;
  const reader = new ManualReader();
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('controller');
  const states = meter.createGauge('rebalance_state');
  const info = meter.createGauge('rebalance_plan_info');
  const created = meter.createGauge('rebalance_plan_created_timestamp_seconds', { unit: 's' });
  const planShards = meter.createGauge('rebalance_plan_shards', { unit: '{shard}' });
  const planRemaining = meter.createGauge('rebalance_plan_shards_remaining', { unit: '{shard}' });
  const drainShards = meter.createGauge('rebalance_drain_shards', { unit: '{shard}' });
  const drainRemaining = meter.createGauge('rebalance_drain_shards_remaining', { unit: '{shard}' });
  const moving = meter.createUpDownCounter('rebalance_shards_moving', { unit: '{shard}' });
  const moves = meter.createCounter('rebalance_moves_total', { unit: '{move}' });
  const approvals = meter.createCounter('rebalance_approvals_total', { unit: '{approval}' });
  const finished = meter.createCounter('rebalance_plans_finished_total', { unit: '{plan}' });
  const duration = meter.createHistogram('rebalance_phase_duration_seconds', {
    unit: 's',
    advice: { explicitBucketBoundaries: [...PHASE_DURATION_BOUNDS] },
  });

  const plans = new Map<string, TrackedPlan>();
  const enter = (plan_id: string, plan: TrackedPlan, state: RebalanceState) => {
    if (plan.state === state) return;
    states.record(0, { namespace, cluster, plan_id, state: plan.state });
    states.record(1, { namespace, cluster, plan_id, state });
    plan.state = state;
  };
  const observe = (phase: string, outcome: string, since: number | undefined) => {
    if (since !== undefined) duration.record((Date.now() - since) / 1000, { namespace, cluster, phase, outcome });
  };

  controller.on('planCreated', ({ planId: plan_id, trigger, approvalMode, shards = 0 }) => {
    const createdAt = Date.now();
    const plan: TrackedPlan = {
      createdAt,
      state: 'rebalancePending',
      approvalSince: createdAt,
      remaining: shards,
      drainsSince: new Map(),
      movesSince: new Map(),
    };
    plans.set(plan_id, plan);
    states.record(1, { namespace, cluster, plan_id, state: plan.state });
    info.record(1, { namespace, cluster, plan_id, trigger: trigger ?? '', approval_mode: approvalMode ?? '' });
    created.record(createdAt / 1000, { namespace, cluster, plan_id });
    planShards.record(shards, { namespace, cluster, plan_id });
    planRemaining.record(shards, { namespace, cluster, plan_id });
  });
  controller.on('approvalRequested', ({ planId }) => {
    const plan = plans.get(planId);
    if (plan !== undefined) plan.approvalSince = Date.now();
  });
  controller.on('approvalDecided', ({ planId: plan_id, decision }) => {
    approvals.add(1, { namespace, cluster, plan_id, decision });
    observe('approval', decision, plans.get(plan_id)?.approvalSince);
  });
  controller.on('drainStarted', ({ planId: plan_id, node, shards }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    plan.drainsSince.set(node, Date.now());
    drainShards.record(shards, { namespace, cluster, plan_id, node });
    drainRemaining.record(shards, { namespace, cluster, plan_id, node });
    enter(plan_id, plan, 'draining');
  });
  controller.on('drainProgressed', ({ planId: plan_id, node, shardsRemaining }) => {
    drainRemaining.record(shardsRemaining, { namespace, cluster, plan_id, node });
  });
  controller.on('drainFinished', ({ planId: plan_id, node, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    if (outcome === 'completed') drainRemaining.record(0, { namespace, cluster, plan_id, node });
    observe('drain', outcome, plan.drainsSince.get(node));
    plan.drainsSince.delete(node);
  });
  controller.on('moveStarted', ({ planId: plan_id, shard }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    plan.movesSince.set(shard, Date.now());
    moving.add(1, { namespace, cluster, plan_id });
    enter(plan_id, plan, 'rebalancing');
  });
  controller.on('moveFinished', ({ planId: plan_id, shard, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    moving.add(-1, { namespace, cluster, plan_id });
    moves.add(1, { namespace, cluster, outcome });
    if (outcome === 'completed') {
      plan.remaining -= 1;
      planRemaining.record(plan.remaining, { namespace, cluster, plan_id });
    }
    observe('move', outcome, plan.movesSince.get(shard));
    plan.movesSince.delete(shard);
  });
  controller.on('planFinished', ({ planId: plan_id, outcome }) => {
    const plan = plans.get(plan_id);
    if (plan === undefined) return;
    finished.add(1, { namespace, cluster, outcome });
    observe('total', outcome, plan.createdAt);
    enter(plan_id, plan, outcome === 'cancelled' ? 'steady' : outcome);
    plans.delete(plan_id);
  });

  return {
    collect: () => reader.collect(),
    async verify(expected) {
      expectEqual('moves', sumOf(await reader.collect(), 'rebalance_moves_total'), expected);
    },
    detach: () => provider.shutdown(),
  };
};
