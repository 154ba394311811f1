import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { REBALANCE_EVENT_NAMES } from 'opentelemetry-instrumentation-mesh-rebalance';
import { alertDefinitions } from '../../rules/alert-groups.js';
import { DEFAULTS } from '../../rules/settings.js';
import { METER_SERIES_BOUND, type Population, producerSeriesBound } from '../support/bound.js';
import { ROOT } from './markdown-files.js';

const text = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const without = (spaces: string) => spaces.replace(/\s+/g, ' ');

/** The bound as the documents write it, term by term. */
function formula(): string {
  const nothing: Population = { plans: 0, drains: 0, nodes: 0, labelValues: 0 };
  const rest = producerSeriesBound({ ...nothing, labelValues: -1 });
  const each = (one: Partial<Population>) => producerSeriesBound({ ...nothing, ...one }) - producerSeriesBound(nothing);
  return `${each({ plans: 1 })} P + ${each({ drains: 1 })} D + ${each({ nodes: 1 })} N + ${each({ labelValues: 1 })} (L + 1) + ${rest}`;
}

describe('figures in the documents that are written by hand', () => {
  it('have the formula of the series', () => {
    for (const file of ['metrics', 'scaling']) {
      expect(without(text(`docs/observability/${file}.md`)), file).to.include(formula());
    }
  });

  it('have the sum for the cluster that is given as an example', () => {
    const sum = producerSeriesBound({ plans: 10, drains: 50, nodes: 50, labelValues: 20 }) + METER_SERIES_BOUND;
    expect(text('docs/observability/scaling.md')).to.include(`= ${sum.toLocaleString('en')} series a cluster`);
  });

  it('count the alerts', () => {
    const alerts = Object.values(alertDefinitions(DEFAULTS.values)).flat();
    expect(text('README.md')).to.include(`| ${alerts.length} alerts with`);
  });

  it('name every event in the table of the contract', () => {
    const [, contract = ''] = text('README.md').split('## The contract with your controller');
    const [table = ''] = contract.split('\n## ');
    const rows = table.split('\n').filter((line) => line.startsWith('| `'));
    const named = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(named.toSorted()).to.deep.equal([...REBALANCE_EVENT_NAMES].toSorted());
  });
});
