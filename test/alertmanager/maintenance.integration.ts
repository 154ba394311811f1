import { expect } from 'chai';
import { until } from '../support/until.js';
import { daysAround } from './configuration.js';
import { forEachRelease } from './for-each-release.js';
import { ruleAlert } from './rule-alert.js';
import type { StandIn } from './stand-in.js';

const AT = { namespace: 'payments', cluster: 'eu-1' };

forEachRelease(
  ({ version }) => `a maintenance window of Alertmanager ${version}`,
  {},
  ({ start }) => {
    const window = (offset: 'now' | 'far') => ({ maintenanceOn: daysAround(new Date(), offset) });
    const ticketed = (standIn: StandIn): string[] =>
      standIn
        .messages('tickets')
        .map(({ groupLabels }) => groupLabels.alertname)
        .sort();

    it('holds back waiting and long plans until it is over, and nothing else', async () => {
      const { alertmanager, standIn } = await start(window('now'));
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
        ruleAlert('RepeatedFailures', { ...AT, cluster: 'eu-4' }, 'warning'),
      ];
      const expected = ['MeshRebalanceNodeDrainStalled', 'MeshRebalancePlanFailed', 'MeshRebalanceRepeatedFailures'];
      await alertmanager.post(others);
      await until(() => standIn.received.tickets.length >= expected.length);
      await until(() => standIn.received.pagerduty.length >= 3);
      expect(ticketed(standIn)).to.deep.equal(expected);
      const pages = standIn.messages('pagerduty').map(({ payload }) => payload.class);
      expect(pages).to.have.members([
        'MeshRebalanceControllerHeartbeatMissing',
        'MeshRebalanceMetricsAbsent',
        'MeshRebalanceStuck',
      ]);

      await alertmanager.reconfigure({ receivers: standIn.url, ...window('far') });
      await until(() => standIn.received.tickets.length >= 5);
      const after = [...expected, 'MeshRebalanceApprovalPending', 'MeshRebalanceRunningTooLong'].sort();
      expect([...new Set(ticketed(standIn))]).to.deep.equal(after);
    });

    it('on other days holds nothing back', async () => {
      const { alertmanager, standIn } = await start(window('far'));
      await alertmanager.post([ruleAlert('ApprovalPending', AT, 'warning')]);
      await until(() => standIn.received.tickets.length > 0);
      expect(ticketed(standIn)).to.deep.equal(['MeshRebalanceApprovalPending']);
    });
  },
);
