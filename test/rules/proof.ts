import { critical, type ExpectedPeriod, info, warning } from './expected-periods.js';
import type { LabRun } from './lab-series.js';
import { EXPECTED } from './story-periods.js';

/** Series that are written by hand, for what the lab does not have: a part of a file in `cases/`. */
export interface CaseRun {
  readonly file: string;
  readonly part: 'fires' | 'silent' | 'restart' | 'unqueued' | 'diskFull';
  readonly minutes: number;
}

/** Events that are played through `instrument()`: one of `stories.ts`, by its name. */
interface StoryRun {
  readonly story: string;
}

/** What an alert is evaluated over. */
export type ProofRun = LabRun | StoryRun | CaseRun;

/** A run, and everything that an alert does in it: what is not listed must not fire, for no cluster and no plan. */
export interface Firing {
  readonly run: ProofRun;
  readonly periods: readonly ExpectedPeriod[];
  /** What it says at one minute: the description of each alert that fires then. */
  readonly says?: { readonly minute: number; readonly descriptions: readonly string[] };
}

/** What shows that an alert is right. */
export interface Proof {
  readonly fires: Required<Firing>;
  /** More runs in which it fires, for parts of its expression that the first does not reach. */
  readonly alsoFires?: readonly Firing[];
  /** The nearest to it that is no reason for an alarm, with the reason. */
  readonly silent: readonly { readonly run: ProofRun; readonly because: string }[];
  /** Its cause goes on through a restart with which the version and the instance change. */
  readonly restart: Firing;
}

/** A description, which has a line for each question. */
function lines(subject: string, reason: string, since: string): string {
  return [subject, reason, since].join('\n');
}

/** A story, with what an alert does in it. */
function inStory(story: string, alert: string): Firing {
  const periods = EXPECTED[story]?.[alert];
  if (periods === undefined) throw new Error(`no ${alert} in "${story}"`);
  return { run: { story }, periods };
}

const EU_1 = { namespace: 'payments', cluster: 'eu-1' };
const PLAN_1 = { ...EU_1, plan_id: 'payments-eu-1-0001' };
const GATEWAY = { job: 'otelcol', instance: 'gateway-1:8888' };
const CONTROLLER = { job: 'mesh-controller', instance: '10.0.0.7:9464' };

/** A small fleet: many plans at once in every cluster, all of them in order. */
const SMALL_FLEET = { scenario: 'fleet', clusters: 5 };

/** Every alert, without its prefix. */
export const PROOF: Readonly<Record<string, Proof>> = {
  ControllerHeartbeatMissing: {
    fires: {
      run: { scenario: 'heartbeat-lost' },
      periods: [critical(EU_1, 17, 60)],
      says: {
        minute: 20,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Its control loop has given no heartbeat for longer than 5m. Nothing approves, drains or moves.',
            'Since 1970-01-01 00:09 UTC (10m 5s). Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    alsoFires: [{ run: { scenario: 'target-lost' }, periods: [critical(EU_1, 16, 60)] }],
    silent: [
      { run: { scenario: 'decommissioned' }, because: 'its controller has said that it goes' },
      { run: { scenario: 'leader-handover' }, because: 'the new leader gives heartbeats' },
      { run: { scenario: 'restart-during-plan' }, because: 'a controller that is away for three minutes comes back' },
    ],
    restart: { run: { scenario: 'heartbeat-lost', restartAt: 30 }, periods: [critical(EU_1, 17, 60)] },
  },
  MetricsAbsent: {
    fires: {
      run: { scenario: 'lost-without-heartbeats' },
      periods: [critical(EU_1, 25, 60)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Nothing has been exported for more than 15m: nobody can see its plans, and no other alert on it can fire.',
            'Last seen 1970-01-01 00:09 UTC. Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'heartbeat-lost' }, because: 'a process whose loop hangs still exports' },
      { run: { scenario: 'target-lost' }, because: 'of a controller with heartbeats another alert says it sooner' },
      { run: { scenario: 'restart-during-plan' }, because: 'a restart is over within minutes' },
      {
        run: { story: 'without heartbeats, taken out of service in minute 20, and said so' },
        because: 'the cluster was taken out of service',
      },
    ],
    restart: inStory(
      'a controller without heartbeats that is killed in minute 20, and again in minute 60',
      'MetricsAbsent',
    ),
  },
  NoLeader: {
    fires: {
      ...inStory('a leader that is killed in minute 20, and nobody follows', 'NoLeader'),
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Its controllers are all on standby: nothing approves, drains or moves.',
            'No leader since 1970-01-01 00:19 UTC. Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    alsoFires: [
      { run: { scenario: 'no-leader' }, periods: [critical(EU_1, 27, 49)] },
      inStory('taken out of service in minute 20, and back in minute 60 with standbys only', 'NoLeader'),
    ],
    silent: [
      { run: { story: 'hand-overs of 40 seconds' }, because: 'a new leader takes over within the minute' },
      { run: { scenario: 'leader-handover' }, because: 'the standby takes over from one that has crashed' },
      {
        run: { story: 'taken out of service in minute 20, and said so; its standby goes in minute 32' },
        because: 'the cluster was taken out of service',
      },
      { run: { story: 'a leader whose loop hangs, beside a standby' }, because: 'it still holds the lead' },
      { run: { scenario: 'target-lost' }, because: 'nobody is on standby' },
    ],
    restart: inStory('a leader that steps down in minute 20, and both processes are replaced in minute 40', 'NoLeader'),
  },
  StateInconsistent: {
    fires: {
      run: { scenario: 'two-leaders' },
      periods: [warning(EU_1, 10, 60)],
      says: {
        minute: 20,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            '2 controllers lead at once: each may drain and move what the other does not know of.',
            'For 10m at least. Who acts: whoever looks after the rebalance controller.',
          ),
        ],
      },
    },
    silent: [
      { run: { story: 'a leader and its standby' }, because: 'a standby says that it does not lead' },
      { run: { scenario: 'leader-handover' }, because: 'the next one leads after the last' },
      { run: { scenario: 'flapping' }, because: 'one controller whose state changes all the time is one' },
    ],
    restart: {
      run: { scenario: 'two-leaders', restartAt: 22 },
      // While both are away nobody leads; then both do again for ten minutes.
      periods: [warning(EU_1, 10, 21), warning(EU_1, 33, 60)],
    },
  },
  StateBudgetExceeded: {
    fires: {
      run: { scenario: 'investigating-for-ever' },
      periods: [warning({ ...EU_1, state: 'investigating' }, 66, 120)],
      says: {
        minute: 70,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'The controller has been investigating for more than 1h.',
            'For 1h at least. Who acts: whoever looks after the rebalance controller.',
          ),
        ],
      },
    },
    alsoFires: [
      {
        run: { file: 'state-budget-exceeded', part: 'fires', minutes: 90 },
        periods: [
          warning({ ...EU_1, state: 'failed' }, 65, 90),
          warning({ ...EU_1, plan_id: 'p1', state: 'investigating' }, 60, 90),
        ],
      },
    ],
    silent: [
      {
        run: { scenario: 'flapping' },
        because: 'a controller that investigates every other ten minutes comes to an end',
      },
    ],
    restart: {
      run: { scenario: 'investigating-for-ever', restartAt: 40 },
      periods: [warning({ ...EU_1, state: 'investigating' }, 66, 120)],
    },
  },
  PlanHeld: {
    fires: {
      ...inStory('a guardrail that trips every 17 minutes holds a plan for hours', 'PlanHeld'),
      says: {
        minute: 260,
        descriptions: [
          lines(
            'Plan held of payments/eu-1, shards left on node-a (9), trigger node_added.',
            'It is held back: incident. 1h is expected at most.',
            'Since 1970-01-01 00:06 UTC (4h 14m 0s). Who acts: whoever leads the incident.',
          ),
          lines(
            'Plan held of payments/eu-1, shards left on node-a (9), trigger node_added.',
            'It is held back: incident. After 4h somebody has to look.',
            'Since 1970-01-01 00:06 UTC (4h 14m 0s). Who acts: whoever leads the incident.',
          ),
        ],
      },
    },
    alsoFires: [
      { run: { scenario: 'paused' }, periods: [info({ ...PLAN_1, reason: 'paused' }, 76, 159)] },
      { run: { scenario: 'guardrail-recurring' }, periods: [info({ ...PLAN_1, reason: 'incident' }, 71, 184)] },
      {
        run: { scenario: 'slots-taken' },
        periods: [2, 3, 4, 5, 6, 7].map((number) =>
          info({ ...EU_1, plan_id: `payments-eu-1-000${number}`, reason: 'maxConcurrentMoves' }, 74 + number, 180),
        ),
        says: {
          minute: 90,
          descriptions: [2, 3, 4, 5, 6, 7].map((number) =>
            lines(
              `Plan payments-eu-1-000${number} of payments/eu-1, shards left on node-000${number} (10), trigger operator.`,
              'It is held back: maxConcurrentMoves, every slot is taken by plan payments-eu-1-0001 (2). 1h is expected at most.',
              `Since 1970-01-01 00:${8 + number} UTC (1h ${22 - number}m 0s). Who acts: nobody on this plan; whoever asked for the plan looks at the plan that holds the slots.`,
            ),
          ),
        },
      },
    ],
    silent: [
      { run: { scenario: 'approval-backlog' }, because: 'a plan that waits for approval has an alert of its own' },
      { run: { scenario: 'resumed' }, because: 'a pause of 40 minutes is ordinary maintenance' },
    ],
    restart: {
      run: { scenario: 'guardrail-recurring', restartAt: 100 },
      periods: [info({ ...PLAN_1, reason: 'incident' }, 71, 184)],
    },
  },
  GuardrailTripping: {
    fires: {
      run: { scenario: 'guardrail-held' },
      periods: [info({ ...PLAN_1, reason: 'incident' }, 24, 79)],
      says: {
        minute: 60,
        descriptions: [
          lines(
            'Plan payments-eu-1-0001 of payments/eu-1, trigger operator.',
            'Guardrail incident holds it back; it has tripped 15 times in this cluster within 15m.',
            'Held since 1970-01-01 00:05 UTC. Who acts: nobody, unless it goes on.',
          ),
        ],
      },
    },
    silent: [{ run: SMALL_FLEET, because: 'plans that share few moves meet their limit in ordinary work' }],
    restart: {
      run: { scenario: 'guardrail-held', restartAt: 50 },
      periods: [info({ ...PLAN_1, reason: 'incident' }, 24, 79)],
    },
  },
  Paused: {
    fires: {
      run: { scenario: 'paused' },
      periods: [info(EU_1, 70, 159)],
      says: {
        minute: 90,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Nothing moves until it is resumed.',
            'For 1h at least. Who acts: whoever paused the controller.',
          ),
        ],
      },
    },
    silent: [{ run: { scenario: 'guardrail-held' }, because: 'a guardrail holds it back, not a person' }],
    restart: { run: { scenario: 'paused', restartAt: 100 }, periods: [info(EU_1, 70, 159)] },
  },
  TelemetryInvalid: {
    fires: {
      run: { scenario: 'invalid-events' },
      periods: [warning({ ...EU_1, reason: 'unknown_value' }, 21, 60)],
      says: {
        minute: 40,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            '8 events of its controller were refused or mended within 15m (unknown_value): what the metrics show may be incomplete.',
            'For 15m at least. Who acts: whoever looks after the rebalance controller.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'clock-ahead' }, because: 'events of a clock that is ahead are in order among themselves' },
    ],
    restart: {
      run: { scenario: 'invalid-events', restartAt: 35 },
      periods: [warning({ ...EU_1, reason: 'unknown_value' }, 21, 60)],
    },
  },
  ClockSkew: {
    fires: {
      run: { scenario: 'clock-ahead' },
      periods: [warning(EU_1, 10, 60)],
      says: {
        minute: 20,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            "The clock of its controller and that of Prometheus are 5m 0s apart. Alerts reckon with it where Prometheus or a gateway is scraped; times on dashboards and in logs are wrong by as much. Over OTLP and remote write samples carry the controller's own time: Prometheus refuses them or looks for them in the wrong place, and this alert cannot see it.",
            'For 10m at least. Who acts: whoever looks after the rebalance controller.',
          ),
        ],
      },
    },
    silent: [{ run: { scenario: 'heartbeat-lost' }, because: 'the clock of a process whose loop hangs goes on' }],
    alsoFires: [inStory('a clock 37 minutes behind', 'ClockSkew')],
    restart: { run: { scenario: 'clock-ahead', restartAt: 30 }, periods: [warning(EU_1, 10, 60)] },
  },
  Stuck: {
    fires: {
      run: { scenario: 'stuck-drain' },
      periods: [critical(PLAN_1, 54, 120)],
      says: {
        minute: 60,
        descriptions: [
          lines(
            'Plan payments-eu-1-0001 of payments/eu-1, shards left on node-0003 (8), trigger operator.',
            'It has moved no shard for longer than 30m, and nothing holds it back. Moves under way: 2, the oldest since 1970-01-01 00:08 UTC.',
            'Since 1970-01-01 00:08 UTC (51m 7s). Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    silent: [
      {
        run: { story: 'a plan fails in minute 38, for 33 minutes without progress' },
        because: 'it has ended before it was called stuck',
      },
      {
        run: { scenario: 'slow-but-moving' },
        because: 'a plan that moves a shard every twenty minutes makes progress',
      },
      { run: { scenario: 'paused' }, because: 'a paused controller is meant to stand still' },
      { run: { scenario: 'resumed' }, because: 'being released starts its clock anew' },
      { run: { scenario: 'guardrail-held' }, because: 'a guardrail holds the plan back' },
      { run: { scenario: 'guardrail-recurring' }, because: 'a hold that lapses between two trips is none that ends' },
      { run: { scenario: 'approval-backlog' }, because: 'a plan that waits for approval is not at work' },
    ],
    alsoFires: [
      { run: { scenario: 'growing-plan' }, periods: [critical(PLAN_1, 51, 180)] },
      { run: { scenario: 'shard-bouncing' }, periods: [critical(PLAN_1, 61, 180)] },
      // Six more wait for its slots.
      { run: { scenario: 'slots-taken' }, periods: [critical(PLAN_1, 53, 180)] },
    ],
    restart: { run: { scenario: 'stuck-drain', restartAt: 40 }, periods: [critical(PLAN_1, 54, 120)] },
  },
  RunningTooLong: {
    fires: {
      run: { scenario: 'over-budget' },
      periods: [warning(PLAN_1, 251, 292)],
      says: {
        minute: 260,
        descriptions: [
          lines(
            'Plan payments-eu-1-0001 of payments/eu-1, shards left on node-0004 (3), trigger operator.',
            'It has worked for 4h 15m 0s, its wait for approval and what held it left out; the budget is 4h.',
            'Created 1970-01-01 00:05 UTC. Who acts: whoever asked for the plan.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'slow-but-moving' }, because: 'it takes more than two hours, and not four' },
      { run: { scenario: 'approved-late' }, because: 'what took five hours was its approval' },
      {
        run: { scenario: 'approved-late', restartAt: 200 },
        because: 'a restarted controller does not know how long it waited',
      },
    ],
    restart: { run: { scenario: 'over-budget', restartAt: 270 }, periods: [warning(PLAN_1, 251, 300)] },
  },
  NodeDrainStalled: {
    fires: {
      run: { scenario: 'stuck-drain' },
      periods: [warning({ ...PLAN_1, node: 'node-0003' }, 69, 120)],
      says: {
        minute: 80,
        descriptions: [
          lines(
            'Plan payments-eu-1-0001 of payments/eu-1, shards left on node-0003 (8), trigger operator.',
            'Node node-0003 has given up no shard for longer than 30m. Moves under way: 2, the oldest since 1970-01-01 00:08 UTC.',
            'Since 1970-01-01 00:08 UTC (1h 11m 7s). Who acts: whoever runs the node.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'over-budget' }, because: 'the second of two nodes waits until the first is done' },
      { run: { scenario: 'slow-but-moving' }, because: 'the node gives up a shard every twenty minutes' },
      {
        run: { story: 'paused for 100 minutes with a move under way that takes as long' },
        because: 'a pause holds its plan back',
      },
    ],
    restart: {
      // A snapshot does not say since when a drain stands still: its clock starts anew.
      run: { scenario: 'stuck-drain', restartAt: 40 },
      periods: [warning({ ...PLAN_1, node: 'node-0003' }, 102, 120)],
    },
  },
  PlanFailed: {
    fires: {
      run: { scenario: 'failed-plan' },
      periods: [warning(PLAN_1, 9, 38)],
      says: {
        minute: 12,
        descriptions: [
          lines(
            'Plan payments-eu-1-0001 of payments/eu-1, shards left on node-0002 (10), trigger operator.',
            'Its steps failed: timeout (12). The alert ends when another plan of the cluster completes, 30m after the last failure at the earliest, or 6h after its own.',
            'Since 1970-01-01 00:08 UTC (3m 36s). Who acts: whoever asked for the plan.',
          ),
        ],
      },
    },
    alsoFires: [
      inStory('a plan without progress pages, and fails in minute 60', 'PlanFailed'),
      inStory(
        'a plan without progress pages, fails in minute 60, and the next one completes in minute 66',
        'PlanFailed',
      ),
    ],
    silent: [
      { run: { scenario: 'flapping' }, because: 'plans that are withdrawn have not failed' },
      {
        run: { story: 'a plan without progress pages, and is cancelled in minute 60' },
        because: 'somebody has dealt with it',
      },
    ],
    restart: { run: { scenario: 'failed-plan', restartAt: 13 }, periods: [warning(PLAN_1, 9, 38)] },
  },
  RepeatedFailures: {
    fires: {
      run: { scenario: 'repeated-failures' },
      periods: [warning(EU_1, 50, 120), critical(EU_1, 90, 120)],
      says: {
        minute: 95,
        descriptions: [
          lines(
            'Cluster payments/eu-1, last plan payments-eu-1-0005, not drained: node-0002 (5×), trigger operator (5×).',
            '5 plans have failed within 6h; from 3 on it is a pattern. Their steps failed: timeout (76). The alert ends when a plan completes, 30m after the last failure at the earliest.',
            'Since 1970-01-01 00:08 UTC, last at 1970-01-01 01:29 UTC. Who acts: whoever asks for the plans.',
          ),
          lines(
            'Cluster payments/eu-1, last plan payments-eu-1-0005, not drained: node-0002 (5×), trigger operator (5×).',
            '5 plans have failed within 6h; from 5 on nobody should wait for the next. Their steps failed: timeout (76). The alert ends when a plan completes, 30m after the last failure at the earliest.',
            'Since 1970-01-01 00:08 UTC, last at 1970-01-01 01:29 UTC. Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    alsoFires: [inStory('five plans fail one after the other, then one completes', 'RepeatedFailures')],
    silent: [{ run: { scenario: 'failed-plan' }, because: 'one failure is an accident' }],
    restart: {
      run: { scenario: 'repeated-failures', restartAt: 62 },
      periods: [warning(EU_1, 50, 120), critical(EU_1, 90, 120)],
    },
  },
  TooManyConcurrentMoves: {
    fires: {
      run: { scenario: 'too-many-moves' },
      periods: [critical(EU_1, 11, 33), warning(EU_1, 11, 34)],
      says: {
        minute: 20,
        descriptions: [
          lines(
            'Cluster payments/eu-1, moves of plan payments-eu-1-0001 (12).',
            '12 shards move at once, more than the 4 that its policy allows.',
            'For 5m at least. Who acts: whoever is on call for the mesh.',
          ),
          lines(
            'Cluster payments/eu-1, moves of plan payments-eu-1-0001 (12).',
            '12 shards move at once, more than 1.5 times the 4 that its policy allows.',
            'For 5m at least. Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    silent: [{ run: SMALL_FLEET, because: 'five plans share the moves that the policy allows' }],
    restart: {
      run: { scenario: 'too-many-moves', restartAt: 20 },
      periods: [critical(EU_1, 11, 19), critical(EU_1, 27, 38), warning(EU_1, 11, 19), warning(EU_1, 27, 39)],
    },
  },
  ApprovalPending: {
    fires: {
      run: { scenario: 'approval-backlog' },
      periods: [info(EU_1, 71, 360), warning(EU_1, 251, 360)],
      says: {
        minute: 300,
        descriptions: [
          lines(
            'Cluster payments/eu-1, 20 waiting, the oldest plan payments-eu-1-0001.',
            'Nobody has approved or rejected it for longer than 1h.',
            'Since 1970-01-01 00:05 UTC (4h 55m 0s). Who acts: an approver of rebalances.',
          ),
          lines(
            'Cluster payments/eu-1, 20 waiting, the oldest plan payments-eu-1-0001.',
            'Nobody has approved or rejected it for longer than 4h. The alert ends when none has waited for longer than 1h.',
            'Since 1970-01-01 00:05 UTC (4h 55m 0s). Who acts: an approver of rebalances.',
          ),
        ],
      },
    },
    alsoFires: [inStory('a backlog of approvals of which the oldest is decided every 15 minutes', 'ApprovalPending')],
    silent: [{ run: { scenario: 'healthy', hours: 3 }, because: 'every plan is approved within minutes' }],
    restart: {
      run: { scenario: 'approval-backlog', restartAt: 300 },
      periods: [info(EU_1, 71, 360), warning(EU_1, 251, 360)],
    },
  },
  InProgress: {
    fires: {
      run: { scenario: 'slow-but-moving', clusters: 1 },
      periods: [info(EU_1, 5, 149)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Plans at work: 1. This alert notifies nobody: it is there to mute your own alerts on disks and latency meanwhile.',
            'Now. Who acts: nobody.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'approval-backlog', clusters: 1 }, because: 'a plan that waits for approval moves nothing' },
    ],
    restart: {
      run: { scenario: 'stuck-drain', clusters: 1, restartAt: 40 },
      periods: [info(EU_1, 5, 39), info(EU_1, 41, 120)],
    },
  },
  ImbalanceWhileSteady: {
    fires: {
      run: { scenario: 'imbalance' },
      periods: [info(EU_1, 365, 480)],
      says: {
        minute: 400,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'The fullest node has 200% more shards than the average, and the controller has been steady.',
            'For 6h at least. Who acts: whoever is on call for the mesh.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'approval-backlog' }, because: 'its nodes own one shard more or less than each other' },
      { run: { scenario: 'drained-for-maintenance' }, because: 'a plan has emptied the node on purpose' },
    ],
    restart: { run: { scenario: 'imbalance', restartAt: 200 }, periods: [info(EU_1, 365, 480)] },
  },
  PlansUntracked: {
    fires: {
      run: { scenario: 'plans-untracked' },
      periods: [warning(EU_1, 14, 51)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            '3 plans are folded into plan_id="_OTHER": no alert can name them. Raise maxPlans.',
            'For 5m at least. Who acts: whoever looks after the rebalance controller.',
          ),
        ],
      },
    },
    silent: [{ run: { scenario: 'approval-backlog' }, because: 'two dozen plans are far below the limit' }],
    restart: { run: { scenario: 'plans-untracked', restartAt: 25 }, periods: [warning(EU_1, 14, 51)] },
  },
  ScrapeFailing: {
    fires: {
      run: { scenario: 'metrics-lost' },
      periods: [warning({ ...EU_1, job: 'mesh-controller', instance: 'mesh-controller-1:9464' }, 20, 60)],
      says: {
        minute: 25,
        descriptions: [
          lines(
            'Cluster payments/eu-1.',
            'Scrapes of mesh-controller-1:9464 (job mesh-controller), which exported it, fail.',
            'For 10m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    silent: [
      { run: { scenario: 'restart-during-plan' }, because: 'a restart is over within minutes' },
      { run: { scenario: 'target-lost' }, because: 'nobody scrapes what is no longer there' },
    ],
    restart: {
      run: { scenario: 'metrics-lost', restartAt: 30 },
      periods: [warning({ ...EU_1, job: 'mesh-controller', instance: 'mesh-controller-1:9464' }, 20, 60)],
    },
  },
  LabelsRenamed: {
    fires: {
      run: { file: 'labels-renamed', part: 'fires', minutes: 20 },
      periods: [warning(CONTROLLER, 5, 20)],
      says: {
        minute: 10,
        descriptions: [
          lines(
            'Scrape target 10.0.0.7:9464 (job mesh-controller).',
            'What 10.0.0.7:9464 (job mesh-controller) exports has the namespace or cluster of the scrape target and not of the mesh: every rule and dashboard looks in the wrong place.',
            'For 5m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    silent: [{ run: { file: 'labels-renamed', part: 'silent', minutes: 20 }, because: 'honor_labels keeps them' }],
    restart: {
      run: { file: 'labels-renamed', part: 'restart', minutes: 20 },
      periods: [warning(CONTROLLER, 5, 9), warning({ ...CONTROLLER, instance: '10.0.0.9:9464' }, 16, 20)],
    },
  },
  SeriesOverflow: {
    fires: {
      run: { file: 'series-overflow', part: 'fires', minutes: 20 },
      periods: [warning(CONTROLLER, 10, 20)],
      says: {
        minute: 15,
        descriptions: [
          lines(
            'Scrape target 10.0.0.7:9464 (job mesh-controller).',
            '10.0.0.7:9464 (job mesh-controller) counts what is new under otel_metric_overflow, without namespace and cluster. Raise aggregationCardinalityLimit.',
            'For 5m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    silent: [
      { run: { file: 'series-overflow', part: 'silent', minutes: 20 }, because: 'every cluster is counted apart' },
    ],
    restart: {
      run: { file: 'series-overflow', part: 'restart', minutes: 20 },
      periods: [warning(CONTROLLER, 5, 9)],
    },
  },
  CollectorRefusing: {
    fires: {
      run: { file: 'collector-refusing', part: 'fires', minutes: 35 },
      periods: [warning({ ...GATEWAY, receiver: 'otlp' }, 16, 35)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Scrape target gateway-1:8888 (job otelcol).',
            'Receiver otlp of gateway-1:8888 (job otelcol) refuses 166.7m items a second, mostly because its memory limit is reached.',
            'For 10m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    silent: [
      { run: { file: 'collector-refusing', part: 'silent', minutes: 35 }, because: 'a burst is over within minutes' },
    ],
    restart: {
      run: { file: 'collector-refusing', part: 'restart', minutes: 35 },
      periods: [
        warning({ ...GATEWAY, receiver: 'otlp' }, 16, 23),
        warning({ ...GATEWAY, instance: 'gateway-1b:8888', receiver: 'otlp' }, 32, 35),
      ],
    },
  },
  CollectorExportFailing: {
    fires: {
      run: { file: 'collector-export-failing', part: 'fires', minutes: 35 },
      periods: [warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 16, 35)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Scrape target gateway-1:8888 (job otelcol).',
            'Exporter otlp/jaeger of gateway-1:8888 (job otelcol) loses 1 items a second: it has tried for as long as it may, or they are refused for good.',
            'For 10m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    silent: [
      { run: { file: 'collector-export-failing', part: 'silent', minutes: 35 }, because: 'its queue holds it' },
      {
        run: { file: 'collector-export-failing', part: 'unqueued', minutes: 35 },
        because: 'what an exporter without a queue cannot send stays with the agents',
      },
    ],
    restart: {
      run: { file: 'collector-export-failing', part: 'restart', minutes: 35 },
      periods: [warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 16, 35)],
    },
  },
  CollectorQueueNearlyFull: {
    fires: {
      run: { file: 'collector-queue-nearly-full', part: 'fires', minutes: 30 },
      periods: [warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 20, 30)],
      says: {
        minute: 30,
        descriptions: [
          lines(
            'Scrape target gateway-1:8888 (job otelcol).',
            'The queue of exporter otlp/jaeger of gateway-1:8888 (job otelcol) is 99% full. When it is full, what comes is refused, and lost unless its sender keeps it.',
            'For 10m at least. Who acts: whoever runs Prometheus and the Collectors.',
          ),
        ],
      },
    },
    alsoFires: [
      {
        run: { file: 'collector-queue-nearly-full', part: 'diskFull', minutes: 30 },
        periods: [warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 16, 30)],
      },
    ],
    silent: [
      {
        run: { file: 'collector-queue-nearly-full', part: 'silent', minutes: 35 },
        because: 'a queue is there to be used',
      },
    ],
    restart: {
      run: { file: 'collector-queue-nearly-full', part: 'restart', minutes: 39 },
      periods: [
        warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 20, 24),
        warning({ ...GATEWAY, exporter: 'otlp/jaeger' }, 36, 39),
      ],
    },
  },
};
