import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { Daemon, freePort, run } from '../support/process.js';
import { Alertmanager } from './alertmanager.js';
import { daysAround, SECRETS } from './configuration.js';
import type { ControllerCommand } from './controller-process.js';
import { RELEASES } from './release.js';
import { StandIn } from './stand-in.js';

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
const EVERY = '1s';
const ALERT_WITHIN_MS = 30_000;
const RUNBOOK =
  'https://unpkg.com/opentelemetry-instrumentation-mesh-rebalance@0.1.0/docs/runbooks/MeshRebalanceControllerHeartbeatMissing.md';
const DASHBOARD = 'http://localhost:3000/d/mesh-rebalance-oncall?var-namespace=payments&var-cluster=eu-1';
const COMMAND = "mesh shards rebalance list --namespace 'payments' --cluster 'eu-1'";

/** A Prometheus that scrapes the controller, evaluates the rules and tells Alertmanager. */
async function startPrometheus(folder: string, controllerPort: number, alertmanager: string): Promise<Daemon> {
  const settings = Object.entries(QUICK).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  await run(process.execPath, [RULES_PROGRAM, ...settings, '--out', join(folder, 'rules.yml')]);
  const config = {
    global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
    scrape_configs: [
      {
        job_name: 'controller',
        honor_labels: true,
        static_configs: [{ targets: [`127.0.0.1:${controllerPort}`] }],
      },
    ],
    rule_files: ['rules.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const port = await freePort();
  const daemon = new Daemon(await program('prometheus-2'), [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await eventually(async () => {
    if (daemon.process.exitCode !== null) throw new Error(daemon.output);
    return (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok || undefined;
  });
  return daemon;
}

async function startController(port: number): Promise<ChildProcess> {
  const controller = fork(CONTROLLER, [String(port)]);
  await once(controller, 'message');
  return controller;
}

for (const release of RELEASES) {
  const count = (value: number) => (release.hasTeams ? value : String(value));

  describe(`from a controller to a pager, by way of Alertmanager ${release.version}`, function () {
    this.timeout(120_000);
    let folder: string;
    let standIn: StandIn;
    let alertmanager: Alertmanager;
    let controller: ChildProcess;
    let prometheus: Daemon;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'chain-'));
      standIn = await StandIn.start();
      const maintenanceOn = daysAround(new Date(), 'now');
      alertmanager = await Alertmanager.start(release, { receivers: standIn.url, maintenanceOn });
      const port = await freePort();
      controller = await startController(port);
      prometheus = await startPrometheus(folder, port, alertmanager.url);
    });
    afterEach(async () => {
      await prometheus.stop();
      const gone = once(controller, 'exit');
      controller.disconnect();
      await gone;
      await alertmanager.stop();
      await standIn.stop();
      await rm(folder, { recursive: true });
    });

    const tell = (command: ControllerCommand) => controller.send(command);
    const shown = (alertname: string, severity: string) =>
      eventually(async () => {
        const response = await fetch(`${alertmanager.url}/api/v2/alerts`);
        const alerts = (await response.json()) as { labels: Record<string, string>; startsAt: string }[];
        return alerts.find(({ labels }) => labels['alertname'] === alertname && labels['severity'] === severity);
      }, ALERT_WITHIN_MS);
    const event = (action: string) =>
      eventually(
        () => standIn.messages('pagerduty').find(({ event_action }) => event_action === action),
        ALERT_WITHIN_MS,
      );

    it('a loop that hangs pages and one that goes on resolves, while maintenance holds back an approval', async () => {
      await shown('MeshRebalanceApprovalPending', 'warning');
      expect(standIn.received.pagerduty).to.deep.equal([]);
      tell('hang');
      const trigger = await event('trigger');
      const { startsAt } = await shown('MeshRebalanceControllerHeartbeatMissing', 'critical');
      tell('release');
      const resolve = await event('resolve');

      const text = (description: string) =>
        `* MeshRebalanceControllerHeartbeatMissing, since ${startsAt.slice(0, 16).replace('T', ' ')} UTC
${description}
${COMMAND}
${RUNBOOK}
${DASHBOARD}`;
      // How long ago the last one was is not to be foreseen.
      const [, firing] = trigger.payload.custom_details.firing.split('\n');
      expect(firing).to.match(
        /^The controller of payments\/eu-1 gave its last heartbeat [4-9](\.\d+)?s ago; 4s is the limit\. Nothing/,
      );
      const expected = (action: string, details: object) => ({
        routing_key: SECRETS.routingKey,
        dedup_key: trigger.dedup_key,
        event_action: action,
        payload: {
          summary: 'payments/eu-1: A rebalance controller has stopped: its control loop gives no heartbeat.',
          source: 'payments/eu-1',
          severity: 'critical',
          class: 'MeshRebalanceControllerHeartbeatMissing',
          component: 'mesh-rebalance',
          group: 'payments/eu-1',
          custom_details: { next_step: `\`${COMMAND}\``, ...details },
        },
        client: 'Alertmanager',
        client_url: DASHBOARD,
        links: [
          { href: RUNBOOK, text: 'Runbook' },
          { href: DASHBOARD, text: 'Dashboard' },
        ],
      });
      expect(trigger).to.deep.equal(
        expected('trigger', { firing: text(firing), resolved: 'none', num_firing: count(1), num_resolved: count(0) }),
      );
      const [, resolved] = resolve.payload.custom_details.resolved.split('\n');
      expect(resolve).to.deep.equal(
        expected('resolve', { firing: 'none', resolved: text(resolved), num_firing: count(0), num_resolved: count(1) }),
      );

      // The plan has waited all the time, and nobody was told before the window is over.
      expect(standIn.received.tickets).to.deep.equal([]);
      await alertmanager.reconfigure({ receivers: standIn.url, maintenanceOn: daysAround(new Date(), 'far') });
      const ticket = await eventually(() => standIn.messages('tickets')[0]);
      expect(ticket.commonLabels).to.deep.equal({
        alertname: 'MeshRebalanceApprovalPending',
        severity: 'warning',
        namespace: 'payments',
        cluster: 'eu-1',
      });
    });
  });
}
