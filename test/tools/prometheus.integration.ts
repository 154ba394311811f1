import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { Cleanup } from '../support/cleanup.js';
import { Daemon, freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';

const START_SECONDS = Date.UTC(2026, 0, 1) / 1_000;

describe('the Prometheus of the tests', () => {
  const cleanup = Cleanup.forEachTest();
  let folder: string;

  beforeEach(async () => {
    folder = await cleanup.folder('prometheus-test');
  });

  for (const release of ['2', '3'] as const) {
    it(`holds data that was written down before: release ${release}`, async () => {
      const file = join(folder, 'metrics.om');
      const lines = ['# TYPE mesh_rebalance_paused gauge', `mesh_rebalance_paused 1 ${START_SECONDS}`, '# EOF'];
      await writeFile(file, `${lines.join('\n')}\n`);
      const prometheus = await cleanup.use(Prometheus.over([file], { release }));
      const [sample] = await prometheus.query('mesh_rebalance_paused', (START_SECONDS + 60) * 1_000);
      expect(sample?.value).to.equal(1);
      const { version } = await prometheus.get<{ version: string }>('status/buildinfo');
      expect(version.split('.')[0]).to.equal(release);
    });

    it(`scrapes, evaluates rules and tells an Alertmanager: release ${release}`, async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const write = async (name: string, content: object) => {
        await writeFile(join(folder, name), JSON.stringify(content));
        return join(folder, name);
      };
      const routing = await write('alertmanager.yml', {
        route: { receiver: 'nobody' },
        receivers: [{ name: 'nobody' }],
      });
      const args = [`--config.file=${routing}`, `--storage.path=${folder}/data`, '--cluster.listen-address='];
      const alertmanager = await cleanup.use(
        new Daemon(await program('alertmanager'), [...args, `--web.listen-address=127.0.0.1:${port}`]),
      );
      const alert = { alert: 'Runs', expr: 'alertmanager_build_info == 1', labels: { severity: 'info' } };
      const rules = await write('rules.json', { groups: [{ name: 'test', rules: [alert] }] });
      const from = { targets: [port], scrapeInterval: '500ms', ruleFiles: [rules], alertmanagers: [url] };
      await cleanup.use(Prometheus.start({ release, ...from }));
      const labels = await alertmanager.until(async () => {
        const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: Record<string, string> }[];
        return alerts[0]?.labels;
      });
      expect(labels).to.include({ alertname: 'Runs', namespace: 'monitoring', severity: 'info' });
    });
  }
});
