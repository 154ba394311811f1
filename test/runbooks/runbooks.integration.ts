import { expect } from 'chai';
import { scenarioNamed } from '../../examples/lab/scenario-named.js';
import type { MeshController } from '../../examples/mesh/controller.js';
import { type PlanView, Refusal } from '../../examples/operator/controllable.js';
import { startMesh } from '../operator/cli/example-process.js';
import { freePort, run } from '../support/process.js';
import { alertsByName } from './alerts.js';
import { missingAnswers, WITHOUT_HISTORY } from './answers.js';
import { verbsOf } from './header.js';
import { commandsInText } from './page.js';
import { pageNames, readPage } from './pages.js';
import { rehearse } from './rehearse.js';
import { Shell } from './shell.js';
import { Stage } from './stage.js';

const alerts = alertsByName();

describe('the runbooks', () => {
  let shell: Shell;
  before(async () => {
    shell = await Shell.open();
  });
  after(() => shell.close());

  for (const name of pageNames()) {
    it(`${name}: its commands print what it shows and answer its questions, in the trouble that it is about`, async () => {
      const page = readPage(name);
      const rehearsed = await rehearse(page, alerts.get(name) ?? [], shell);
      expect(page).to.equal(rehearsed.page);
      expect(missingAnswers(name, rehearsed)).to.deep.equal([]);
      if (WITHOUT_HISTORY.includes(name)) expect(rehearsed.firing).to.equal(undefined);
      else expect(rehearsed.firing).to.not.be.empty;
    });
  }

  it('have no command in their text that the command line does not take', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const texts = new Set(pageNames().flatMap((name) => commandsInText(readPage(name))));
    expect(texts.size).to.be.above(3);
    for (const command of texts) {
      const words = command
        .replaceAll(/"\$\w+"/g, 'x')
        .split(' ')
        .slice(1);
      expect(await startMesh(words, { MESH_CONTROL_URL: url, MESH_CONTROL_TOKEN: 'x' }).end(), command).to.include({
        code: 3,
      });
    }
  });

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
