import { critical, type ExpectedPeriod, info, warning } from './expected-periods.js';

const EU_1 = { namespace: 'payments', cluster: 'eu-1' };
const plan = (plan_id: string) => ({ ...EU_1, plan_id });

/** Everything that fires in a story but InProgress, by alert. */
type Firing = Readonly<Record<string, readonly ExpectedPeriod[]>>;

/** Due in the same minutes whatever the clock: at work from minute 10 on, 30 and 15 (30) min; waiting from 4 on, 60 and 5. */
const STUCK_AND_OVERDUE: Firing = {
  Stuck: [critical(plan('hangs'), 56, 100)],
  NodeDrainStalled: [warning({ ...plan('hangs'), node: 'node-a' }, 71, 100)],
  ApprovalPending: [info(EU_1, 70, 100)],
};
const WRONG_CLOCK: Firing = { ...STUCK_AND_OVERDUE, ClockSkew: [warning(EU_1, 10, 100)] };

const KILLED: Firing = { ControllerHeartbeatMissing: [critical(EU_1, 26, 90)] };
const KILLED_WITH_WRONG_CLOCK: Firing = { ...KILLED, ClockSkew: [warning(EU_1, 10, 28)] };

/** What fires in each story. */
export const EXPECTED: Readonly<Record<string, Firing>> = {
  'a clock that is right': STUCK_AND_OVERDUE,
  'a clock 37 minutes behind': WRONG_CLOCK,
  'a clock 37 minutes ahead': WRONG_CLOCK,
  'a clock a day behind': WRONG_CLOCK,
  'a clock a day ahead': WRONG_CLOCK,
  // Without progress for 105 minutes when it is released, and then for two: nothing is stuck or stalled.
  'paused for 100 minutes with a move under way that takes as long': {
    Paused: [info(EU_1, 70, 109)],
    PlanHeld: [info({ ...plan('paused'), reason: 'paused' }, 76, 109)],
  },
  'a plan fails in minute 38, for 33 minutes without progress': {
    PlanFailed: [warning(plan('hangs'), 38, 110)],
  },
  // The page goes on as that of a failed plan, until it retires; the ticket until another completes.
  'a plan without progress pages, and fails in minute 60': {
    Stuck: [critical(plan('hangs'), 51, 59)],
    PlanFailed: [critical(plan('hangs'), 60, 79), warning(plan('hangs'), 60, 110)],
  },
  'a plan without progress pages, and is cancelled in minute 60': { Stuck: [critical(plan('hangs'), 51, 59)] },
  'a plan without progress pages, fails in minute 60, and the next one completes in minute 66': {
    Stuck: [critical(plan('hangs'), 51, 59)],
    PlanFailed: [critical(plan('hangs'), 60, 65), warning(plan('hangs'), 60, 90)],
  },
  'a plan without progress pages, moves a shard in minute 63, and fails in minute 71': {
    Stuck: [critical(plan('hangs'), 51, 62)],
    PlanFailed: [warning(plan('hangs'), 71, 100)],
  },
  'a plan without progress pages, is cancelled in minute 60, and its id is used for one that fails at once': {
    Stuck: [critical(plan('hangs'), 51, 59)],
    PlanFailed: [warning(plan('hangs'), 70, 90)],
  },
  'a backlog of approvals of which the oldest is decided every 15 minutes': {
    ApprovalPending: [info(EU_1, 70, 544), warning(EU_1, 250, 544)],
  },
  'a leader 53 minutes behind its standby fails a plan in minute 20, and completes one in minute 27': {
    ClockSkew: [warning(EU_1, 10, 80)],
    PlanFailed: [warning(plan('fails'), 20, 50)],
  },
  'five plans fail one after the other, then one completes': {
    PlanFailed: [0, 1, 2, 3, 4].map((round) => warning(plan(`plan-${round}`), 9 + 20 * round, 119)),
    RepeatedFailures: [warning(EU_1, 50, 119), critical(EU_1, 90, 119)],
  },
  'a guardrail that trips every 17 minutes holds a plan for hours': {
    PlanHeld: [
      info({ ...plan('held'), reason: 'incident' }, 72, 300),
      warning({ ...plan('held'), reason: 'incident' }, 252, 300),
    ],
  },
  // What has not been approved has nothing to go on with when the pause is over.
  'paused for 6 minutes while one plan is looked into, and another was approved': {
    Stuck: [critical(plan('approved'), 60, 100)],
    StateBudgetExceeded: [warning({ ...EU_1, state: 'investigating', plan_id: 'looked-into' }, 63, 100)],
  },
  // The hold lapses in minute 23; half an hour later it is stuck.
  'approved while a guardrail holds it that nobody clears, and never begun': {
    Stuck: [critical(plan('forgotten'), 68, 100)],
  },
  // Held from minute 188 on, not from minute 7.
  'a guardrail that trips before and after an approval of three hours': {
    ApprovalPending: [info(EU_1, 70, 186)],
    PlanHeld: [info({ ...plan('late'), reason: 'cooldown' }, 254, 270)],
  },
  'a plan that tells no totals waits for the slot that another holds': {
    Stuck: [critical(plan('hangs'), 55, 110)],
    NodeDrainStalled: [warning({ ...plan('hangs'), node: 'node-a' }, 70, 110)],
    PlanHeld: [info({ ...plan('waits'), reason: 'maxConcurrentMoves' }, 75, 110)],
  },
  // Held since minute 7, although it is released each time: nothing moves.
  'a guardrail that trips every 22 minutes and is cleared 6 minutes later, and nothing moves': {
    PlanHeld: [info({ ...plan('held'), reason: 'cooldown' }, 73, 160)],
  },
  'paused for 5 minutes every 26 minutes, with a move that hangs': {
    PlanHeld: [info({ ...plan('paused'), reason: 'paused' }, 75, 160)],
  },
  // Each pause is another one: what stands still meanwhile is stuck.
  'paused for 3 minutes, free for over an hour, and that twice more, with a move that hangs': {
    Stuck: [critical(plan('hangs'), 57, 83), critical(plan('hangs'), 133, 159)],
    NodeDrainStalled: [
      warning({ ...plan('hangs'), node: 'node-a' }, 71, 83),
      warning({ ...plan('hangs'), node: 'node-a' }, 147, 159),
    ],
  },
  // The third time that it is let go, in minute 68, is no progress any more.
  'a plan that asks for its approval every 23 minutes and is given it 2 minutes later, and nothing moves': {
    Stuck: [critical(plan('asks'), 83, 140)],
  },
  'a plan at work asks for its approval in minute 20, which expires in minute 80': {
    Stuck: [critical(plan('asks'), 125, 140)],
  },
  // Its third beginning, in minute 73, is no progress any more.
  'a plan that goes back to wait every 25 minutes and begins anew 3 minutes later, and nothing moves': {
    Stuck: [critical(plan('flaps'), 88, 130)],
  },
  // It waits from minute 4 on, and again whenever it has failed.
  'one slot, which a plan that fails each time shares with one that goes on': {
    PlanHeld: [info({ ...plan('fails'), reason: 'maxConcurrentMoves' }, 70, 160)],
  },
  'three moves that hang take every slot, and four other plans wait for one': {
    Stuck: [critical(plan('hangs'), 51, 120)],
    NodeDrainStalled: [warning({ ...plan('hangs'), node: 'node-a' }, 66, 120)],
    PlanHeld: [0, 1, 2, 3].map((round) =>
      info({ ...plan(`waits-${round}`), reason: 'maxConcurrentMoves' }, 78 + 3 * round, 120),
    ),
  },
  'moves of one plan take both slots again and again, with a minute in between, and two other plans wait for one': {
    PlanHeld: [0, 1].map((round) =>
      info({ ...plan(`waits-${round}`), reason: 'maxConcurrentMoves' }, 72 + 3 * round, 130),
    ),
  },
  'a plan that gains two shards every 25 minutes and moves none': {
    Stuck: [critical(plan('grows'), 51, 130)],
    NodeDrainStalled: [warning({ ...plan('grows'), node: 'node-a' }, 66, 130)],
  },
  // The first that leave, in minute 27, are progress.
  'two shards that leave a node every 20 minutes and come back: 14, 12, 14': {
    Stuck: [critical(plan('swings'), 73, 150)],
    NodeDrainStalled: [warning({ ...plan('swings'), node: 'node-a' }, 88, 150)],
  },
  'one of four nodes is drained for maintenance and stays empty': {},
  'one of four nodes is new and never filled': { ImbalanceWhileSteady: [info(EU_1, 361, 600)] },
  'a leader and its standby': {},
  'two leaders from minute 20 to 60': { StateInconsistent: [warning(EU_1, 30, 59)] },
  'two leaders, of which one has never said so': { StateInconsistent: [warning(EU_1, 30, 60)] },
  'a leader that fails a plan in minute 10 and is killed in minute 20; its standby follows in minute 40': {
    NoLeader: [critical(EU_1, 27, 40)],
    PlanFailed: [warning(plan('fails'), 10, 60)],
    ScrapeFailing: [scrapeFailing(1, 30, 60)],
  },
  'a leader that is killed in minute 20, and nobody follows': {
    NoLeader: [critical(EU_1, 27, 60)],
    ScrapeFailing: [scrapeFailing(1, 30, 60)],
  },
  'hand-overs of 40 seconds': {},
  'a leader whose loop hangs, beside a standby': { ControllerHeartbeatMissing: [critical(EU_1, 27, 60)] },
  'taken out of service in minute 20, and said so; its standby goes in minute 32': {},
  'taken out of service in minute 20, and back in minute 60 with standbys only': {
    NoLeader: [critical(EU_1, 62, 100)],
  },
  'without heartbeats, taken out of service in minute 20, and said so': {},
  'taken out of service, back in minute 40, and killed in minute 90': {
    ControllerHeartbeatMissing: [critical(EU_1, 97, 130)],
    ScrapeFailing: [scrapeFailing(1, 50, 130), scrapeFailing(2, 100, 130)],
  },
  'a controller without heartbeats that is killed in minute 20, and again in minute 60': {
    MetricsAbsent: [critical(EU_1, 35, 49), critical(EU_1, 75, 100)],
    ScrapeFailing: [scrapeFailing(1, 30, 100), scrapeFailing(2, 70, 100)],
  },
  'a leader that steps down in minute 20, and both processes are replaced in minute 40': {
    NoLeader: [critical(EU_1, 27, 60)],
  },
  // The gateway goes on showing the last values for five minutes; the age of the heartbeat goes on too.
  'killed in minute 20 behind a gateway, with a clock that is right': KILLED,
  'killed in minute 20 behind a gateway, with a clock 37 minutes behind': KILLED_WITH_WRONG_CLOCK,
  'killed in minute 20 behind a gateway, with a clock 37 minutes ahead': KILLED_WITH_WRONG_CLOCK,
};

function scrapeFailing(number: number, from: number, to: number): ExpectedPeriod {
  return warning({ ...EU_1, job: 'mesh-controller', instance: `mesh-controller-${number}:9464` }, from, to);
}
