import type { LabRun } from './lab-series.js';

/** Series that are written by hand, for what the lab does not have: a part of a file in `cases/`. */
export interface CaseRun {
  readonly file: string;
  readonly part: 'fires' | 'silent' | 'restart';
  readonly minutes: number;
}

/** What an alert is evaluated over. */
export type ProofRun = LabRun | CaseRun;

/** When and for what an alert fires. */
export interface ExpectedPeriod {
  readonly severity: 'critical' | 'warning' | 'info';
  /** All its labels but `alertname` and `severity`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first and the last minute, one more or less. */
  readonly firing: readonly [from: number, to: number];
}

/** A run, and everything that an alert does in it: what is not listed must not fire, for no cluster and no plan. */
export interface Firing {
  readonly run: ProofRun;
  readonly periods: readonly ExpectedPeriod[];
}

/** What shows that an alert is right. */
export interface Proof {
  readonly fires: Firing & {
    /** What it says at one minute: the description of each alert that fires then. */
    readonly says: { readonly minute: number; readonly descriptions: readonly string[] };
  };
  /** More runs in which it fires, for parts of its expression that the first does not reach. */
  readonly alsoFires?: readonly Firing[];
  /** The nearest to it that is no reason for an alarm, with the reason. */
  readonly silent: readonly { readonly run: ProofRun; readonly because: string }[];
  /** Its cause goes on through a restart with which the version and the instance change. */
  readonly restart: Firing;
}

const EU_1 = { namespace: 'payments', cluster: 'eu-1' };
const PLAN_1 = { ...EU_1, plan_id: 'payments-eu-1-0001' };
const GATEWAY = { job: 'otelcol', instance: 'gateway-1:8888' };
const CONTROLLER = { job: 'mesh-controller', instance: '10.0.0.7:9464' };

/** A small fleet: many plans at once in every cluster, all of them in order. */
const SMALL_FLEET = { scenario: 'fleet', clusters: 5 };

function critical(labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod {
  return { severity: 'critical', labels, firing };
}

function warning(labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod {
  return { severity: 'warning', labels, firing };
}

function info(labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod {
  return { severity: 'info', labels, firing };
}

/** Every alert, without its prefix. */
export const PROOF: Readonly<Record<string, Proof>> = {
  ControllerHeartbeatMissing: {
    fires: {
      run: { scenario: 'heartbeat-lost' },
      periods: [critical(EU_1, 17, 60)],
      says: {
        minute: 20,
        descriptions: [
          'The controller of payments/eu-1 gave its last heartbeat 10m 5s ago; 5m is the limit. Nothing approves, drains or moves.',
        ],
      },
    },
    alsoFires: [{ run: { scenario: 'target-lost' }, periods: [critical(EU_1, 17, 60)] }],
    silent: [
      { run: { scenario: 'restart-during-plan' }, because: 'a controller that is away for three minutes comes back' },
    ],
    restart: { run: { scenario: 'heartbeat-lost', restartAt: 30 }, periods: [critical(EU_1, 17, 60)] },
  },
  MetricsAbsent: {
    fires: {
      run: { scenario: 'target-lost' },
      periods: [critical(EU_1, 25, 60)],
      says: {
        minute: 30,
        descriptions: [
          'Nothing has been exported for payments/eu-1 for more than 15m, though it was there within 1d: nobody can see its plans, and no other alert on it can fire.',
        ],
      },
    },
    alsoFires: [{ run: { scenario: 'metrics-lost' }, periods: [critical(EU_1, 25, 60)] }],
    silent: [
      { run: { scenario: 'heartbeat-lost' }, because: 'a process whose loop hangs still exports' },
      { run: { scenario: 'restart-during-plan' }, because: 'a restart is over within minutes' },
    ],
    restart: { run: { scenario: 'target-lost', restartAt: 20 }, periods: [critical(EU_1, 25, 60)] },
  },
  StateInconsistent: {
    fires: {
      run: { scenario: 'two-leaders' },
      periods: [warning(EU_1, 15, 35)],
      says: {
        minute: 20,
        descriptions: ['The controllers of payments/eu-1 show 2 states at once instead of one.'],
      },
    },
    silent: [
      { run: { scenario: 'flapping' }, because: 'one controller whose state changes all the time shows one at a time' },
    ],
    restart: {
      run: { scenario: 'two-leaders', restartAt: 22 },
      // While both are away nobody shows anything; then both are wrong again for ten minutes.
      periods: [warning(EU_1, 15, 21), warning(EU_1, 33, 37)],
    },
  },
  StateBudgetExceeded: {
    fires: {
      run: { scenario: 'investigating-for-ever' },
      periods: [warning({ ...EU_1, state: 'investigating' }, 66, 120)],
      says: {
        minute: 70,
        descriptions: ['The controller of payments/eu-1 has been investigating for more than 1h.'],
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
  GuardrailTripping: {
    fires: {
      run: { scenario: 'guardrail-held' },
      periods: [info({ ...EU_1, guardrail: 'incident' }, 24, 84)],
      says: {
        minute: 60,
        descriptions: ['Guardrail incident has held the controller of payments/eu-1 back 15 times within 15m.'],
      },
    },
    silent: [{ run: SMALL_FLEET, because: 'plans that share few moves meet their limit in ordinary work' }],
    restart: {
      run: { scenario: 'guardrail-held', restartAt: 50 },
      periods: [info({ ...EU_1, guardrail: 'incident' }, 24, 84)],
    },
  },
  Paused: {
    fires: {
      run: { scenario: 'paused' },
      periods: [info(EU_1, 70, 159)],
      says: {
        minute: 90,
        descriptions: [
          'The controller of payments/eu-1 has been paused for more than 1h; nothing moves until it is resumed.',
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
          '8 events of the controller of payments/eu-1 were refused or mended within 15m (unknown_value): what the metrics show may be incomplete.',
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
          'The last heartbeat of the controller of payments/eu-1 lies 5m 0s in the future: ages are wrong by as much, and a dead loop is noticed later.',
        ],
      },
    },
    silent: [{ run: { scenario: 'heartbeat-lost' }, because: 'a heartbeat that grows old lies in the past' }],
    restart: { run: { scenario: 'clock-ahead', restartAt: 30 }, periods: [warning(EU_1, 10, 60)] },
  },
  Stuck: {
    fires: {
      run: { scenario: 'stuck-drain' },
      periods: [critical(PLAN_1, 54, 120)],
      says: {
        minute: 60,
        descriptions: [
          'Plan payments-eu-1-0001 of payments/eu-1 has moved no shard for more than 30m; 8 are left. Neither a pause nor a guardrail holds it back.',
        ],
      },
    },
    silent: [
      {
        run: { scenario: 'slow-but-moving' },
        because: 'a plan that moves a shard every twenty minutes makes progress',
      },
      { run: { scenario: 'paused' }, because: 'a paused controller is meant to stand still' },
      { run: { scenario: 'guardrail-held' }, because: 'a guardrail holds the plan back' },
      { run: { scenario: 'approval-backlog' }, because: 'a plan that waits for approval is not at work' },
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
          'Plan payments-eu-1-0001 of payments/eu-1 has worked for 4h 15m 0s, its wait for approval left out; the budget is 4h.',
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
          'Node node-0003 of payments/eu-1 has given up no shard for more than 30m in plan payments-eu-1-0001; 8 are left on it.',
        ],
      },
    },
    silent: [
      { run: { scenario: 'over-budget' }, because: 'the second of two nodes waits until the first is done' },
      { run: { scenario: 'slow-but-moving' }, because: 'the node gives up a shard every twenty minutes' },
    ],
    restart: {
      run: { scenario: 'stuck-drain', restartAt: 40 },
      periods: [warning({ ...PLAN_1, node: 'node-0003' }, 69, 120)],
    },
  },
  PlanFailed: {
    fires: {
      run: { scenario: 'failed-plan' },
      periods: [warning(PLAN_1, 9, 23)],
      says: {
        minute: 12,
        descriptions: [
          'Plan payments-eu-1-0001 of payments/eu-1 has failed. The alert ends when the plan retires from the metrics, 15 min after its end by default.',
        ],
      },
    },
    silent: [{ run: { scenario: 'flapping' }, because: 'plans that are withdrawn have not failed' }],
    // A new controller does not know of plans that have ended.
    restart: { run: { scenario: 'failed-plan', restartAt: 13 }, periods: [warning(PLAN_1, 9, 12)] },
  },
  RepeatedFailures: {
    fires: {
      run: { scenario: 'repeated-failures' },
      periods: [warning(EU_1, 50, 120), critical(EU_1, 90, 120)],
      says: {
        minute: 95,
        descriptions: [
          '5 plans of payments/eu-1 have failed within 6h; from 3 on it is a pattern.',
          '5 plans of payments/eu-1 have failed within 6h; from 5 on nobody should wait for the next.',
        ],
      },
    },
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
          '12 shards of payments/eu-1 move at once, more than its policy allows.',
          '12 shards of payments/eu-1 move at once, more than 1.5 times what its policy allows.',
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
          'A plan of payments/eu-1 has waited for approval for 4h 55m 0s; 1h is expected at most.',
          'A plan of payments/eu-1 has waited for approval for 4h 55m 0s; after 4h somebody has to answer.',
        ],
      },
    },
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
          '1 plans of payments/eu-1 are at work. This alert notifies nobody: it is there to mute your own alerts on disks and latency meanwhile.',
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
          'The fullest node of payments/eu-1 has 200% more shards than the average, and the controller has been steady.',
        ],
      },
    },
    silent: [
      { run: { scenario: 'approval-backlog' }, because: 'its nodes own one shard more or less than each other' },
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
          '3 plans of payments/eu-1 are folded into plan_id="_OTHER": no alert can name them. Raise `maxPlans`.',
        ],
      },
    },
    silent: [{ run: { scenario: 'approval-backlog' }, because: 'two dozen plans are far below the limit' }],
    restart: { run: { scenario: 'plans-untracked', restartAt: 25 }, periods: [warning(EU_1, 14, 51)] },
  },
  ScrapeFailing: {
    fires: {
      run: { scenario: 'metrics-lost' },
      periods: [warning({ ...EU_1, job: 'mesh-controller', instance: 'mesh-controller-1:9464' }, 15, 60)],
      says: {
        minute: 20,
        descriptions: ['Scrapes of mesh-controller-1:9464 (job mesh-controller), which exported payments/eu-1, fail.'],
      },
    },
    silent: [
      { run: { scenario: 'restart-during-plan' }, because: 'a restart is over within minutes' },
      { run: { scenario: 'target-lost' }, because: 'nobody scrapes what is no longer there' },
    ],
    restart: {
      run: { scenario: 'metrics-lost', restartAt: 30 },
      periods: [warning({ ...EU_1, job: 'mesh-controller', instance: 'mesh-controller-1:9464' }, 15, 60)],
    },
  },
  LabelsRenamed: {
    fires: {
      run: { file: 'labels-renamed', part: 'fires', minutes: 20 },
      periods: [warning(CONTROLLER, 5, 20)],
      says: {
        minute: 10,
        descriptions: [
          'What 10.0.0.7:9464 (job mesh-controller) exports has the namespace or cluster of the scrape target and not of the mesh: every rule and dashboard looks in the wrong place.',
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
          '10.0.0.7:9464 (job mesh-controller) counts what is new under otel_metric_overflow, without namespace and cluster. Raise `aggregationCardinalityLimit`.',
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
          'Receiver otlp of gateway-1:8888 (job otelcol) refuses 166.7m items a second, mostly because its memory limit is reached.',
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
          'Exporter otlp/jaeger of gateway-1:8888 (job otelcol) gives up 1 items a second: it cannot send them, or its queue is full. What no sender keeps for another try is lost.',
        ],
      },
    },
    silent: [{ run: { file: 'collector-export-failing', part: 'silent', minutes: 35 }, because: 'its queue holds it' }],
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
          'The queue of exporter otlp/jaeger of gateway-1:8888 (job otelcol) is 99% full. When it is full, data is lost.',
        ],
      },
    },
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
