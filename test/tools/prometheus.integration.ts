import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { Daemon, freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';

const START_SECONDS = Date.UTC(2026, 0, 1) / 1_000;

describe('the Prometheus of the tests', function () {
  this.timeout(60_000);
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prometheus-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const release of ['2', '3'] as const) {
    it(`holds data that was written down before: release ${release}`, async () => {
      const file = join(folder, 'metrics.om');
      const lines = ['# TYPE mesh_rebalance_paused gauge', `mesh_rebalance_paused 1 ${START_SECONDS}`, '# EOF'];
      await writeFile(file, `${lines.join('\n')}\n`);
      const prometheus = await Prometheus.over([file], { release });
      try {
        const [sample] = await prometheus.query('mesh_rebalance_paused', (START_SECONDS + 60) * 1_000);
        expect(sample?.value).to.equal(1);
        const { version } = await prometheus.get<{ version: string }>('status/buildinfo');
        expect(version.split('.')[0]).to.equal(release);
      } finally {
        await prometheus.stop();
      }
    });

    it(`scrapes, evaluates rules and tells an Alertmanager: release ${release}`, async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      await writeFile(
        join(folder, 'alertmanager.yml'),
        JSON.stringify({ route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] }),
      );
      const alertmanager = new Daemon(await program('alertmanager'), [
        `--config.file=${folder}/alertmanager.yml`,
        `--storage.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--cluster.listen-address=',
      ]);
      const rules = join(folder, 'rules.json');
      const alert = { alert: 'Runs', expr: 'alertmanager_build_info == 1', labels: { severity: 'info' } };
      await writeFile(rules, JSON.stringify({ groups: [{ name: 'test', rules: [alert] }] }));
      const prometheus = await Prometheus.start([port], '500ms', { release, ruleFiles: [rules], alertmanagers: [url] });
      try {
        const labels = await eventually(async () => {
          if (alertmanager.process.exitCode !== null) throw new Error(alertmanager.output);
          const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: Record<string, string> }[];
          return alerts[0]?.labels;
        });
        expect(labels).to.include({ alertname: 'Runs', namespace: 'monitoring', severity: 'info' });
      } finally {
        await prometheus.stop();
        await alertmanager.stop();
      }
    });
  }
});
