import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { OWN_METRICS } from '../../collector/own-metrics.js';
import { DEFAULTS } from '../../rules/settings.js';
import { startMesh } from '../cli/example-process.js';
import { freePort, run } from '../support/process.js';
import { alertsByName } from './alerts.js';
import { pageNames, readPage } from './pages.js';
import { rehearse } from './rehearse.js';
import { Shell } from './shell.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const FOLDER = join(ROOT, 'docs/runbooks');
const SECTIONS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation'];
/** The lab has a controller and a Prometheus, but neither a Collector nor a wrong configuration of either. */
const NOT_IN_THE_LAB = [
  'MeshRebalanceCollectorExportFailing',
  'MeshRebalanceCollectorQueueNearlyFull',
  'MeshRebalanceCollectorRefusing',
  'MeshRebalanceLabelsRenamed',
  'MeshRebalanceSeriesOverflow',
];

const alerts = alertsByName();
const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function headings(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

function checkLinks(file: string): void {
  for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
    const [path = '', anchor] = target.split('#');
    const linked = path === '' ? file : join(dirname(file), path);
    expect(existsSync(linked), `${target} in ${file}`).to.equal(true);
    if (anchor !== undefined) expect(headings(readFileSync(linked, 'utf8')), target).to.include(anchor);
  }
}

function panelTitles(): string[] {
  const folder = join(ROOT, 'dashboards');
  return readdirSync(folder)
    .filter((name) => /^mesh-rebalance-\w+\.json$/.test(name))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/"title": "([^"]+)"/g)])
    .map(([, title = '']) => title);
}

describe('the runbooks', function () {
  this.timeout(120_000);
  let shell: Shell;
  before(async () => {
    shell = await Shell.open();
  });
  after(() => shell.close());

  it('are one page for each alert, and all of them stand in the index', () => {
    expect(pageNames().sort()).to.deep.equal([...alerts.keys()].sort());
    for (const name of pageNames()) expect(index).to.include(`(${name}.md)`);
  });

  it('are what the alerts link to', () => {
    for (const [name, rules] of alerts) {
      for (const { annotations } of rules) {
        expect(annotations.runbook_url).to.equal(`${DEFAULTS.runbooks}/${name}.md`);
      }
    }
  });

  it('have no dead link', () => {
    for (const name of ['README', ...pageNames()]) checkLinks(join(FOLDER, `${name}.md`));
    checkLinks(join(ROOT, 'docs/observability/alerts.md'));
  });

  it('name panels that the dashboards have', () => {
    const titles = panelTitles();
    for (const name of pageNames()) {
      const [, diagnosis = ''] = /^## Diagnosis\n([\s\S]*?)^## /m.exec(readPage(name)) ?? [];
      for (const [, panel] of diagnosis.matchAll(/\*\*([^*]+)\*\*/g)) expect(titles, name).to.include(panel);
    }
  });

  for (const name of pageNames()) {
    it(`${name}: its commands print what it shows, in the trouble that it is about`, async () => {
      const page = readPage(name);
      const { page: rehearsed, firing } = await rehearse(page, alerts.get(name) ?? [], shell);
      expect(page).to.equal(rehearsed);
      expect(firing.length > 0).to.equal(!NOT_IN_THE_LAB.includes(name));
    });

    it(`${name}: has every section, and scripts that a shell and a Collector understand`, async () => {
      const page = readPage(name);
      const found = [...page.matchAll(/^## (.+)$/gm)].map(([, section]) => section);
      expect(found).to.deep.equal(SECTIONS);
      for (const [, script = ''] of page.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)) {
        await run('sh', ['-n', '-c', script]);
        const names: readonly string[] = Object.values(OWN_METRICS).map((metric) => metric.name);
        for (const [, pattern = ''] of script.matchAll(/'(otelcol_[^']+)'/g)) {
          for (const part of pattern.split(/\|(?=otelcol)/)) {
            expect(
              names.some((metric) => new RegExp(part).test(metric)),
              part,
            ).to.equal(true);
          }
        }
      }
    });
  }

  it('begin where the command of the alert leads, which the command line accepts', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const [name, rules] of alerts) {
      for (const { annotations } of rules) {
        const command = annotations.command.replaceAll(/\{\{ \$labels\.\w+ \}\}/g, 'x');
        if (command.startsWith('curl ')) {
          await run('sh', ['-n', '-c', command]);
          continue;
        }
        const [program, ...words] = command.split(' ').map((word) => word.replaceAll("'", ''));
        expect(program, name).to.equal('mesh');
        // 3: understood, and nobody there to ask; what it does not understand ends with 2.
        expect(await startMesh(words, { MESH_CONTROL_URL: url }).end(), command).to.include({ code: 3 });
      }
    }
  });
});
