import { expect } from 'chai';
import { expectNoComplaint, runTool } from './program.js';
import { programOf, Workshop } from './workshop.js';

describe('a consumer tested by Vitest', () => {
  const workshop = Workshop.forSuite();

  it('keeps to fake timers and module resets', async () => {
    const path = await workshop.project('vitest');
    const printed = await runTool(programOf(path, 'vitest'), ['run'], path);
    expectNoComplaint(printed);
    expect(printed).to.match(/^ +Tests +4 passed \(4\)$/m);
  });
});
