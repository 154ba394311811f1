import { expect } from 'chai';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { labelsOf, Readings } from './readings.js';
import { runSmall, type SmallRun } from './scratch.js';

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
/** Scrapes of a quarter of an hour. */
const QUARTER = 60;
const TROUBLE = { cluster: 'eu-1' };
const ORDINARY = { cluster: 'eu-2' };

interface Case {
  readonly run: SmallRun;
  /** Number of events that are refused or corrected, if any. */
  readonly refused?: number;
  /** Expectations of the series. */
  readonly shows: (readings: Readings) => void;
}

const CASES: Readonly<Record<string, Case>> = {
  healthy: {
    run: { hours: 1 },
    shows(readings) {
      expect(sum(readings.last('plans_finished_total', { outcome: 'completed' }))).to.be.at.least(4);
      expect(sum(readings.last('plans_finished_total', { outcome: 'failed' }))).to.equal(0);
      expect(readings.series('failures_total')).to.deep.equal([]);
    },
  },
  'slow-but-moving': {
    run: { hours: 2 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const remaining = readings.values('plan_shards_remaining', { plan_id });
      const longest = longestStandstill(remaining);
      expect(remaining.length).to.be.greaterThan(4 * QUARTER);
      expect(longest).to.be.within(QUARTER / 2, 2 * QUARTER - 1);
    },
  },
  'stuck-drain': {
    run: { hours: 1.2 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const remaining = readings.values('plan_shards_remaining', { plan_id });
      expect(new Set(remaining).size).to.be.greaterThan(1);
      expect(new Set(remaining.slice(-3 * QUARTER)).size).to.equal(1);
      expect(remaining.at(-1)).to.be.greaterThan(0);
      expect(readings.values('state', { plan_id, state: 'rebalancing' }).at(-1)).to.equal(1);
    },
  },
  'over-budget': {
    run: { hours: 3 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const first = readings.values('drain_shards_remaining', { plan_id, node: 'node-0003' });
      const second = readings.values('drain_shards_remaining', { plan_id, node: 'node-0004' });
      expect(longestStandstill(readings.values('plan_shards_remaining', { plan_id }))).to.be.below(2 * QUARTER);
      // It waits its turn for longer than that.
      expect(longestStandstill(second)).to.be.greaterThan(2 * QUARTER);
      expect(second.at(-1)).to.be.greaterThan(first.at(-1) as number);
    },
  },
  'failed-plan': {
    run: { hours: 0.8 },
    shows(readings) {
      const [failed = '', next = ''] = readings.plans('eu-1');
      expect(readings.values('state', { plan_id: failed, state: 'failed' }).at(-1)).to.equal(1);
      expect(readings.values('state', { plan_id: next, state: 'completed' }).at(-1)).to.equal(1);
      expect(readings.last('plans_finished_total', { ...TROUBLE, outcome: 'failed' })).to.deep.equal([1]);
    },
  },
  'repeated-failures': {
    run: { hours: 1.2 },
    shows(readings) {
      expect(sum(readings.last('plans_finished_total', { ...TROUBLE, outcome: 'failed' }))).to.be.at.least(3);
      const failures = readings.values('failures_total', { ...TROUBLE, phase: 'total', error_type: 'timeout' });
      expect(failures[0]).to.equal(0);
      expect(failures.at(-1)).to.be.at.least(3);
      expect(sum(readings.last('plans_finished_total', { ...ORDINARY, outcome: 'failed' }))).to.equal(0);
    },
  },
  'approval-backlog': {
    run: { hours: 1.5 },
    shows(readings) {
      const pending = readings.values('approvals_pending', TROUBLE);
      expect(pending.at(-1)).to.be.at.least(5);
      const oldest = readings.values('approval_oldest_pending_timestamp_seconds', TROUBLE);
      expect(oldest.at(-1)).to.equal(Date.UTC(2026, 0, 1) / 1000 + 5 * 60);
    },
  },
  'approved-late': {
    run: { hours: 5.2 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const [approval = 0] = readings.last('duration_seconds', { plan_id, phase: 'approval' });
      const [total = 0] = readings.last('duration_seconds', { plan_id, phase: 'total' });
      expect(approval).to.equal(285 * 60);
      expect(total - approval).to.be.within(60, 15 * 60);
      expect(readings.values('state', { plan_id, state: 'completed' }).at(-1)).to.equal(1);
    },
  },
  'plans-untracked': {
    run: { hours: 0.6 },
    shows(readings) {
      expect(new Set(readings.plans('eu-1')))
        .to.have.lengthOf(5)
        .and.to.include('_OTHER');
      expect(readings.values('state', { plan_id: '_OTHER', state: 'rebalancePending' }).at(-1)).to.equal(3);
      expect(readings.last('plans', { ...TROUBLE, state: 'rebalancePending' })).to.deep.equal([7]);
      expect(readings.plans('eu-2')).not.to.include('_OTHER');
    },
  },
  'too-many-moves': {
    run: { hours: 0.5 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const [limit] = readings.last('shards_moving_limit', TROUBLE);
      const most = Math.max(...readings.values('shards_moving', { plan_id }));
      expect(most).to.be.greaterThan(1.5 * (limit as number));
      for (const other of readings.plans('eu-2')) {
        expect(Math.max(...readings.values('shards_moving', { plan_id: other }))).to.be.at.most(8);
      }
    },
  },
  'heartbeat-lost': {
    run: { hours: 0.5 },
    shows(readings) {
      const beats = readings.values('controller_heartbeat_timestamp_seconds', TROUBLE);
      expect(new Set(beats.slice(-QUARTER)).size).to.equal(1);
      expect(new Set(beats.slice(0, 30)).size).to.be.greaterThan(28);
      expect(new Set(readings.values('up', { instance: 'mesh-controller-1:9464' }))).to.deep.equal(new Set([1]));
      expect(new Set(readings.values('controller_heartbeat_timestamp_seconds', ORDINARY)).size).to.be.greaterThan(100);
    },
  },
  'metrics-lost': {
    run: { hours: 0.5 },
    shows(readings) {
      const up = readings.values('up', { instance: 'mesh-controller-1:9464' });
      expect(up).to.deep.equal([...new Array(40).fill(1), ...new Array(81).fill(0)]);
      expect(readings.values('paused', TROUBLE)).to.have.lengthOf(40);
      expect(readings.values('paused', ORDINARY)).to.have.lengthOf(121);
    },
  },
  'target-lost': {
    run: { hours: 0.5 },
    shows(readings) {
      expect(readings.values('up', { instance: 'mesh-controller-1:9464' })).to.deep.equal(new Array(40).fill(1));
      expect(readings.values('paused', TROUBLE)).to.have.lengthOf(40);
      expect(readings.values('up', { instance: 'mesh-controller-2:9464' })).to.have.lengthOf(121);
    },
  },
  'lost-without-heartbeats': {
    run: { hours: 0.5 },
    shows(readings) {
      expect(readings.values('up', { instance: 'mesh-controller-1:9464' })).to.deep.equal(new Array(40).fill(1));
      expect(readings.series('controller_heartbeat_timestamp_seconds', TROUBLE)).to.deep.equal([]);
      expect(readings.series('controller_heartbeat_timestamp_seconds', ORDINARY)).not.to.deep.equal([]);
    },
  },
  'two-leaders': {
    run: { hours: 0.3 },
    shows(readings) {
      const shown = (state: string) =>
        readings
          .series('state', { ...TROUBLE, state })
          .filter(({ labels }) => !labels.includes('plan_id'))
          .map(({ values }) => values.at(-1));
      expect(shown('rebalancing')).to.deep.equal([1, 0]);
      expect(shown('steady')).to.deep.equal([0, 1]);
      expect(readings.last('up')).to.deep.equal([1, 1, 1]);
      expect(readings.last('controller_leading', TROUBLE)).to.deep.equal([1, 1]);
    },
  },
  'leader-handover': {
    run: { hours: 0.6 },
    shows(readings) {
      const [first, second] = readings.series('controller_leading', TROUBLE).map(({ values }) => values);
      expect(first?.slice(0, 80)).to.deep.equal(new Array(80).fill(1));
      expect(first?.at(-1)).to.equal(0);
      const since = second?.indexOf(1) as number;
      expect(since).to.be.within(81, 83);
      expect(second?.slice(since)).to.not.include(0);
      // A second trace would be a second id.
      const traces = readings.series('plan_info', TROUBLE).map((series) => labelsOf(series)['trace_id']);
      expect(traces).to.have.lengthOf(2);
      expect(new Set(traces)).to.have.lengthOf(1);
      // The standby shows nothing of plans before it leads.
      const remaining = readings.series('plan_shards_remaining', TROUBLE);
      expect(remaining[1]?.first).to.equal(since);
      expect(remaining[1]?.values[0]).to.be.at.most(remaining[0]?.values.at(-1) as number);
    },
  },
  'no-leader': {
    run: { hours: 1 },
    shows(readings) {
      const leading = readings.series('controller_leading', TROUBLE).map(({ values }) => values);
      const leaders = (minute: number) => sum(leading.map((values) => values[minute * 4] as number));
      expect([19, 22, 49, 52].map(leaders)).to.deep.equal([1, 0, 0, 1]);
      expect(new Set(readings.last('up'))).to.deep.equal(new Set([1]));
    },
  },
  decommissioned: {
    run: { hours: 0.8 },
    shows(readings) {
      const since = readings.values('controller_decommissioned_timestamp_seconds', TROUBLE);
      expect(new Set(since)).to.deep.equal(new Set([Date.UTC(2026, 0, 1, 0, 30) / 1000]));
      expect(since).to.have.lengthOf(40);
      expect(readings.values('paused', TROUBLE)).to.have.lengthOf(120);
      expect(readings.values('up', { instance: 'mesh-controller-1:9464' })).to.deep.equal(new Array(160).fill(1));
    },
  },
  'invalid-events': {
    run: { hours: 0.5 },
    refused: 13,
    shows(readings) {
      expect(readings.last('invalid_events_total', { ...TROUBLE, reason: 'unknown_value' })).to.deep.equal([13]);
      expect(sum(readings.last('invalid_events_total', ORDINARY))).to.equal(0);
    },
  },
  'clock-ahead': {
    run: { hours: 0.3 },
    shows(readings) {
      const now = Date.UTC(2026, 0, 1) / 1000 + 0.3 * 3_600;
      const ages = (labels: Record<string, string>) =>
        readings.last('controller_heartbeat_timestamp_seconds', labels).map((beat) => now - beat);
      expect(ages(TROUBLE)[0]).to.be.within(-300, -290);
      expect(ages(ORDINARY)[0]).to.be.within(0, 10);
    },
  },
  paused: {
    run: { hours: 1 },
    shows(readings) {
      expect(readings.last('paused', TROUBLE)).to.deep.equal([1]);
      expect(readings.last('paused', ORDINARY)).to.deep.equal([0]);
      const [plan_id = ''] = readings.plans('eu-1');
      const remaining = readings.values('plan_shards_remaining', { plan_id });
      expect(remaining.at(-1)).to.be.greaterThan(0);
      expect(longestStandstill(remaining)).to.be.greaterThan(2 * QUARTER);
      expect(readings.values('shards_moving', { plan_id }).at(-1)).to.equal(0);
    },
  },
  'investigating-for-ever': {
    run: { hours: 1.2 },
    shows(readings) {
      const investigating = readings
        .series('state', { ...TROUBLE, state: 'investigating' })
        .filter(({ labels }) => !labels.includes('plan_id'));
      expect(investigating.map(({ values }) => longestStandstill(values))[0]).to.be.greaterThan(4 * QUARTER);
      expect(investigating[0]?.values.at(-1)).to.equal(1);
      expect(readings.plans('eu-1')).to.deep.equal([]);
    },
  },
  'restart-during-plan': {
    run: { hours: 0.8 },
    shows(readings) {
      const up = readings.values('up', { instance: 'mesh-controller-1:9464' });
      expect(up.filter((value) => value === 0)).to.have.length(12);
      const [plan_id = ''] = readings.plans('eu-1');
      const remaining = readings.values('plan_shards_remaining', { plan_id });
      expect(remaining).to.deep.equal([...remaining].sort((a, b) => b - a));
      expect(remaining.at(-1)).to.equal(0);
      // A second trace would be a second series.
      expect(readings.series('plan_info', { plan_id })).to.have.length(1);
      expect(readings.series('plan_shards_remaining', { plan_id })[0]?.values.some(Number.isNaN)).to.equal(true);
    },
  },
  flapping: {
    run: { hours: 1.2 },
    shows(readings) {
      expect(readings.values('plans_finished_total', { ...TROUBLE, outcome: 'cancelled' }).at(-1)).to.be.at.least(3);
      for (const state of ['investigating', 'rebalancePending', 'steady']) {
        const entered = readings
          .series('state', { ...TROUBLE, state })
          .filter(({ labels }) => !labels.includes('plan_id'));
        expect(rises(entered[0]?.values ?? []), state).to.be.at.least(3);
      }
    },
  },
  imbalance: {
    run: { hours: 0.5 },
    shows(readings) {
      const shards = readings.last('node_shards', TROUBLE);
      expect(Math.max(...shards)).to.be.greaterThan((2 * sum(shards)) / shards.length);
      expect(sum(shards)).to.equal(96);
      expect(readings.plans('eu-1')).to.deep.equal([]);
    },
  },
  'guardrail-held': {
    run: { hours: 1 },
    shows(readings) {
      const trips = readings.values('guardrail_trips_total', { ...TROUBLE, guardrail: 'incident' });
      expect(trips.at(-1)).to.be.at.least(50);
      const [plan_id = ''] = readings.plans('eu-1');
      expect(readings.values('state', { plan_id, state: 'rebalancePending' }).at(-1)).to.equal(1);
      expect(readings.values('plan_approvals_total', { plan_id, decision: 'approved' }).at(-1)).to.equal(1);
    },
  },
  'guardrail-recurring': {
    run: { hours: 1.5 },
    shows(readings) {
      const trips = readings.values('guardrail_trips_total', { ...TROUBLE, guardrail: 'incident' });
      expect(trips.at(-1)).to.equal(5);
      const [plan_id = ''] = readings.plans('eu-1');
      expect(readings.values('state', { plan_id, state: 'rebalancePending' }).at(-1)).to.equal(1);
    },
  },
  'slots-taken': {
    run: { hours: 1.2 },
    shows(readings) {
      const plans = readings.plans('eu-1');
      expect(plans).to.have.lengthOf(7);
      const moving = plans.map((plan_id) => readings.values('shards_moving', { plan_id }).slice(-2 * QUARTER));
      expect(moving.map((values) => Math.max(...values))).to.deep.equal([2, 0, 0, 0, 0, 0, 0]);
      expect(moving.map((values) => Math.min(...values))).to.deep.equal([2, 0, 0, 0, 0, 0, 0]);
    },
  },
  'growing-plan': {
    run: { hours: 1.2 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      expect([...new Set(readings.values('plan_shards_remaining', { plan_id }))]).to.deep.equal([8, 9, 10, 11, 12]);
      expect([...new Set(readings.values('plan_shards', { plan_id }))]).to.deep.equal([8, 9, 10, 11, 12]);
      expect(readings.last('moves_total', { ...TROUBLE, outcome: 'completed' })).to.deep.equal([0]);
    },
  },
  'shard-bouncing': {
    run: { hours: 1.2 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const remaining = readings.values('drain_shards_remaining', { plan_id }).slice(-3 * QUARTER);
      expect(new Set(remaining)).to.deep.equal(new Set([7, 8]));
      expect(readings.last('moves_total', { ...TROUBLE, outcome: 'completed' })[0]).to.be.greaterThan(10);
      expect(new Set(readings.values('plan_shards', { plan_id }))).to.deep.equal(new Set([8]));
    },
  },
  resumed: {
    run: { hours: 1.8 },
    shows(readings) {
      const [plan_id = ''] = readings.plans('eu-1');
      const [moves = 0] = readings.last('moves_total', { ...TROUBLE, outcome: 'completed' });
      expect(moves).to.be.within(2, 4);
      const moving = readings.values('shards_moving', { plan_id });
      // By the minute of the run; the plan began in the fifth.
      const movingAt = (minute: number) => moving[(minute - 5) * 4];
      // A move that was under way ends in the pause, the next begins with the resume.
      expect([39, 41, 79, 81, 95].map(movingAt)).to.deep.equal([1, 1, 0, 1, 1]);
    },
  },
  'drained-for-maintenance': {
    run: { hours: 2 },
    shows(readings) {
      expect(readings.values('node_shards', { ...TROUBLE, node: 'node-0002' }).slice(-4 * QUARTER)).to.deep.equal(
        new Array(4 * QUARTER).fill(0),
      );
      expect(readings.plans('eu-1')).to.have.lengthOf(1);
    },
  },
  fleet: {
    run: { hours: 0.5, clusters: 12 },
    shows(readings) {
      for (let cluster = 1; cluster <= 12; cluster += 1) {
        const states = readings.series('plans', { cluster: `eu-${cluster}` });
        const live = states.filter(({ labels }) => /state="(draining|rebalancing|rebalancePending)"/.test(labels));
        const atEnd = sum(live.map(({ values }) => values.at(-1) as number));
        expect(atEnd, `eu-${cluster}`).to.be.at.least(5);
      }
    },
  },
  'fleet-one-bad': {
    run: { hours: 1.3, clusters: 3 },
    shows(readings) {
      expect(readings.last('plans_finished_total', { ...TROUBLE, outcome: 'failed' })).to.deep.equal([1]);
      const stuck = readings.series('drain_shards_remaining', { ...TROUBLE, node: 'node-0010' });
      expect(stuck).to.have.lengthOf(1);
      expect(longestStandstill(stuck[0]?.values ?? [])).to.be.greaterThan(2 * QUARTER);
      for (const cluster of ['eu-2', 'eu-3']) {
        expect(sum(readings.last('plans_finished_total', { cluster, outcome: 'failed' }))).to.equal(0);
        expect(sum(readings.last('moves_total', { cluster, outcome: 'completed' }))).to.be.at.least(5);
      }
    },
  },
};

/** Most scrapes in a row with the same value. */
function longestStandstill(values: readonly number[]): number {
  let longest = 0;
  let current = 0;
  for (const [index, value] of values.entries()) {
    current = index > 0 && value === values[index - 1] ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

/** Times that a 0/1 series goes from 0 to 1. */
function rises(values: readonly number[]): number {
  return values.filter((value, index) => value === 1 && values[index - 1] === 0).length;
}

describe('the scenarios of the lab', () => {
  it('all have a case here', () => {
    expect(SCENARIOS.map(({ name }) => name)).to.have.members(Object.keys(CASES));
  });

  for (const [name, { run, refused = 0, shows }] of Object.entries(CASES)) {
    it(`${name}: the series show it, and ${refused || 'no'} events were refused`, async () => {
      const result = await runSmall(name, run);
      try {
        const readings = new Readings(result.samples);
        shows(readings);
        expect(sum(readings.last('invalid_events_total'))).to.equal(refused);
      } finally {
        result.remove();
      }
    });
  }
});
