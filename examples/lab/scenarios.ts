import { ORDINARY_APPROVAL, ORDINARY_MAINTENANCE } from './ordinary-maintenance.js';
import { drain, drainNow, nodeId } from './requests.js';
import type { Scenario } from './scenario.js';

const MINUTE = 60_000;

/** Plans with series of their own in `plans-untracked`: few, so that the story needs few. */
const MAX_PLANS = 4;

/** A state that the contract does not have, for `invalid-events`. */
const NO_STATE = 'pondering';

/** Plans of each cluster of the fleet. */
const PLANS_PER_CLUSTER = 5;

/** Plans that wait in `slots-taken`. */
const WAITING_PLANS = 6;

/** Shards that the node keeps in `shard-bouncing`, of ten. */
const BOUNCING_BELOW = 9;

/** Nodes that no plan of the fleet's own drains. */
const FAILING = 9;
const STUCK = 10;

/** A scenario as the table says it: what it leaves out is as usual. */
type ScenarioRow = Pick<Scenario, 'hours' | 'acts'> &
  Partial<Omit<Scenario, 'name' | 'shows' | 'hours' | 'acts' | 'mesh'>> & { readonly mesh?: Partial<Scenario['mesh']> };

/** Fills in the usual: three clusters of 24 nodes and 240 shards, of which the first has the trouble. */
function scenario(name: string, shows: string, { mesh, ...row }: ScenarioRow): Scenario {
  return { clusters: 3, happensTo: 'first', ...row, name, shows, mesh: { nodes: 24, shards: 240, ...mesh } };
}

/** Shared with the scenario in which one of its clusters is in trouble, and with what measures at its size. */
export const fleet = scenario('fleet', '200 clusters with overlapping plans: about a thousand live plans at once', {
  clusters: 200,
  hours: 1,
  mesh: { nodes: 16, shards: 96, policy: { maxConcurrentMoves: 2, imbalance: 5 }, pace: 0.4 },
  acts: [
    {
      minute: 2,
      every: 1,
      act: ({ controller }, round) => {
        if (round < PLANS_PER_CLUSTER) controller.propose(drainNow(round));
      },
    },
  ],
  happensTo: 'all',
});

/** Every scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  scenario('healthy', 'planned maintenance: every plan is approved, moves and completes', {
    hours: 6,
    mesh: { nodes: 200, shards: 1_000, approvalDelay: ORDINARY_APPROVAL },
    acts: ORDINARY_MAINTENANCE,
    happensTo: 'all',
  }),
  scenario(
    'slow-but-moving',
    'a plan that takes hours and still moves a shard every ten to twenty minutes: no alarm is due',
    {
      hours: 6,
      mesh: { policy: { maxConcurrentMoves: 1 }, pace: 0.2 },
      acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
    },
  ),
  scenario('over-budget', 'a plan that moves a shard every ten to twenty minutes, and is not done after four hours', {
    hours: 6,
    mesh: { policy: { maxConcurrentMoves: 1 }, pace: 0.2 },
    acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3, 4)) }],
  }),
  scenario(
    'stuck-drain',
    'a drain that stops half way: its plan stays active and its remaining shards no longer change',
    {
      hours: 2,
      mesh: { policy: { maxConcurrentMoves: 2 } },
      acts: [
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
        { minute: 10, act: ({ faults }) => faults.stickTransfers(nodeId(3)) },
      ],
    },
  ),
  scenario('failed-plan', 'one plan that fails on timeouts; the next one for the same node completes', {
    hours: 1,
    acts: [
      { minute: 4, act: ({ faults }) => faults.failTransfers(nodeId(2), 1, 'timeout') },
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(2)) },
      { minute: 20, act: ({ faults }) => faults.failTransfers(nodeId(2), 0, 'timeout') },
      { minute: 25, act: ({ controller }) => controller.propose(drainNow(2)) },
    ],
  }),
  scenario('repeated-failures', 'plan after plan for the same node that fails on timeouts', {
    hours: 2,
    acts: [
      { minute: 4, act: ({ faults }) => faults.failTransfers(nodeId(2), 1, 'timeout') },
      { minute: 5, every: 20, act: ({ controller }) => controller.propose(drainNow(2)) },
    ],
  }),
  scenario('approval-backlog', 'plans that wait for a decision which nobody makes, more and more of them', {
    hours: 6,
    mesh: { policy: { approvalTimeout: 24 * 3_600_000 } },
    acts: [
      {
        minute: 5,
        every: 15,
        act: ({ controller, mesh }, round) => {
          if (round < mesh.nodes.size) controller.propose(drain(round));
        },
      },
    ],
  }),
  scenario('approved-late', 'a plan that waits nearly five hours for its approval, and is then done within minutes', {
    hours: 6,
    mesh: { policy: { approvalTimeout: 24 * 3_600_000 } },
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drain(3)) },
      {
        minute: 290,
        act: ({ controller }) => {
          for (const { id, approval } of controller.plans())
            if (approval !== undefined) controller.approve(id, 'grace');
        },
      },
    ],
  }),
  scenario('plans-untracked', 'more live plans than the metrics show by name, which here is four', {
    hours: 1,
    mesh: { policy: { approvalTimeout: 24 * 3_600_000 } },
    instrumentation: { maxPlans: MAX_PLANS },
    acts: [
      {
        minute: 5,
        every: 1,
        act: ({ controller }, round) => {
          if (round < MAX_PLANS + 3) controller.propose(drain(round));
        },
      },
      {
        minute: 45,
        every: 1,
        act: ({ controller }) => {
          const waiting = controller.plans().find(({ state }) => state === 'rebalancePending');
          if (waiting !== undefined) controller.reject(waiting.id, 'grace', 'too much at once');
        },
      },
    ],
  }),
  scenario('too-many-moves', 'more shards moving at once than the policy allows, because somebody forced it', {
    hours: 1,
    mesh: { policy: { maxConcurrentMoves: 4 }, pace: 0.25 },
    acts: [
      { minute: 4, act: ({ faults }) => faults.forceMoves(8) },
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(1, 2, 3)) },
    ],
  }),
  scenario(
    'guardrail-held',
    'an approved plan that a guardrail holds back, minute after minute, until an incident is over',
    {
      hours: 2,
      acts: [
        { minute: 3, act: ({ faults }) => faults.incident('INC-42: checkout latency') },
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
        { minute: 75, act: ({ faults }) => faults.incident(undefined) },
      ],
    },
  ),
  scenario(
    'guardrail-recurring',
    'an approved plan that an incident holds back for three hours, of which the controller reminds every 20 minutes',
    {
      hours: 4,
      mesh: { policy: { repeatHoldAfter: 20 * MINUTE } },
      acts: [
        { minute: 3, act: ({ faults }) => faults.incident('INC-43: disks are replaced') },
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
        { minute: 185, act: ({ faults }) => faults.incident(undefined) },
      ],
    },
  ),
  scenario(
    'slots-taken',
    'a plan whose stuck moves take both slots that the policy allows, and six other plans that wait for them',
    {
      hours: 3,
      mesh: { policy: { maxConcurrentMoves: 2 } },
      acts: [
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(1)) },
        { minute: 8, act: ({ faults }) => faults.stickTransfers(nodeId(1)) },
        {
          minute: 10,
          every: 1,
          act: ({ controller }, round) => {
            if (round < WAITING_PLANS) controller.propose(drainNow(2 + round));
          },
        },
      ],
    },
  ),
  scenario('growing-plan', 'a plan at work that gains a shard every quarter of an hour and moves none', {
    hours: 3,
    acts: [
      { minute: 4, act: ({ faults }) => faults.stickTransfers(nodeId(3)) },
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      { minute: 20, every: 15, act: ({ faults }) => faults.pile(nodeId(3), 1) },
    ],
  }),
  scenario('shard-bouncing', 'a plan of which a shard comes back as soon as another has left, for hours', {
    hours: 3,
    mesh: { policy: { maxConcurrentMoves: 1 } },
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      {
        minute: 10,
        every: 1,
        act: ({ mesh, faults }) => {
          if ((mesh.ownership()[nodeId(3)] ?? 0) < BOUNCING_BELOW) faults.sendBack(nodeId(3));
        },
      },
    ],
  }),
  scenario('paused', 'a controller that an operator has paused in the middle of a plan, and forgets for hours', {
    hours: 3,
    mesh: { policy: { maxConcurrentMoves: 2 } },
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      { minute: 10, act: ({ controller }) => controller.pause() },
      { minute: 160, act: ({ controller }) => controller.resume() },
    ],
  }),
  scenario('resumed', 'a plan of moves that take 20 minutes each, resumed after a pause of 40 minutes', {
    hours: 3,
    mesh: { policy: { maxConcurrentMoves: 1 }, pace: 0.14 },
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      { minute: 40, act: ({ controller }) => controller.pause() },
      { minute: 80, act: ({ controller }) => controller.resume() },
    ],
  }),
  scenario('drained-for-maintenance', 'one of three nodes that was emptied for maintenance and stays empty for hours', {
    hours: 11,
    mesh: { nodes: 3, shards: 60 },
    acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(2)) }],
  }),
  scenario(
    'investigating-for-ever',
    'a controller that suspects a slow node for hours, and neither proposes a plan nor drops the suspicion',
    {
      hours: 2,
      mesh: { policy: { confirmFor: 24 * 3_600_000 } },
      acts: [{ minute: 5, act: ({ faults }) => faults.slowNode(nodeId(1), 40) }],
    },
  ),
  scenario('flapping', 'a node that is slow every other ten minutes: plans for it come and are withdrawn again', {
    hours: 2,
    acts: [
      { minute: 5, every: 20, act: ({ faults }) => faults.slowNode(nodeId(1), 40) },
      { minute: 15, every: 20, act: ({ faults }) => faults.slowNode(nodeId(1), 1) },
    ],
  }),
  scenario(
    'imbalance',
    'a node with far more shards than the others, under a controller whose policy puts up with it',
    {
      hours: 8,
      mesh: { policy: { imbalance: 5 } },
      acts: [{ minute: 5, act: ({ faults }) => faults.pile(nodeId(0), 20) }],
    },
  ),
  scenario(
    'heartbeat-lost',
    'a control loop that hangs in the middle of a plan while its process goes on answering scrapes',
    {
      hours: 1,
      mesh: { policy: { maxConcurrentMoves: 2 } },
      acts: [
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
        { minute: 10, act: ({ faults }) => faults.hangLoop() },
      ],
    },
  ),
  scenario(
    'restart-during-plan',
    'a controller that crashes while shards move, and goes on with the plan in the same trace',
    {
      hours: 1,
      mesh: { policy: { maxConcurrentMoves: 2 } },
      acts: [
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
        { minute: 10, act: ({ faults }) => faults.crash() },
        { minute: 13, act: ({ faults }) => faults.restart() },
      ],
    },
  ),
  scenario('metrics-lost', 'the process of a controller dies for good: scrapes of it fail from then on', {
    hours: 1,
    acts: [{ minute: 10, act: ({ faults }) => faults.crash() }],
  }),
  scenario(
    'target-lost',
    'a controller whose deployment is deleted: Prometheus no longer knows that it should scrape it',
    {
      hours: 1,
      acts: [
        {
          minute: 10,
          act: ({ faults }, _round, target) => {
            faults.crash();
            target.withdraw();
          },
        },
      ],
    },
  ),
  scenario('lost-without-heartbeats', 'the same of a controller that gives no heartbeats', {
    hours: 1,
    withoutHeartbeats: true,
    acts: [
      {
        minute: 10,
        act: ({ faults }, _round, target) => {
          faults.crash();
          target.withdraw();
        },
      },
    ],
  }),
  scenario(
    'two-leaders',
    'two processes that both hold themselves for the controller of a cluster, and show different states',
    {
      hours: 1,
      mesh: { policy: { maxConcurrentMoves: 1 } },
      acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
      secondLeader: true,
    },
  ),
  scenario(
    'leader-handover',
    'a leader that crashes in the middle of a plan; its standby takes over within half a minute and goes on with the plan',
    {
      hours: 1.5,
      mesh: { policy: { maxConcurrentMoves: 2 } },
      acts: [
        { minute: 5, act: ({ controller }) => controller.propose(drainNow(3, 4)) },
        { minute: 20, act: ({ faults }) => faults.crash() },
        { minute: 23, act: ({ faults }) => faults.restart() },
      ],
      standby: true,
    },
  ),
  scenario('no-leader', 'two candidates of which none leads for half an hour, because their lease is out of reach', {
    hours: 1.5,
    mesh: { policy: { maxConcurrentMoves: 2 } },
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3, 4)) },
      { minute: 20, act: ({ faults }) => faults.loseLease() },
      { minute: 50, act: ({ faults }) => faults.returnLease() },
    ],
    standby: true,
  }),
  scenario('decommissioned', 'a cluster that is taken out of service: its controller says so, and is gone later', {
    hours: 2,
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      { minute: 30, act: ({ controller }) => controller.decommission() },
      {
        minute: 40,
        act: ({ faults }, _round, target) => {
          faults.crash();
          target.withdraw();
        },
      },
    ],
  }),
  scenario('invalid-events', 'a controller that reports every two minutes a state which nobody knows', {
    hours: 1,
    acts: [
      { minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) },
      {
        minute: 6,
        every: 2,
        act: ({ controller }) => controller.emit('stateChanged', { from: 'steady', to: NO_STATE as 'steady' }),
      },
    ],
  }),
  scenario('clock-ahead', 'a controller on a machine whose clock is five minutes ahead of that of Prometheus', {
    hours: 1,
    acts: [{ minute: 5, act: ({ controller }) => controller.propose(drainNow(3)) }],
    clockAhead: 5,
  }),
  fleet,
  scenario('fleet-one-bad', 'the same, and in one cluster a plan whose moves fail, then a drain that is stuck', {
    ...fleet,
    hours: 2,
    firstAlso: [
      { minute: 1, act: ({ faults }) => faults.failTransfers(nodeId(FAILING), 1, 'timeout') },
      { minute: 1, every: 5, act: ({ controller }) => controller.propose(drainNow(FAILING)) },
      { minute: 34, act: ({ faults }) => faults.stickTransfers(nodeId(STUCK)) },
      { minute: 35, act: ({ controller }) => controller.propose(drainNow(STUCK)) },
    ],
  }),
];
