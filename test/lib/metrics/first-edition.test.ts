import { expect } from 'chai';
import { METRICS, type MetricDefinition } from '../../../lib/semconv.js';

/** The metrics of the first edition: their names, types and labels are in the rules and dashboards of others. */
const FIRST_EDITION = `
  gauge mesh_rebalance_state namespace cluster plan_id state
  gauge mesh_rebalance_shards_moving namespace cluster plan_id
  gauge mesh_rebalance_duration_seconds namespace cluster plan_id phase
  counter mesh_rebalance_plan_approvals_total namespace cluster plan_id decision
  gauge mesh_rebalance_plan_info namespace cluster plan_id trigger approval_mode trace_id
  gauge mesh_rebalance_plan_created_timestamp_seconds namespace cluster plan_id
  gauge mesh_rebalance_plan_state_since_timestamp_seconds namespace cluster plan_id
  gauge mesh_rebalance_plan_shards namespace cluster plan_id
  gauge mesh_rebalance_plan_shards_remaining namespace cluster plan_id
  gauge mesh_rebalance_drain_shards namespace cluster plan_id node
  gauge mesh_rebalance_drain_shards_remaining namespace cluster plan_id node
  gauge mesh_rebalance_node_shards namespace cluster node
  gauge mesh_rebalance_plans namespace cluster state
  gauge mesh_rebalance_shards_moving_limit namespace cluster
  gauge mesh_rebalance_approvals_pending namespace cluster
  gauge mesh_rebalance_approval_oldest_pending_timestamp_seconds namespace cluster
  gauge mesh_rebalance_paused namespace cluster
  gauge mesh_rebalance_controller_heartbeat_timestamp_seconds namespace cluster
  counter mesh_rebalance_failures_total namespace cluster phase error_type
  counter mesh_rebalance_guardrail_trips_total namespace cluster guardrail
  histogram mesh_rebalance_phase_duration_seconds namespace cluster phase outcome
  counter mesh_rebalance_plans_finished_total namespace cluster outcome
  counter mesh_rebalance_moves_total namespace cluster outcome
  counter mesh_rebalance_invalid_events_total namespace cluster reason
`;

describe('the metrics of the first edition', () => {
  it('are all there under the same names, with the same types and labels', () => {
    const definitions: readonly MetricDefinition[] = Object.values(METRICS);
    const lines = definitions.map(({ kind, name, labels }) => [kind, name, ...labels].join(' '));
    const golden = FIRST_EDITION.split('\n').map((line) => line.trim());
    expect(lines).to.include.members(golden.filter((line) => line !== ''));
  });
});
