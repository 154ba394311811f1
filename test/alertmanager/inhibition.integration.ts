import { expect } from 'chai';
import { until } from '../support/until.js';
import type { Alertmanager, PostedAlert, ShownAlert } from './alertmanager.js';
import { forEachRelease } from './for-each-release.js';
import { DEFINITIONS, ruleAlert } from './rule-alert.js';
import type { StandIn } from './stand-in.js';

const AT = { namespace: 'payments', cluster: 'eu-1' };
const PLAN = { ...AT, plan_id: 'plan-7' };
const DRAIN = { ...PLAN, node: 'node-a' };
const TARGET = { job: 'controller', instance: 'a:9464' };
/** Labels by which alerts could wrongly be taken for one cluster's. */
const NEIGHBOURS = {
  'another cluster': { namespace: 'payments', cluster: 'eu-2' },
  'another namespace': { namespace: 'search', cluster: 'eu-1' },
  'no cluster': { namespace: 'payments' },
  'no namespace': { cluster: 'eu-1' },
  'neither of them': {},
};

/** Namespace and cluster of the alerts that come after all others. */
const MARK = 'sentinel';

forEachRelease(
  ({ version }) => `the inhibition of Alertmanager ${version}`,
  {},
  ({ start }) => {
    let standIn: StandIn;
    let alertmanager: Alertmanager;

    beforeEach(async () => {
      ({ standIn, alertmanager } = await start());
    });

    /** Which of the alerts are muted, once Alertmanager has considered all of them. */
    async function muted(alerts: readonly PostedAlert[]): Promise<PostedAlert[]> {
      // It takes alerts in the order of their arrival: when the last one mutes, all have been considered.
      const last = { namespace: MARK, cluster: MARK };
      const sentinels = [ruleAlert('PlanFailed', last), ruleAlert('ControllerHeartbeatMissing', last)];
      await alertmanager.post([...alerts, ...sentinels]);
      const shown = await until(async () => {
        const all = await alertmanager.alerts();
        const isMuted = all.some((alert) => alert.labels['cluster'] === MARK && isSuppressed(alert));
        return isMuted && all.length === alerts.length + sentinels.length ? all : undefined;
      });
      return alerts.filter(({ labels }) =>
        shown.some(
          (alert) => isSuppressed(alert) && JSON.stringify(sorted(alert.labels)) === JSON.stringify(sorted(labels)),
        ),
      );
    }

    it('leaves of a cluster without heartbeat that alert only', async () => {
      const heartbeat = ruleAlert('ControllerHeartbeatMissing', AT);
      const others = DEFINITIONS.filter(
        ({ name, labels }) => name !== 'ControllerHeartbeatMissing' && labels.includes('cluster'),
      );
      const all = others.map(({ name, severity, labels }) => {
        const more = Object.fromEntries(labels.map((label) => [label, `some-${label}`]));
        return ruleAlert(name, { ...more, ...AT }, severity);
      });
      expect(all).to.have.length.above(18);
      expect(await muted([heartbeat, ...all])).to.deep.equal(all);
    });

    it('leaves alerts on targets alone, which belong to no cluster', async () => {
      const onTargets = ['LabelsRenamed', 'SeriesOverflow', 'CollectorRefusing'].map((name) => ruleAlert(name, TARGET));
      expect(await muted([ruleAlert('ControllerHeartbeatMissing', AT), ...onTargets])).to.deep.equal([]);
    });

    it('leaves alerts of your own alone', async () => {
      const own = { labels: { ...AT, alertname: 'DiskFull', severity: 'warning' } };
      expect(await muted([ruleAlert('ControllerHeartbeatMissing', AT), own])).to.deep.equal([]);
    });

    it('mutes what is left over from before the metrics of a cluster went', async () => {
      const absent = ruleAlert('MetricsAbsent', AT);
      const failures = ruleAlert('RepeatedFailures', AT, 'critical');
      expect(await muted([absent, failures, ruleAlert('ScrapeFailing', { ...AT, ...TARGET })])).to.have.length(2);
    });

    it('prefers the heartbeat to the metrics when both are missing', async () => {
      const absent = ruleAlert('MetricsAbsent', AT);
      expect(await muted([absent, ruleAlert('ControllerHeartbeatMissing', AT)])).to.deep.equal([absent]);
    });

    it('mutes an alert that is there with a higher severity', async () => {
      const pair = (name: string, low: 'info' | 'warning', high: 'warning' | 'critical') => [
        ruleAlert(name, AT, low),
        ruleAlert(name, AT, high),
      ];
      const alerts = [
        ...pair('RepeatedFailures', 'warning', 'critical'),
        ...pair('TooManyConcurrentMoves', 'warning', 'critical'),
        ...pair('ApprovalPending', 'info', 'warning'),
      ];
      expect(await muted(alerts)).to.deep.equal(alerts.filter((_, index) => index % 2 === 0));
    });

    it('does not mute a lower severity of another alert or of another plan', async () => {
      const higher = ruleAlert('PlanFailed', PLAN);
      const critical = { ...higher, labels: { ...higher.labels, severity: 'critical' } };
      const otherPlan = ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-8' });
      const otherAlert = ruleAlert('StateBudgetExceeded', { ...PLAN, state: 'investigating' });
      expect(await muted([critical, otherPlan, otherAlert])).to.deep.equal([]);
    });

    it('mutes the stalled drains of a stuck plan, and not those of another', async () => {
      const drain = ruleAlert('NodeDrainStalled', DRAIN);
      const other = ruleAlert('NodeDrainStalled', { ...DRAIN, plan_id: 'plan-8' });
      expect(await muted([ruleAlert('Stuck', PLAN), drain, other])).to.deep.equal([drain]);
    });

    it('mutes plans that wait for the slots of a stuck one, and not what else is held', async () => {
      const waits = ruleAlert('PlanHeld', { ...AT, plan_id: 'plan-8', reason: 'maxConcurrentMoves' }, 'warning');
      const paused = ruleAlert('PlanHeld', { ...AT, plan_id: 'plan-9', reason: 'paused' }, 'warning');
      expect(await muted([ruleAlert('Stuck', PLAN), waits, paused])).to.deep.equal([waits]);
    });

    it('mutes what says less of a plan that was stuck when it failed', async () => {
      const failed = ruleAlert('PlanFailed', PLAN, 'warning');
      const late = ruleAlert('RunningTooLong', PLAN);
      const other = ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-8' }, 'warning');
      expect(await muted([ruleAlert('PlanFailed', PLAN, 'critical'), failed, late, other])).to.deep.equal([
        failed,
        late,
      ]);
    });

    it('mutes each plan that fails once failures repeat, and no page of one that was stuck', async () => {
      const failed = ruleAlert('PlanFailed', PLAN, 'warning');
      const page = ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-8' }, 'critical');
      expect(await muted([ruleAlert('RepeatedFailures', AT, 'warning'), failed, page])).to.deep.equal([failed]);
    });

    it('leaves of a cluster without leader that alert only', async () => {
      const stuck = ruleAlert('Stuck', PLAN);
      const scrape = ruleAlert('ScrapeFailing', { ...AT, ...TARGET });
      expect(await muted([ruleAlert('NoLeader', AT), stuck, scrape])).to.deep.equal([stuck, scrape]);
    });

    for (const [title, labels] of Object.entries(NEIGHBOURS)) {
      it(`never reaches from a cluster to an alert with ${title}`, async () => {
        const targets = [
          ruleAlert('PlanFailed', { ...labels, plan_id: 'plan-7' }),
          ruleAlert('TooManyConcurrentMoves', labels, 'warning'),
          ruleAlert('ApprovalPending', labels, 'info'),
          ruleAlert('NodeDrainStalled', { ...labels, plan_id: 'plan-7' }),
        ];
        const sources = [
          ruleAlert('ControllerHeartbeatMissing', AT),
          ruleAlert('RepeatedFailures', AT, 'critical'),
          ruleAlert('TooManyConcurrentMoves', AT, 'critical'),
          ruleAlert('ApprovalPending', AT, 'warning'),
          ruleAlert('Stuck', PLAN),
        ];
        const found = await muted([...targets, ...sources]);
        expect(found.filter((alert) => targets.includes(alert))).to.deep.equal([]);
      });

      it(`never reaches from an alert with ${title} to a cluster`, async () => {
        const targets = [
          ruleAlert('PlanFailed', PLAN),
          ruleAlert('TooManyConcurrentMoves', AT, 'warning'),
          ruleAlert('ApprovalPending', AT, 'info'),
          ruleAlert('NodeDrainStalled', DRAIN),
        ];
        const sources = [
          ruleAlert('ControllerHeartbeatMissing', labels),
          ruleAlert('MetricsAbsent', labels),
          ruleAlert('RepeatedFailures', labels, 'critical'),
          ruleAlert('TooManyConcurrentMoves', labels, 'critical'),
          ruleAlert('ApprovalPending', labels, 'warning'),
          ruleAlert('Stuck', { ...labels, plan_id: 'plan-7' }),
        ];
        const found = await muted([...sources, ...targets]);
        expect(found.filter((alert) => targets.includes(alert))).to.deep.equal([]);
      });
    }

    it('has alerts without a cluster mute none that has none either', async () => {
      const alerts = [
        ruleAlert('ControllerHeartbeatMissing', {}),
        ruleAlert('MetricsAbsent', {}),
        ruleAlert('RepeatedFailures', {}, 'critical'),
        ruleAlert('RepeatedFailures', {}, 'warning'),
        ruleAlert('Stuck', {}),
        ruleAlert('NodeDrainStalled', { node: 'node-a' }),
      ];
      expect(await muted(alerts)).to.deep.equal([]);
    });

    it('leaves no incident open when what it muted meanwhile has ended', async () => {
      const stuck = ruleAlert('Stuck', PLAN);
      const heartbeat = ruleAlert('ControllerHeartbeatMissing', AT);
      await alertmanager.post([stuck]);
      await until(() => standIn.received.pagerduty.length > 0);
      await alertmanager.post([heartbeat]);
      const lastClass = () => standIn.messages('pagerduty').at(-1).payload.class;
      await until(() => lastClass() === 'MeshRebalanceControllerHeartbeatMissing');
      await alertmanager.resolve([stuck]);
      await until(async () => (await alertmanager.alerts()).length === 1);
      await alertmanager.resolve([heartbeat]);
      await until(() => standIn.messages('pagerduty').at(-1).event_action === 'resolve');
      const keys = standIn.messages('pagerduty').map(({ dedup_key }) => dedup_key);
      expect(new Set(keys)).to.have.property('size', 1);
    });
  },
);

function isSuppressed({ status }: ShownAlert): boolean {
  return status.state === 'suppressed' && status.inhibitedBy.length > 0;
}

function sorted(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
