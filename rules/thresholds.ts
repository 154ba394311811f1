/**
 * Every number that the rules, their texts, the tuning guide and the dashboards use, in one place.
 *
 * @module
 */

/** Kinds of values: text as Prometheus writes it (`30m`), or a number. */
type Unit = 'duration' | 'count' | 'ratio';

/** One number that a user may change. */
export interface Threshold {
  /** A duration such as `30m`, else a number as text. */
  readonly value: string;
  readonly unit: Unit;
  /** Its meaning, as the end of "decides …". */
  readonly decides: string;
  /** Reason for the default. */
  readonly why: string;
  /** Advice on changing it: for whom, and in which direction. */
  readonly tune: string;
  /** Recommended for fleets of other sizes, where that differs from the default. */
  readonly small?: string;
  readonly large?: string;
}

/** The defaults: for a fleet of medium size, some tens of clusters of up to 200 nodes and 1,000 shards. */
export const THRESHOLDS = {
  rememberedFor: {
    value: '1d',
    unit: 'duration',
    decides: 'how long a cluster that is silent counts as one that should be there',
    why: 'a controller that dies on a Friday evening must still be missed on Saturday',
    tune: 'shorten it where clusters are often taken away for good; lengthen it where nobody looks for days',
  },
  goneWithin: {
    value: '20m',
    unit: 'duration',
    decides: 'how long processes of a cluster may go on after it was taken out of service',
    why: 'standbys are stopped after their leader; what lives for longer has come back, and is missed again',
    tune: 'longer than it takes to remove a deployment, and than `retentionMillis`',
  },
  restartTolerance: {
    value: '5m',
    unit: 'duration',
    decides: 'how long a controller may be away, as in a restart, before what it last said no longer counts',
    why: 'an alert that ends and begins anew with each restart notifies twice, and its wait starts from nothing',
    tune: 'longer than a restart of your controller takes',
  },
  heartbeatTimeout: {
    value: '5m',
    unit: 'duration',
    decides: "age of the control loop's last heartbeat from which it counts as missing",
    why: 'many rounds of a loop that goes round every few seconds, and longer than a restart takes',
    tune: 'at least ten rounds of the loop, and longer than a leader election takes',
  },
  heartbeatConfirm: {
    value: '2m',
    unit: 'duration',
    decides: 'how long the heartbeat must stay missing',
    why: 'a scrape or two that fail are no reason to wake anybody',
    tune: 'at least four scrape intervals',
  },
  absentConfirm: {
    value: '15m',
    unit: 'duration',
    decides: 'how long a known cluster may export nothing',
    why: 'an upgrade, a node replacement or a pod that is scheduled anew is over by then',
    tune: 'longer where controllers may be away for maintenance',
  },
  stuckAfter: {
    value: '30m',
    unit: 'duration',
    decides: 'how long an active plan may move no shard',
    why: 'a slow plan that moves one shard every twenty minutes is no stuck plan',
    tune: 'above the longest time that one shard takes to move: large shards or throttled transfers need more',
    small: '20m',
    large: '45m',
  },
  stuckConfirm: {
    value: '15m',
    unit: 'duration',
    decides: 'how long that must hold before somebody is paged',
    why: 'what resolves by itself within a quarter of an hour needs nobody at night',
    tune: 'shorten it where a plan that stands still costs capacity',
  },
  workBudget: {
    value: '4h',
    unit: 'duration',
    decides: 'how long a plan may work; its wait for approval does not count',
    why: 'most plans are done within an hour; one that makes progress for four may be going in circles',
    tune: 'twice the 99th percentile of your own plans',
    small: '2h',
    large: '8h',
  },
  workConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long a plan must be over its budget',
    why: 'a plan that is about to end needs no ticket',
    tune: 'leave it',
  },
  drainStalledAfter: {
    value: '30m',
    unit: 'duration',
    decides: 'how long a node that drains may give up no shard',
    why: 'as long as for a plan',
    tune: 'as `stuckAfter`; longer where a plan drains many nodes in turn',
    small: '20m',
    large: '45m',
  },
  drainStalledConfirm: {
    value: '30m',
    unit: 'duration',
    decides: 'how long that must hold',
    why: 'in a plan over many nodes, one often waits its turn while others move',
    tune: 'longer where plans drain many nodes in turn',
    large: '1h',
  },
  movesConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long more shards must move than the policy allows',
    why: 'a limit that has just been lowered takes a while to be met',
    tune: 'at least as long as one shard takes to move',
  },
  movesExcess: {
    value: '1.5',
    unit: 'ratio',
    decides: 'moves in flight, as a multiple of the limit, from which it is critical',
    why: 'half as many again as allowed is no longer a rounding error of the controller',
    tune: 'lower it towards 1 where the network or the disks have no reserve',
  },
  failuresWindow: {
    value: '6h',
    unit: 'duration',
    decides: 'the time over which failed plans are counted',
    why: 'long enough to see a controller that tries again every hour or two',
    tune: 'longer where plans are rare',
    small: '12h',
  },
  failuresWarning: {
    value: '3',
    unit: 'count',
    decides: 'failed plans within the window that are worth a ticket',
    why: 'one is an accident, two may be a coincidence',
    tune: 'higher where plans are many and failures cheap',
    large: '5',
  },
  failuresCritical: {
    value: '5',
    unit: 'count',
    decides: 'failed plans within the window that page',
    why: 'a controller that goes on failing will not stop by itself',
    tune: 'above `failuresWarning`',
    large: '10',
  },
  failuresSettled: {
    value: '30m',
    unit: 'duration',
    decides: 'how long no plan may fail before one that completes ends the alerts on failed plans',
    why: 'where plans complete and fail in turn, an alert that ends with each that completes comes back with the next',
    tune: 'longer than your controller takes from one attempt to the next',
  },
  approvalNotice: {
    value: '1h',
    unit: 'duration',
    decides: 'how long a plan may wait for approval before it is mentioned',
    why: 'a person at work answers within the hour',
    tune: 'what your team has promised',
  },
  approvalOverdue: {
    value: '4h',
    unit: 'duration',
    decides: 'how long a plan may wait for approval before it gets a ticket',
    why: 'half a working day',
    tune: 'below the time after which your controller lets requests expire',
  },
  approvalConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long a wait must be over its limit',
    why: 'spares a notice about a plan that is just being approved',
    tune: 'leave it',
  },
  stateBudget: {
    value: '1h',
    unit: 'duration',
    decides: 'how long a controller or a plan may investigate, and how long a controller may stay failed',
    why: 'an investigation gathers what is known; after an hour it waits for something that does not come',
    tune: 'above the longest check that your controller makes before it proposes a plan',
  },
  heldFor: {
    value: '1h',
    unit: 'duration',
    decides: 'how long anything but its approval may hold a plan back before it is mentioned',
    why: 'most incidents, pauses and cooldowns are over within the hour',
    tune: 'the usual length of your maintenance',
  },
  heldTooLong: {
    value: '4h',
    unit: 'duration',
    decides: 'how long anything but its approval may hold a plan back before it gets a ticket',
    why: 'half a working day',
    tune: 'above `heldFor`',
  },
  heldConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long a hold must be over its limit',
    why: 'spares a notice about a plan that is just being released',
    tune: 'leave it',
  },
  guardrailTrips: {
    value: '5',
    unit: 'count',
    decides: 'trips of one guardrail within `guardrailWindow` that count as being held back',
    why: 'a limit is met now and then in ordinary work; again and again, something keeps it there',
    tune: 'by how often your controller says that it was held back',
  },
  guardrailWindow: {
    value: '15m',
    unit: 'duration',
    decides: 'the time over which trips of a guardrail are counted',
    why: 'a few rounds of any controller',
    tune: 'with `guardrailTrips`',
  },
  guardrailConfirm: {
    value: '15m',
    unit: 'duration',
    decides: 'how long a guardrail must hold the controller back',
    why: 'guardrails are meant to hold for a while',
    tune: 'longer where incidents are long',
  },
  inconsistentConfirm: {
    value: '10m',
    unit: 'duration',
    decides: 'how long two controllers of a cluster may lead at once',
    why: 'while one takes over from another, both are seen for a moment; over OTLP up to five minutes',
    tune: 'longer than a rolling upgrade of the controller',
  },
  pausedNotice: {
    value: '1h',
    unit: 'duration',
    decides: 'how long a controller may be paused before it is mentioned',
    why: 'pausing is normal; forgetting to resume is too',
    tune: 'the usual length of your maintenance',
  },
  imbalance: {
    value: '0.3',
    unit: 'ratio',
    decides: 'shards of the fullest node over the average, from which a steady cluster counts as imbalanced',
    why: 'about what one node of four more or less makes',
    tune: 'above the imbalance that your controller puts up with',
  },
  imbalanceShards: {
    value: '3',
    unit: 'count',
    decides: 'shards over the average that an imbalance has at least',
    why: 'with a handful of shards a node, one more is a large share and means nothing',
    tune: 'with the number of shards on a node',
    large: '10',
  },
  imbalanceConfirm: {
    value: '6h',
    unit: 'duration',
    decides: 'how long a steady cluster may be imbalanced',
    why: 'the controller has had every chance by then',
    tune: 'above the cooldown of your controller',
  },
  untrackedConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long plans may be folded into `_OTHER`',
    why: 'what is folded cannot be alerted on by name',
    tune: 'leave it, and raise `maxPlans`',
  },
  invalidWindow: {
    value: '15m',
    unit: 'duration',
    decides: 'how long a refused or mended event is held against the controller',
    why: 'long enough to see a steady trickle',
    tune: 'leave it',
  },
  invalidConfirm: {
    value: '15m',
    unit: 'duration',
    decides: 'how long events must go on being refused or mended',
    why: 'a single bad event is in the logs; a steady trickle is a bug',
    tune: 'leave it',
  },
  clockSkew: {
    value: '2m',
    unit: 'duration',
    decides: "how far a controller's clock may be ahead of Prometheus' or behind it",
    why: 'through a gateway the time of a controller is up to two export intervals old when it is scraped',
    tune: 'above what your time synchronisation holds, and above two export intervals where a gateway is scraped',
  },
  clockConfirm: {
    value: '10m',
    unit: 'duration',
    decides: 'how long a clock must be wrong',
    why: 'clocks are stepped at a start',
    tune: 'leave it',
  },
  scrapeConfirm: {
    value: '5m',
    unit: 'duration',
    decides: 'how long labels may be wrong',
    why: 'a restart is over by then',
    tune: 'at least four scrape intervals',
  },
  targetConfirm: {
    value: '10m',
    unit: 'duration',
    decides: 'how long scrapes of a controller may fail',
    why: 'a controller that is gone has been told of by then, by an alert that says more',
    tune: 'longer than `heartbeatTimeout` and `heartbeatConfirm` together',
  },
  collectorConfirm: {
    value: '10m',
    unit: 'duration',
    decides: 'how long a Collector may refuse, or fail to deliver',
    why: 'its queue holds longer than that',
    tune: 'below what the queue holds: see the Collector documents',
  },
  queueFull: {
    value: '0.8',
    unit: 'ratio',
    decides: 'share of a sending queue from which it counts as nearly full',
    why: 'leaves a fifth to act in',
    tune: 'lower it where the queue is small',
  },
  durationGoal: {
    value: '4h',
    unit: 'duration',
    decides: 'the goal for a plan from creation to end; must be a bound of mesh_rebalance_phase_duration_seconds',
    why: 'half a working day',
    tune: 'what you have promised; the nearest bound',
    small: '2h',
    large: '8h',
  },
  durationObjective: {
    value: '0.95',
    unit: 'ratio',
    decides: 'share of plans that must meet the goal',
    why: 'one plan in twenty may meet trouble',
    tune: 'what you have promised',
  },
} as const satisfies Record<string, Threshold>;

/** The name of a threshold. */
export type ThresholdName = keyof typeof THRESHOLDS;

/** A value for each threshold. */
export type ThresholdValues = Readonly<Record<ThresholdName, string>>;
