import { type ExporterConfig, PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { expect } from 'chai';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { hostileCluster, providerOf } from './hostile-cluster.js';
import { scrapeOf } from './scrape-of.js';

const OPTIONS: Readonly<Record<string, ExporterConfig>> = {
  'no options': {},
  'scope labels': { withoutScopeInfo: false },
  'no target info': { withoutTargetInfo: true },
  'a prefix': { prefix: 'mesh' },
  'a prefix that begins with a digit': { prefix: '1mesh' },
  timestamps: { appendTimestamp: true },
  'constant labels': { withResourceConstantLabels: /service|count/ },
  'everything at once': {
    withoutScopeInfo: false,
    prefix: 'x',
    appendTimestamp: true,
    withResourceConstantLabels: /./,
  },
};

/** The SDK's own points are of the time at which they were collected. */
const withoutSdkTimes = (text: string) => text.replace(/^((?!.*mesh_rebalance_).*) \d{13}(\.\d+)?$/gm, '$1');

describe('the plain text', () => {
  for (const [name, options] of Object.entries(OPTIONS)) {
    it(`is what OpenTelemetry's serializer writes, byte for byte: ${name}`, async () => {
      const { producer } = hostileCluster();
      const config = { withoutScopeInfo: true, preventServerStart: true, ...options };
      const theirs = new PrometheusExporter({ ...config, metricProducers: [producer] });
      const ours = rebalancePrometheusExporter({ ...config, rebalanceProducer: producer });
      const provider = providerOf([theirs, ours]);
      const expected = await scrapeOf(theirs);
      // A second time as well, when the text of the labels is kept.
      for (const _ of [1, 2]) {
        const { status, text } = await scrapeOf(ours);
        expect(status).to.equal(200);
        expect(withoutSdkTimes(text)).to.equal(withoutSdkTimes(expected.text));
      }
      expect(expected.text.match(/mesh_rebalance_/g)?.length).to.be.greaterThan(500);
      await provider.shutdown();
    });
  }
});
