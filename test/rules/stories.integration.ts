import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { evaluate, RELEASES } from './evaluation.js';
import { expectPeriods } from './expected-periods.js';
import { STORIES } from './stories.js';
import { EXPECTED } from './story-periods.js';

for (const release of RELEASES) {
  describe(`what is played as events, in Prometheus ${release}`, () => {
    for (const story of Object.keys(STORIES)) {
      it(story, async () => {
        const { periods } = await evaluate({ story }, release);
        const expected = EXPECTED[story] ?? expect.fail('nothing is said of it');
        const alerts = new Set(periods.map(({ alert }) => alert.slice(ALERT_PREFIX.length)));
        alerts.delete('InProgress');
        expect([...alerts]).to.have.members(Object.keys(expected));
        for (const [alert, wanted] of Object.entries(expected)) {
          expectPeriods(
            periods.filter((period) => period.alert === `${ALERT_PREFIX}${alert}`),
            wanted,
          );
        }
      });
    }
  });
}
