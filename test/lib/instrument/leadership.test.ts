import { expect } from 'chai';
import { instrument, type RebalanceSnapshot } from '../../../lib/index.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { sampleValue, select } from '../../support/exposition.js';
import { beginPlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

const LEADING = 'mesh_rebalance_controller_leading';
const DECOMMISSIONED = 'mesh_rebalance_controller_decommissioned_timestamp_seconds';
const RETENTION = 600;

class Rig {
  readonly sdk = new TestSdk();
  readonly clock = new TestClock();
  readonly controller: TestController;

  /** @param snapshot what the controller says of itself; it cannot without */
  constructor(snapshot?: () => RebalanceSnapshot) {
    this.controller = new TestController();
    if (snapshot !== undefined) this.controller.snapshot = snapshot;
    instrument(this.controller, {
      ...this.sdk.options,
      clock: this.clock.read,
      retentionMillis: RETENTION * 1000,
      zeroForMillis: 0,
    });
  }

  /** Names of the series that come from the producer. */
  async names(): Promise<string[]> {
    const { resourceMetrics } = await this.sdk.metricProducer.collect();
    return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  }

  async value(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
    return sampleValue(await this.sdk.scrape(), name, labels);
  }

  get seconds(): number {
    return this.clock.now / 1000;
  }
}

const OF_STANDBY = [
  'mesh_rebalance_clock_timestamp_seconds',
  'mesh_rebalance_controller_heartbeat_timestamp_seconds',
  LEADING,
  'mesh_rebalance_failures_total',
  'mesh_rebalance_guardrail_trips_total',
  'mesh_rebalance_phase_duration_seconds',
];

/** A leader that has a plan under way, nodes, and counted a failure and a trip. */
function busyLeader(snapshot?: () => RebalanceSnapshot): Rig {
  const rig = new Rig(snapshot);
  const { controller } = rig;
  controller.tell('leadershipChanged', { leading: true });
  controller.tell('heartbeat', undefined);
  controller.tell('ownershipChanged', { nodes: { 'node-a': 4 } });
  controller.tell('guardrailTripped', { guardrail: 'cooldown' });
  beginPlan(controller);
  controller.tell('moveFinished', { planId: 'plan-1', shard: 's-1', outcome: 'failed', errorType: 'timeout' });
  controller.tell('moveStarted', { planId: 'plan-1', shard: 's-2' });
  return rig;
}

describe('mesh_rebalance_controller_leading', () => {
  it('is absent until the controller has spoken of it, and is then 1 or 0', async () => {
    const rig = new Rig();
    rig.controller.tell('heartbeat', undefined);
    expect(await rig.value(LEADING)).to.equal(undefined);
    rig.controller.tell('leadershipChanged', { leading: true });
    expect(await rig.value(LEADING)).to.equal(1);
    rig.controller.tell('leadershipChanged', { leading: false });
    expect(await rig.value(LEADING)).to.equal(0);
  });

  it('is all that a standby shows, with its heartbeat, the clock, and counters that stand still', async () => {
    const rig = busyLeader();
    rig.controller.tell('leadershipChanged', { leading: false });
    expect(await rig.names()).to.have.members(OF_STANDBY);
    rig.clock.advance(60);
    const messages = await diagMessages(() => {
      rig.controller.tell('heartbeat', undefined);
      for (const planId of ['plan-1', 'plan-2']) {
        rig.controller.tell('moveFinished', { planId, shard: 's-2', outcome: 'failed', errorType: 'timeout' });
        rig.controller.tell('guardrailTripped', { guardrail: 'cooldown', planId });
      }
    });
    expect(await rig.names()).to.have.members(OF_STANDBY);
    expect(await rig.value('mesh_rebalance_controller_heartbeat_timestamp_seconds')).to.equal(rig.seconds);
    expect(await rig.value('mesh_rebalance_failures_total')).to.equal(1);
    expect(await rig.value('mesh_rebalance_guardrail_trips_total')).to.equal(1);
    expect(await rig.value('mesh_rebalance_moves_total', { outcome: 'failed' })).to.equal(1);
    for (const { value } of select(await rig.sdk.scrape(), 'mesh_rebalance_invalid_events_total')) {
      expect(value).to.equal(0);
    }
    expect(messages.filter((message) => message.includes('standby'))).to.have.length(1);
  });

  it('of a snapshot makes a standby from the first moment', async () => {
    const rig = new Rig(() => ({ leading: false, state: 'rebalancing', plans: [{ planId: 'plan-1', shards: 4 }] }));
    expect(await rig.names()).to.have.members(OF_STANDBY.filter((name) => /clock|leading/.test(name)));
    expect(await rig.value(LEADING)).to.equal(0);
  });

  it('becomes 1 with all that the snapshot of the new leader tells, and nothing from before', async () => {
    let plans: RebalanceSnapshot['plans'] = [];
    const rig = busyLeader(() => ({ state: 'rebalancing', paused: false, nodes: { 'node-b': 7 }, plans }));
    rig.controller.tell('paused', undefined);
    rig.controller.tell('leadershipChanged', { leading: false });
    rig.clock.advance(30);
    const moves = [{ shard: 's-9', startedAt: rig.clock.now - 20_000 }];
    plans = [{ planId: 'plan-2', shards: 9, shardsRemaining: 5, state: 'rebalancing', moves }];
    rig.controller.tell('leadershipChanged', { leading: true });
    expect(await rig.value('mesh_rebalance_plan_shards_remaining', { plan_id: 'plan-2' })).to.equal(5);
    expect(await rig.value('mesh_rebalance_shards_moving', { plan_id: 'plan-2' })).to.equal(1);
    expect(await rig.value('mesh_rebalance_plan_shards', { plan_id: 'plan-1' })).to.equal(undefined);
    expect(await rig.value('mesh_rebalance_state', { plan_id: 'plan-2', state: 'rebalancing' })).to.equal(1);
    expect(await rig.value('mesh_rebalance_node_shards', { node: 'node-b' })).to.equal(7);
    expect(await rig.value('mesh_rebalance_node_shards', { node: 'node-a' })).to.equal(undefined);
    expect(await rig.value('mesh_rebalance_paused')).to.equal(0);
  });

  it('that becomes 1 asks for a snapshot, and one that stays 1 does not', () => {
    let asked = 0;
    const rig = new Rig(() => {
      asked += 1;
      return {};
    });
    for (const [leading, expected] of [
      [true, 2],
      [true, 2],
      [false, 2],
      [true, 3],
    ] as const) {
      rig.controller.tell('leadershipChanged', { leading });
      rig.controller.tell('heartbeat', undefined);
      rig.controller.tell('planCreated', { planId: 'p' });
      expect(asked).to.equal(expected);
    }
  });

  it('keeps what a standby is told of its own controller', async () => {
    const rig = new Rig();
    const shows = async (name: string) => {
      rig.controller.tell('leadershipChanged', { leading: true });
      const value = await rig.value(`mesh_rebalance_${name}`);
      rig.controller.tell('leadershipChanged', { leading: false });
      return value;
    };
    rig.controller.tell('leadershipChanged', { leading: false });
    expect(await shows('shards_moving_limit')).to.equal(undefined);
    rig.controller.tell('policyChanged', { maxConcurrentMoves: 7 });
    expect(await shows('shards_moving_limit')).to.equal(7);
    rig.controller.tell('paused', undefined);
    expect(await shows('paused')).to.equal(1);
    rig.controller.tell('paused', undefined);
    rig.controller.tell('resumed', undefined);
    expect(await shows('paused')).to.equal(0);
    rig.controller.tell('decommissioned', undefined);
    expect(await rig.names()).to.deep.equal([DECOMMISSIONED]);
  });

  it('that becomes 0 ends the spans of steps that another leader goes on with', () => {
    const rig = busyLeader();
    rig.controller.tell('leadershipChanged', { leading: false });
    const open = rig.sdk
      .spans()
      .filter(({ attributes }) => attributes['error.type'] === 'mesh_rebalance.leadership_lost');
    expect(open.map(({ name }) => name)).to.have.members(['rebalance.drain', 'rebalance.move']);
  });

  it('that becomes 0 lets go of the slots of its moves', async () => {
    const rig = busyLeader(() => ({
      maxConcurrentMoves: 1,
      plans: [{ planId: 'plan-2', shards: 4, state: 'rebalancing' }],
    }));
    rig.controller.tell('leadershipChanged', { leading: false });
    rig.controller.tell('leadershipChanged', { leading: true });
    rig.controller.tell('moveStarted', { planId: 'plan-2', shard: 's-1' });
    rig.controller.tell('moveFinished', { planId: 'plan-2', shard: 's-1', outcome: 'completed' });
    rig.clock.advance(60);
    expect(await rig.value('mesh_rebalance_plan_held', { plan_id: 'plan-2' })).to.equal(undefined);
  });

  it('becomes 1 without a snapshot too: its events fill what is missing', async () => {
    const rig = busyLeader();
    rig.controller.tell('leadershipChanged', { leading: false });
    rig.controller.tell('leadershipChanged', { leading: true });
    expect(await rig.value('mesh_rebalance_plan_shards', { plan_id: 'plan-1' })).to.equal(undefined);
    beginPlan(rig.controller, 'plan-3');
    expect(await rig.value('mesh_rebalance_plan_shards', { plan_id: 'plan-3' })).to.equal(4);
  });

  it('is that of one cluster, where a controller speaks of several', async () => {
    const rig = new Rig();
    for (const cluster of ['eu-1', 'eu-2']) rig.controller.tell('planCreated', { planId: 'plan-1', cluster });
    rig.controller.tell('leadershipChanged', { leading: false, cluster: 'eu-2' });
    expect(await rig.value('mesh_rebalance_plan_shards', { cluster: 'eu-1' })).to.equal(0);
    expect(await rig.value('mesh_rebalance_plan_shards', { cluster: 'eu-2' })).to.equal(undefined);
    expect(await rig.value(LEADING, { cluster: 'eu-1' })).to.equal(undefined);
  });

  it('that becomes 1 in one cluster asks for the snapshot of no other', () => {
    const restored: string[] = [];
    const snapshotOf = (cluster: string) => {
      const get = () => {
        restored.push(cluster);
      };
      return Object.defineProperty({ cluster }, 'state', { get });
    };
    const rig = new Rig(() => ['eu-1', 'eu-2'].map(snapshotOf) as never);
    rig.controller.tell('leadershipChanged', { leading: true, cluster: 'eu-2' });
    expect(restored).to.deep.equal(['eu-1', 'eu-2', 'eu-2']);
  });

  it('that flaps each second for an hour is told once, counted, and right at each moment', async () => {
    const plan = {
      planId: 'plan-1',
      shards: 4,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const rig = new Rig(() => ({ plans: [plan] }));
    const messages = await diagMessages(async () => {
      for (let second = 0; second < 3_600; second += 1) {
        const leading = second % 2 === 0;
        rig.controller.tell('leadershipChanged', { leading });
        rig.clock.advance(1);
        if (second % 600 > 1) continue;
        expect(await rig.value(LEADING)).to.equal(leading ? 1 : 0);
        expect(await rig.value('mesh_rebalance_plan_shards')).to.equal(leading ? 4 : undefined);
      }
    });
    expect(messages).to.have.length(1);
    expect(messages[0]).to.match(/leadershipChanged: changed for the third time within 10 s/);
    expect(await rig.value('mesh_rebalance_invalid_events_total', { reason: 'out_of_order' })).to.equal(3_598);
    expect(rig.sdk.spans()).to.deep.equal([]);
  });

  it('may change twice within seconds, as at a start', async () => {
    const rig = new Rig();
    const messages = await diagMessages(() => {
      for (const leading of [false, false, true, true]) rig.controller.tell('leadershipChanged', { leading });
    });
    expect(messages).to.deep.equal([]);
  });
});

describe('mesh_rebalance_controller_decommissioned_timestamp_seconds', () => {
  it('is all that is left of a cluster for the retention, and then nothing is', async () => {
    const rig = busyLeader();
    rig.controller.tell('decommissioned', undefined);
    const at = rig.seconds;
    rig.clock.advance(RETENTION - 1);
    expect(await rig.names()).to.deep.equal([DECOMMISSIONED]);
    expect(await rig.value(DECOMMISSIONED)).to.equal(at);
    rig.clock.advance(1);
    expect(await rig.names()).to.deep.equal([]);
  });

  it('outlives what a cluster says as it ends', async () => {
    const rig = busyLeader();
    rig.controller.tell('decommissioned', undefined);
    rig.clock.advance(1);
    rig.controller.tell('moveFinished', { planId: 'plan-1', shard: 's-2', outcome: 'cancelled' });
    rig.controller.tell('planFinished', { planId: 'plan-1', outcome: 'cancelled' });
    rig.controller.tell('leadershipChanged', { leading: false });
    rig.controller.tell('decommissioned', undefined);
    rig.controller.tell('heartbeat', { time: rig.clock.now - 2_000 });
    expect(await rig.names()).to.deep.equal([DECOMMISSIONED]);
    expect(await rig.value(DECOMMISSIONED)).to.equal(rig.seconds - 1);
  });

  it('is taken back by a sign of life, with all that is known of the cluster; told once and counted', async () => {
    const rig = busyLeader();
    const messages = await diagMessages(async () => {
      for (let round = 0; round < 3; round += 1) {
        rig.controller.tell('decommissioned', undefined);
        rig.clock.advance(60);
        rig.controller.tell('heartbeat', undefined);
        expect(await rig.value(DECOMMISSIONED)).to.equal(undefined);
        expect(await rig.value('mesh_rebalance_plan_shards', { plan_id: 'plan-1' })).to.equal(4);
        expect(await rig.value('mesh_rebalance_node_shards', { node: 'node-a' })).to.equal(4);
      }
    });
    expect(messages).to.have.length(1);
    expect(messages[0]).to.match(/heartbeat: came after the cluster was decommissioned, which is taken back/);
    expect(await rig.value('mesh_rebalance_invalid_events_total', { reason: 'out_of_order' })).to.equal(3);
  });

  it('gives the place of its cluster to another, and the cluster can come again', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    instrument(controller, { ...sdk.options, clock: clock.read, maxClusters: 3, retentionMillis: 60_000 });
    const clusters = async () =>
      select(await sdk.scrape(), 'mesh_rebalance_paused').map(({ labels }) => labels['cluster']);
    controller.tell('decommissioned', undefined);
    clock.advance(61);
    controller.tell('heartbeat', { cluster: 'other' });
    expect(await clusters()).to.deep.equal(['other']);
    for (const seconds of [0, 61]) {
      clock.advance(seconds);
      controller.tell('heartbeat', undefined);
      expect(await clusters()).to.deep.equal(['other', 'eu-1']);
    }
    for (let round = 0; round < 50; round += 1) {
      const cluster = `short-lived-${round}`;
      controller.tell('heartbeat', { cluster });
      expect(await clusters()).to.deep.equal(['other', 'eu-1', cluster]);
      controller.tell('decommissioned', { cluster });
      clock.advance(61);
      controller.tell('heartbeat', undefined);
    }
  });
});

describe('mesh_rebalance_clock_timestamp_seconds', () => {
  it('is the time at collection by the clock of the app', async () => {
    const rig = new Rig();
    rig.clock.advance(-86_400);
    expect(await rig.value('mesh_rebalance_clock_timestamp_seconds')).to.equal(rig.seconds);
    rig.clock.advance(15);
    expect(await rig.value('mesh_rebalance_clock_timestamp_seconds')).to.equal(rig.seconds);
  });

  it("is the process's own without one", async () => {
    const sdk = new TestSdk();
    instrument(new TestController(), sdk.options);
    const before = Date.now() / 1000;
    const value = sampleValue(await sdk.scrape(), 'mesh_rebalance_clock_timestamp_seconds', {});
    expect(value).to.be.within(before, Date.now() / 1000);
  });
});
