import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { evaluate, RELEASES } from './evaluation.js';
import { type ExpectedPeriod, expectPeriods } from './expected-periods.js';
import { STORIES } from './stories.js';

const EU_1 = { namespace: 'payments', cluster: 'eu-1' };
const plan = (plan_id: string) => ({ ...EU_1, plan_id });

/** Everything that fires in a story but InProgress, by alert. */
type Firing = Readonly<Record<string, readonly ExpectedPeriod[]>>;
const critical = (labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod => ({
  severity: 'critical',
  labels,
  firing,
});
const warning = (labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod => ({
  severity: 'warning',
  labels,
  firing,
});
const info = (labels: ExpectedPeriod['labels'], ...firing: [number, number]): ExpectedPeriod => ({
  severity: 'info',
  labels,
  firing,
});

/** Due in the same minutes whatever the clock: at work from minute 10 on, 30 and 15 (30) min; waiting from 4 on, 60 and 5. */
const STUCK_AND_OVERDUE: Firing = {
  Stuck: [critical(plan('hangs'), 56, 100)],
  NodeDrainStalled: [warning({ ...plan('hangs'), node: 'node-a' }, 71, 100)],
  ApprovalPending: [info(EU_1, 70, 100)],
};
const WRONG_CLOCK: Firing = { ...STUCK_AND_OVERDUE, ClockSkew: [warning(EU_1, 10, 100)] };

const KILLED: Firing = { ControllerHeartbeatMissing: [critical(EU_1, 26, 90)] };
const KILLED_WITH_WRONG_CLOCK: Firing = { ...KILLED, ClockSkew: [warning(EU_1, 10, 28)] };

const EXPECTED: Readonly<Record<string, Firing>> = {
  'a clock that is right': STUCK_AND_OVERDUE,
  'a clock 37 minutes behind': WRONG_CLOCK,
  'a clock 37 minutes ahead': WRONG_CLOCK,
  'a clock a day behind': WRONG_CLOCK,
  'a clock a day ahead': WRONG_CLOCK,
  // Its clock starts anew with the release, in minute 69, and with each move.
  'resumed after 55 minutes, with moves of 25 minutes': {},
  'grows by a shard every 13 minutes and moves none': {
    Stuck: [critical(plan('grows'), 51, 150)],
    NodeDrainStalled: [warning({ ...plan('grows'), node: 'node-a' }, 66, 150)],
  },
  // The first shard that went, in minute 13, was progress.
  'goes and comes back every 8 minutes': {
    Stuck: [critical(plan('swings'), 59, 150)],
    NodeDrainStalled: [warning({ ...plan('swings'), node: 'node-a' }, 74, 150)],
  },
  'a guardrail that trips every 17 minutes holds a plan for hours': {
    PlanHeld: [
      info({ ...plan('held'), reason: 'incident' }, 72, 300),
      warning({ ...plan('held'), reason: 'incident' }, 252, 300),
    ],
  },
  'one plan holds all three slots, five others wait': {
    Stuck: [critical(plan('holder'), 51, 200)],
    NodeDrainStalled: [warning({ ...plan('holder'), node: 'node-a' }, 66, 200)],
    PlanHeld: [1, 2, 3, 4, 5].map((victim) =>
      info({ ...plan(`victim-${victim}`), reason: 'maxConcurrentMoves' }, 74, 200),
    ),
  },
  'one of four nodes is emptied by a plan and stays so': {},
  'one of four nodes is new and never filled': { ImbalanceWhileSteady: [info(EU_1, 361, 600)] },
  'a leader and its standby': {},
  'two leaders from minute 20 to 60': { StateInconsistent: [warning(EU_1, 30, 59)] },
  'two leaders, of which one has never said so': { StateInconsistent: [warning(EU_1, 30, 60)] },
  'a leader that steps down in minute 20, and nobody follows': { NoLeader: [critical(EU_1, 27, 60)] },
  'a leader that is killed in minute 20, and nobody follows': {
    NoLeader: [critical(EU_1, 27, 60)],
    ScrapeFailing: [scrapeFailing(1, 25, 60)],
  },
  'hand-overs of 40 seconds': {},
  'a leader whose loop hangs, beside a standby': { ControllerHeartbeatMissing: [critical(EU_1, 27, 60)] },
  'taken out of service in minute 20, and said so': {},
  'taken out of service in minute 20, and not said': { ControllerHeartbeatMissing: [critical(EU_1, 27, 400)] },
  'taken out of service, back in minute 40, and killed in minute 90': {
    ControllerHeartbeatMissing: [critical(EU_1, 97, 130)],
    ScrapeFailing: [scrapeFailing(1, 45, 130), scrapeFailing(2, 95, 130)],
  },
  'a controller without heartbeats that is killed in minute 20': {
    MetricsAbsent: [critical(EU_1, 35, 90)],
    ScrapeFailing: [scrapeFailing(1, 25, 90)],
  },
  'a controller without heartbeats that is killed in minute 20, and again in minute 60': {
    MetricsAbsent: [critical(EU_1, 35, 49), critical(EU_1, 75, 100)],
    ScrapeFailing: [scrapeFailing(1, 25, 100), scrapeFailing(2, 65, 100)],
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

for (const release of RELEASES) {
  describe(`what is played as events, in Prometheus ${release}`, function () {
    this.timeout(120_000);

    for (const story of Object.keys(STORIES)) {
      it(story, async () => {
        const { periods } = await evaluate({ story }, release);
        const expected = EXPECTED[story] ?? expect.fail('nothing is said of it');
        const alerts = new Set(periods.map(({ alert }) => alert.slice(ALERT_PREFIX.length)));
        alerts.delete('InProgress');
        expect([...alerts]).to.have.members(Object.keys(expected));
        for (const [alert, wanted] of Object.entries(expected)) {
          expectPeriods(
            periods.filter((period) => period.alert === `${ALERT_PREFIX}${alert}`),
            wanted,
          );
        }
      });
    }
  });
}
