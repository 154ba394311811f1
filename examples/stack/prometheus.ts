import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Companion, Wiring } from './companion.js';
import { findProgram, freePort, startProgram } from './program.js';

const PORT = 9090;
const EVERY = '2s';

/** Of its alerts: minutes of a production are seconds in the demo. */
export const SHORT_THRESHOLDS = [
  'heartbeatTimeout=15s',
  'heartbeatConfirm=4s',
  'stuckAfter=40s',
  'stuckConfirm=10s',
  'restartTolerance=10s',
  // Longer than the simulated person takes, so that only plans that wait for the reader raise an alert.
  'approvalNotice=8s',
  'approvalOverdue=60s',
  'approvalConfirm=2s',
];

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
  if (alertmanager) await writeRules(join(folder, 'rules.yml'), runbooksUrl);
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
    '--log.level=error',
  ];
  const ready = () => fetch(`${url}/-/ready`);
  const stop = await startProgram(program, { args, ready, folder, signal });
  return { name: 'prometheus', url, hasPage: true, stop };
}

/** Does what `npx rebalance-rules` does. */
async function writeRules(file: string, runbooks: string): Promise<void> {
  const manifest = new URL(import.meta.resolve('opentelemetry-instrumentation-mesh-rebalance/package.json'));
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: { 'rebalance-rules': string } };
  const program = fileURLToPath(new URL(bin['rebalance-rules'], manifest));
  const thresholds = SHORT_THRESHOLDS.flatMap((threshold) => ['--set', threshold]);
  const args = [program, ...thresholds, '--only', 'alerts', '--runbooks', runbooks, '--out', file];
  await promisify(execFile)(process.execPath, args);
}
