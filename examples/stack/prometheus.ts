import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleDocument } from '../../rules/documents.js';
import { DEFAULTS, withThresholds } from '../../rules/settings.js';
import type { Companion, Wiring } from './companion.js';
import { findProgram, freePort, startProgram } from './program.js';

const PORT = 9090;
const EVERY = '2s';

/** The alerts of a production, with the minutes of the demo, which are seconds. */
const SETTINGS = {
  ...DEFAULTS,
  values: withThresholds([
    'heartbeatTimeout=15s',
    'heartbeatConfirm=4s',
    'stuckAfter=40s',
    'stuckConfirm=10s',
    // Longer than the simulated person takes, so that only what waits for the reader is told.
    'approvalNotice=8s',
    'approvalOverdue=60s',
    'approvalConfirm=2s',
  ]),
};

/** Starts a Prometheus that scrapes the demo; with an Alertmanager it evaluates the package's alerts too. */
export async function startPrometheus({ metricsPort, runbooksUrl, alertmanager, signal }: Wiring): Promise<Companion> {
  const program = await findProgram('prometheus', ['prometheus']);
  const port = await freePort(PORT);
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-demo-prometheus-'));
  const config = {
    global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
    scrape_configs: [
      { job_name: 'mesh-demo', honor_labels: true, static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] },
    ],
    ...(alertmanager && {
      rule_files: ['rules.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }] },
    }),
  };
  await writeFile(
    join(folder, 'rules.yml'),
    ruleDocument({ ...SETTINGS, runbooks: runbooksUrl }, 'alerts', 'prometheus'),
  );
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ];
  const ready = () => fetch(`${url}/-/ready`);
  const stop = await startProgram(program, { args, ready, folder, signal });
  return { name: 'prometheus', url, stop };
}
