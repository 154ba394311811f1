import { expect } from 'chai';
import {
  LABELS,
  type Label,
  METRICS,
  type MetricDefinition,
} from 'opentelemetry-instrumentation-mesh-rebalance/semconv';

const DEFINITIONS: readonly MetricDefinition[] = Object.values(METRICS);

/** Name of the metric that a series belongs to: a histogram has three. */
function metricOf(series: string): string {
  return series.replace(/_(bucket|sum|count)$/, '');
}

/**
 * Throws unless series are those of the contract: every metric is there, with its labels and values that they may have.
 *
 * @param series labels that whoever scrapes adds left out
 */
export function expectContract(
  series: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[],
): void {
  const names = new Set(series.map(({ name }) => metricOf(name)));
  expect(DEFINITIONS.map(({ name }) => name).filter((name) => !names.delete(name))).to.deep.equal([]);
  expect([...names], 'of no definition').to.deep.equal([]);
  for (const { name: seriesName, labels } of series) {
    const name = metricOf(seriesName);
    const { labels: known, optional = [] } = DEFINITIONS.find((one) => one.name === name) as MetricDefinition;
    const keys = Object.keys(labels).filter((key) => key !== 'le') as Label[];
    expect(known, name).to.include.members(keys);
    expect(keys, name).to.include.members(known.filter((label) => !optional.includes(label)));
    for (const key of keys) {
      // Of an approval it is the decision.
      const isDecision = name === METRICS.phaseDuration.name && key === 'outcome' && labels['phase'] === 'approval';
      const values: readonly string[] | undefined = LABELS[isDecision ? 'decision' : key].values;
      if (values !== undefined) expect(values, `${name} ${key}`).to.include(labels[key]);
    }
  }
}
