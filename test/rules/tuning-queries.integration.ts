import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { THRESHOLDS } from '../../rules/thresholds.js';
import { runSmall, type ScratchRun } from '../lab/scratch.js';
import { Prometheus } from '../support/prometheus.js';

const GUIDE = new URL('../../../docs/observability/alerts.md', import.meta.url);
const HOURS = 2;
const END = Date.UTC(2026, 0, 1) + HOURS * 3_600_000;

const rows = [...readFileSync(GUIDE, 'utf8').matchAll(/^\| `(\w+)` \| `([^`]+)` \| .* \|$/gm)];

/** What each question of the guide is to give for this history. */
const EXPECTED: Readonly<Record<string, (values: number[], run: ScratchRun) => void>> = {
  workBudget: ([seconds = 0]) => expect(seconds).to.be.within(60, 4 * 3_600),
  stuckAfter: ([seconds = 0]) => expect(seconds).to.be.within(1, 1_800),
  approvalNotice: ([seconds = 0]) => expect(seconds).to.be.within(1, 600),
  failuresWarning: (values, { summary }) => expect(Math.round(Math.max(...values))).to.equal(summary.outcomes.failed),
  imbalance: (values, { summary }) => expect(values).to.have.length(summary.clusters),
  heartbeatTimeout: (values) => expect(Math.max(...values)).to.be.below(60),
};

describe('the questions of the tuning guide', () => {
  let run: ScratchRun;
  let prometheus: Prometheus;

  before(async () => {
    run = await runSmall('repeated-failures', { hours: HOURS });
    prometheus = await Prometheus.over([join(run.folder, 'metrics.om')]);
  });
  after(async () => {
    await prometheus.stop();
    run.remove();
  });

  it('are about thresholds that there are', () => {
    expect(rows.map(([, name = '']) => name)).to.deep.equal(Object.keys(EXPECTED));
    expect(THRESHOLDS).to.include.keys(...Object.keys(EXPECTED));
  });

  for (const [, name = '', query = ''] of rows) {
    it(`are answered from history: ${name}`, async () => {
      const values = (await prometheus.query(query, END)).map(({ value }) => value);
      expect(values).not.to.deep.equal([]);
      EXPECTED[name]?.(values, run);
    });
  }
});
