import { expect } from 'chai';
import { expectNoComplaint, runTool } from './program.js';
import { programOf, Workshop } from './workshop.js';

describe('a consumer tested by Jest', () => {
  const workshop = Workshop.forSuite();
  let path: string;

  before(async () => {
    path = await workshop.project('jest');
  });

  for (const environment of ['node', 'jsdom']) {
    it(`keeps to fake timers and module resets in the ${environment} environment, and lets Jest end`, async () => {
      const printed = await runTool(programOf(path, 'jest'), ['--selectProjects', environment], path);
      expectNoComplaint(printed);
      expect(printed).to.match(/^Tests: +5 passed, 5 total$/m);
      expect(printed).not.to.include('did not exit');
    });
  }
});
