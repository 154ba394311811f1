import { expect } from 'chai';
import { run } from '../support/process.js';
import { agrees } from './agrees.js';
import { expectFailure, FAILURES } from './failures.js';
import { failureRows, readPage, stepsOf } from './page.js';
import { LINES, projectsForSuite } from './project.js';
import { on, stepsOfWay, type Way, walk } from './walk.js';

const PAGE = readPage('install.md');
const WAYS: readonly Way[] = ['scrape', 'collector', 'prometheus'];

describe('the installation page', function () {
  this.timeout(120_000);
  const project = projectsForSuite();

  for (const line of LINES) {
    it(`installs packages of OpenTelemetry JS ${line}.x that belong together, and writes rules with your links`, async () => {
      const steps = stepsOf(PAGE).filter(({ kind }) => kind === 'installed');
      expect(steps).to.have.length(2);
      for (const step of steps) {
        if (step.kind !== 'installed') continue;
        const printed = await run('sh', ['-c', step.check.line], project(line).folder);
        expect(agrees(printed, step.check), printed).to.equal(true);
      }
    });

    for (const way of WAYS) {
      it(`leads to a plan beside its trace with OpenTelemetry JS ${line}.x: ${way}`, () =>
        on(project(line), (host) => walk(host, project(line), stepsOfWay(way))));
    }
  }

  it('has a table of failures that are all produced here', () => {
    expect(FAILURES.map(({ symptom }) => symptom)).to.deep.equal(failureRows(PAGE).map(({ symptom }) => symptom));
  });

  for (const failure of FAILURES) {
    it(`shows the failure and its end: ${failure.symptom}`, () => expectFailure(failure, project('2')));
  }
});
