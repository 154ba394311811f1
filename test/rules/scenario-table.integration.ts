import { expect } from 'chai';
import { evaluate } from './evaluation.js';
import { documentedTable, scenarioTable, tableRun } from './scenario-table.js';

/** What an operator does every day, up to a fleet with a thousand plans at once: a page or a ticket would be noise. */
const ORDINARY = ['healthy', 'slow-but-moving', 'restart-during-plan', 'flapping', 'fleet'];

describe('what fires in the scenarios of the lab', function () {
  this.timeout(600_000);

  for (const scenario of ORDINARY) {
    it(`${scenario}: nothing above info`, async () => {
      const { periods } = await evaluate(tableRun(scenario), '2');
      expect(periods.filter(({ severity }) => severity !== 'info')).to.deep.equal([]);
      // Else there was nothing to be quiet about.
      expect(periods).not.to.deep.equal([]);
    });
  }

  it('healthy: nothing above info through an upgrade of every controller', async () => {
    const { periods } = await evaluate({ scenario: 'healthy', hours: 3, restartAt: 100 }, '2');
    expect(periods.filter(({ severity }) => severity !== 'info')).to.deep.equal([]);
  });

  it('is what the documents say', async () => {
    // To write it anew: node build/test/rules/scenario-table.js --write
    expect(documentedTable()).to.equal(await scenarioTable());
  });
});
