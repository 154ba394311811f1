import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { MeshController } from '../../examples/mesh/controller.js';
import { type PlanView, Refusal } from '../../examples/operator/controllable.js';
import { DEFAULTS, runbookUrl } from '../../rules/settings.js';
import { startMesh } from '../operator/cli/example-process.js';
import { freePort, run } from '../support/process.js';
import { scenarioNamed } from '../support/scenario.js';
import { alertsByName } from './alerts.js';
import { verbsOf } from './header.js';
import { pageNames, readPage } from './pages.js';
import { rehearse } from './rehearse.js';
import { Shell } from './shell.js';
import { Stage } from './stage.js';

const ROOT = new URL('../../../', import.meta.url).pathname;
const FOLDER = join(ROOT, 'docs/runbooks');
const SECTIONS = ['Meaning', 'Impact', 'Diagnosis', 'Mitigation', 'Escalation'];
/** Their settings have no history in virtual time, in which the alert could have become pending and fired. */
const WITHOUT_HISTORY = [
  'MeshRebalanceCollectorExportFailing',
  'MeshRebalanceCollectorQueueNearlyFull',
  'MeshRebalanceCollectorRefusing',
  'MeshRebalanceLabelsRenamed',
  'MeshRebalanceSeriesOverflow',
];

const alerts = alertsByName();
const index = readFileSync(join(FOLDER, 'README.md'), 'utf8');

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
        expect(annotations.runbook_url).to.equal(runbookUrl(DEFAULTS, name));
      }
    }
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
      if (WITHOUT_HISTORY.includes(name)) expect(firing).to.equal(undefined);
      else expect(firing).to.not.be.empty;
    });

    it(`${name}: has every section, and no block of commands that is not rehearsed`, () => {
      const page = readPage(name);
      const found = [...page.matchAll(/^## (.+)$/gm)].map(([, section]) => section);
      expect(found).to.deep.equal(SECTIONS);
      const blocks = [...page.matchAll(/^ *```(\w+)$/gm)].map(([, language]) => language);
      expect(blocks).to.include('console');
      expect(blocks.filter((language) => language !== 'console')).to.deep.equal(['promql']);
    });
  }

  it('name the verbs that a controller really accepts for a plan in its state', async () => {
    const verbs = {
      approve: (controller: MeshController, planId: string) => controller.approve(planId, 'ada'),
      reject: (controller: MeshController, planId: string) => controller.reject(planId, 'ada', undefined),
      cancel: (controller: MeshController, planId: string) => controller.cancel(planId, 'ada', undefined),
    };
    for (const [name, minute] of [
      ['approval-backlog', 6],
      ['slow-but-moving', 30],
      ['failed-plan', 12],
    ] as const) {
      for (const [verb, use] of Object.entries(verbs)) {
        const stage = new Stage(scenarioNamed(name));
        try {
          await stage.advance(minute);
          const { controller } = stage.cluster;
          const [plan] = controller.plans() as [PlanView];
          const attempt = () => use(controller, plan.id);
          if (verbsOf(plan).includes(verb)) expect(attempt, `${verb} in ${name}`).to.not.throw();
          else expect(attempt, `${verb} in ${name}`).to.throw(Refusal);
        } finally {
          stage.close();
        }
      }
    }
  });

  it('begin where the command of the alert leads, which the command line accepts', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    for (const [name, rules] of alerts) {
      for (const { annotations } of rules) {
        const command = annotations.command.replaceAll(/\{\{ .*? \}\}/g, 'x');
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
