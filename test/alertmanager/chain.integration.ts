import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort, run } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import type { Alertmanager } from './alertmanager.js';
import { daysAround, SECRETS } from './configuration.js';
import type { ControllerCommand } from './controller-process.js';
import { forEachRelease } from './for-each-release.js';
import type { StandIn } from './stand-in.js';

const RULES_PROGRAM = new URL('../../rules/main.js', import.meta.url).pathname;
const CONTROLLER = new URL('controller-process.js', import.meta.url);
/** Minutes and hours become seconds. */
const QUICK = {
  heartbeatTimeout: '4s',
  heartbeatConfirm: '1s',
  approvalNotice: '1s',
  approvalOverdue: '2s',
  approvalConfirm: '1s',
};
const RUNBOOK = 'http://localhost:7071/runbooks/MeshRebalanceControllerHeartbeatMissing';
const DASHBOARD = 'http://localhost:3000/d/mesh-rebalance-oncall?var-namespace=payments&var-cluster=eu-1';
const COMMAND = "mesh shards rebalance list --namespace='payments' --cluster='eu-1'";

/** The controller that {@link CONTROLLER} is, listening. */
async function startController(port: number): Promise<ChildProcess> {
  const controller = fork(CONTROLLER, [String(port)]);
  const ended = once(controller, 'exit').then(() => Promise.reject(new Error('the controller ended')));
  await Promise.race([once(controller, 'message'), ended]);
  ended.catch(() => {});
  return controller;
}

forEachRelease(
  ({ version, prometheus }) =>
    `from a controller to a pager, by way of Prometheus ${prometheus} and Alertmanager ${version}`,
  {
    programs: ({ alertmanager, prometheus }) => [alertmanager, `prometheus-${prometheus}`],
  },
  ({ release: { prometheus, count }, start, cleanup }) => {
    let standIn: StandIn;
    let alertmanager: Alertmanager;
    let controller: ChildProcess;

    beforeEach(async () => {
      const rules = join(await cleanup.folder('chain'), 'rules.yml');
      const settings = Object.entries(QUICK).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
      await run(process.execPath, [RULES_PROGRAM, ...settings, '--out', rules]);
      ({ standIn, alertmanager } = await start({ maintenanceOn: daysAround(new Date(), 'now') }));
      const port = await freePort();
      controller = await startController(port);
      cleanup.add(() => {
        const gone = once(controller, 'exit');
        controller.disconnect();
        return gone;
      });
      const alertmanagers = [alertmanager.url];
      await cleanup.use(Prometheus.start({ release: prometheus, targets: [port], ruleFiles: [rules], alertmanagers }));
    });

    const tell = (command: ControllerCommand) => controller.send(command);
    const shown = (alertname: string, severity: string) =>
      until(async () =>
        (await alertmanager.alerts()).find(
          ({ labels }) => labels['alertname'] === alertname && labels['severity'] === severity,
        ),
      );
    const event = (action: string) =>
      until(() => standIn.messages('pagerduty').find(({ event_action }) => event_action === action));

    it('a loop that hangs pages and one that goes on resolves, while maintenance holds back an approval', async () => {
      await shown('MeshRebalanceApprovalPending', 'warning');
      expect(standIn.received.pagerduty).to.deep.equal([]);
      tell('hang');
      const trigger = await event('trigger');
      await shown('MeshRebalanceControllerHeartbeatMissing', 'critical');
      tell('release');
      const resolve = await event('resolve');

      const rest = [COMMAND, RUNBOOK, DASHBOARD];
      // How long ago the last one was is not to be foreseen.
      const { firing } = trigger.payload.custom_details;
      expect(firing.split('\n').slice(0, 2)).to.deep.equal([
        '* MeshRebalanceControllerHeartbeatMissing: Cluster payments/eu-1.',
        'Its control loop has given no heartbeat for longer than 4s. Nothing approves, drains or moves.',
      ]);
      expect(firing.split('\n')[2]).to.match(
        /^Since \d{4}-\d\d-\d\d \d\d:\d\d UTC \(([4-9]|[1-5]\d)(\.\d+)?s\)\. Who acts: whoever is on call for the mesh\.$/,
      );
      expect(firing.split('\n').slice(3)).to.deep.equal(rest);
      const expected = (action: string, summary: string, details: object) => ({
        routing_key: SECRETS.routingKey,
        dedup_key: trigger.dedup_key,
        event_action: action,
        payload: {
          summary: `payments/eu-1: ${summary}`,
          source: 'payments/eu-1',
          severity: 'critical',
          class: 'MeshRebalanceControllerHeartbeatMissing',
          component: 'mesh-rebalance',
          group: 'payments/eu-1',
          custom_details: { next_step: COMMAND, ...details },
        },
        client: 'Alertmanager',
        client_url: DASHBOARD,
        links: [
          { href: RUNBOOK, text: 'Runbook' },
          { href: DASHBOARD, text: 'Dashboard' },
        ],
      });
      expect(trigger).to.deep.equal(
        expected(
          'trigger',
          'A rebalance controller has stopped. Reads and writes go on, but no failing node is drained: act now.',
          { firing, resolved: 'none', num_firing: count(1), num_resolved: count(0) },
        ),
      );
      const { resolved } = resolve.payload.custom_details;
      const [first, ...others] = resolved.split('\n');
      expect(first).to.match(
        /^\* MeshRebalanceControllerHeartbeatMissing: over since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/,
      );
      expect(others).to.deep.equal(['Cluster payments/eu-1.', 'This prints how it stands:', ...rest]);
      expect(resolve).to.deep.equal(
        expected('resolve', 'MeshRebalanceControllerHeartbeatMissing is over', {
          firing: 'none',
          resolved,
          num_firing: count(0),
          num_resolved: count(1),
        }),
      );

      // The plan has waited all the time, and nobody was told before the window is over.
      expect(standIn.received.tickets).to.deep.equal([]);
      await alertmanager.reconfigure({ receivers: standIn.url, maintenanceOn: daysAround(new Date(), 'far') });
      const ticket = await until(() => standIn.messages('tickets')[0]);
      expect(ticket.commonLabels).to.deep.equal({
        alertname: 'MeshRebalanceApprovalPending',
        severity: 'warning',
        namespace: 'payments',
        cluster: 'eu-1',
      });
    });
  },
);
