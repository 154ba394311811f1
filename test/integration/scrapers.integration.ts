import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { expect } from 'chai';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { program } from '../../tools/program.js';
import { hostileCluster, providerOf } from '../lib/exposition/hostile-cluster.js';
import { VictoriaMetrics } from '../scaling/support/victoria-metrics.js';
import { Cleanup, removeFolder, scratchFolder } from '../support/cleanup.js';
import { parseExposition } from '../support/exposition.js';
import { freePort } from '../support/process.js';
import { type Point, Prometheus } from '../support/prometheus.js';
import { TestSdk } from '../support/sdk.js';
import { until } from '../support/until.js';

/** Without the metric whose values some APIs do not spell as JavaScript does. */
const EVERYTHING = '{job="controller",__name__!~"up|scrape_.*|app_gauge"}';

/** Lines that are equal for equal series: bounds as numbers, and without what a scraper adds. */
function canonical(series: readonly Point[]): string[] {
  return series
    .map(({ metric: { job: _job, instance: _instance, le, ...labels }, value }) => {
      const bound = le === undefined ? {} : { le: Number(le.replace('Inf', 'Infinity')) };
      const pairs = Object.entries({ namespace: 'monitoring', ...labels, ...bound }).sort();
      return `${JSON.stringify(pairs)} ${value}`;
    })
    .sort();
}

describe('real scrapers of hostile labels', () => {
  const cleanup = Cleanup.forSuite();
  let port: number;
  let sdk: TestSdk;
  let expected: string[];

  before(async () => {
    sdk = new TestSdk();
    // Prometheus is asked for the exemplars of about now.
    const { producer } = hostileCluster(sdk.tracerProvider, Date.now() - 300_000);
    port = await freePort();
    const exporter = await new Promise<PrometheusExporter>((resolve, reject) => {
      const made = rebalancePrometheusExporter({ port, rebalanceProducer: producer }, (error) =>
        error ? reject(error) : resolve(made),
      );
    });
    cleanup.add(() => exporter.stopServer());
    providerOf([exporter]);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const samples = parseExposition(text).map(({ name, labels, value }) => ({
      metric: { ...labels, __name__: name },
      value,
    }));
    expected = canonical(samples.filter(({ metric }) => metric.__name__ !== 'app_gauge'));
    expect(expected.length).to.be.greaterThan(500);
  });

  for (const release of ['2', '3'] as const) {
    it(`Prometheus ${release} has every series of the OpenMetrics text, and leads to the traces`, async () => {
      const prometheus = await cleanup.use(Prometheus.start({ release, targets: [port] }));
      await until(async () => expect(canonical(await prometheus.query(EVERYTHING))).to.deep.equal(expected));
      const found = await prometheus.exemplarTraceIds('mesh_rebalance_phase_duration_seconds_bucket');
      const traces = sdk.spans().map((span) => span.spanContext().traceId);
      expect(found.length).to.be.greaterThan(5);
      expect(traces).to.include.members(found);
    });
  }

  it('VictoriaMetrics has every series', async () => {
    const folder = await scratchFolder('scrape');
    cleanup.add(() => removeFolder(folder));
    const scrape_configs = [
      {
        job_name: 'controller',
        scrape_interval: '1s',
        honor_labels: true,
        static_configs: [{ targets: [`127.0.0.1:${port}`], labels: { namespace: 'monitoring' } }],
      },
    ];
    const config = join(folder, 'scrape.yaml');
    await writeFile(config, JSON.stringify({ scrape_configs }));
    // It answers without the last 30 s by default, which others may still deliver.
    const flags = [`-promscrape.config=${config}`, '-search.latencyOffset=1s'];
    const victoria = await cleanup.use(VictoriaMetrics.start(flags));
    await until(async () => {
      await victoria.flush();
      return expect(canonical(await victoria.instant(EVERYTHING))).to.deep.equal(expected);
    });
  });

  for (const release of ['2', '3'] as const) {
    it(`promtool ${release} finds nothing wrong with the plain text of our metrics`, async () => {
      const own = [
        ...new Set(expected.map((line) => /"__name__","(mesh_rebalance_\w+?)(_bucket|_count|_sum)?"/.exec(line)?.[1])),
      ]
        .filter((name) => name !== undefined)
        .map((name) => `name[]=${name}`)
        .join('&');
      const input = await (await fetch(`http://127.0.0.1:${port}/metrics?${own}`)).text();
      const { status, stderr, stdout } = spawnSync(await program(`promtool-${release}`), ['check', 'metrics'], {
        input,
        encoding: 'utf8',
      });
      expect([status, stdout + stderr]).to.deep.equal([0, '']);
    });
  }
});
