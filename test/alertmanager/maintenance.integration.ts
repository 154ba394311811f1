import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { Alertmanager } from './alertmanager.js';
import { daysAround } from './configuration.js';
import { RELEASES } from './release.js';
import { ruleAlert } from './rule-alert.js';
import { StandIn } from './stand-in.js';

const AT = { namespace: 'payments', cluster: 'eu-1' };

for (const release of RELEASES) {
  describe(`a maintenance window of Alertmanager ${release.version}`, function () {
    this.timeout(30_000);
    let standIn: StandIn;
    let alertmanager: Alertmanager;

    before(async function () {
      // A machine that has none of its modules yet takes minutes.
      this.timeout(900_000);
      await program(release.alertmanager);
    });
    beforeEach(async () => {
      standIn = await StandIn.start();
    });
    afterEach(async () => {
      await alertmanager.stop();
      await standIn.stop();
    });

    const window = (offset: 'now' | 'far') => ({
      receivers: standIn.url,
      maintenanceOn: daysAround(new Date(), offset),
    });
    const ticketed = (): string[] =>
      standIn
        .messages('tickets')
        .map(({ groupLabels }) => groupLabels.alertname)
        .sort();

    it('holds back waiting and long plans until it is over, and nothing else', async () => {
      alertmanager = await Alertmanager.start(release, window('now'));
      // In this order, and of another cluster, so that the heartbeat mutes none of them.
      await alertmanager.post([
        ruleAlert('ApprovalPending', AT, 'warning'),
        ruleAlert('RunningTooLong', { ...AT, plan_id: 'plan-7' }),
      ]);
      await alertmanager.post([
        ruleAlert('ControllerHeartbeatMissing', { ...AT, cluster: 'eu-2' }),
        ruleAlert('Stuck', { ...AT, plan_id: 'plan-8' }),
        ruleAlert('MetricsAbsent', { ...AT, cluster: 'eu-3' }),
      ]);
      const others = [
        ruleAlert('NodeDrainStalled', { ...AT, plan_id: 'plan-7', node: 'node-a' }),
        ruleAlert('PlanFailed', { ...AT, plan_id: 'plan-9' }),
        ruleAlert('RepeatedFailures', AT, 'warning'),
      ];
      const expected = ['MeshRebalanceNodeDrainStalled', 'MeshRebalancePlanFailed', 'MeshRebalanceRepeatedFailures'];
      await alertmanager.post(others);
      await eventually(() => standIn.received.tickets.length >= expected.length || undefined);
      await eventually(() => standIn.received.pagerduty.length >= 3 || undefined);
      expect(ticketed()).to.deep.equal(expected);
      const pages = standIn.messages('pagerduty').map(({ payload }) => payload.class);
      expect(pages).to.have.members([
        'MeshRebalanceControllerHeartbeatMissing',
        'MeshRebalanceMetricsAbsent',
        'MeshRebalanceStuck',
      ]);

      await alertmanager.reconfigure(window('far'));
      await eventually(() => standIn.received.tickets.length >= 5 || undefined);
      const after = [...expected, 'MeshRebalanceApprovalPending', 'MeshRebalanceRunningTooLong'].sort();
      expect([...new Set(ticketed())]).to.deep.equal(after);
    });

    it('on other days holds nothing back', async () => {
      alertmanager = await Alertmanager.start(release, window('far'));
      await alertmanager.post([ruleAlert('ApprovalPending', AT, 'warning')]);
      await eventually(() => standIn.received.tickets.length > 0 || undefined);
      expect(ticketed()).to.deep.equal(['MeshRebalanceApprovalPending']);
    });
  });
}
