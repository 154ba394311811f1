import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { parse } from 'yaml';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { Observation } from './support/observation.js';
import { OtlpSink } from './support/otlp-sink.js';

interface Scrape {
  readonly job_name: string;
  readonly [setting: string]: unknown;
}

const STACK = new URL('../../../examples/stack/prometheus.yml', import.meta.url);
const { scrape_configs: SCRAPES } = parse(readFileSync(STACK, 'utf8')) as { readonly scrape_configs: Scrape[] };
const NAME = METRICS.phaseDuration.name;

describe('a Prometheus that converts classic histograms', () => {
  const cleanup = Cleanup.forSuite();

  it('keeps the buckets of the controller and of the gateway that are scraped as the stack does', async () => {
    const store = await cleanup.use(OtlpSink.start());
    const gateway = await cleanup.use(
      Collector.start({ files: ['gateway.yaml'], env: { COLLECTOR_TRACE_STORE: store.endpoint } }),
    );
    const observed = await cleanup.use(Observation.start({ otlp: gateway.http, instanceId: 'one' }));
    const controller = new TestController();
    observed.instrument(controller);
    beginPlan(controller);
    completePlan(controller);
    await observed.flush();
    const ports: Readonly<Record<string, number>> = {
      'mesh-controller': observed.port,
      'collector-spans': gateway.ports.metrics,
    };
    const scraped = SCRAPES.filter(({ job_name }) => job_name in ports).map((scrape) => ({
      ...scrape,
      // Apart from each other, although the gateway says that it is the controller.
      honor_labels: false,
      static_configs: [{ targets: [`127.0.0.1:${ports[scrape.job_name]}`] }],
    }));
    expect(scraped).to.have.lengthOf(2);
    const prometheus = await cleanup.use(
      Prometheus.start({
        release: '3',
        config: {
          global: { scrape_interval: '1s', scrape_timeout: '1s', convert_classic_histograms_to_nhcb: true },
          scrape_configs: scraped,
        },
      }),
    );
    await until(async () => {
      const jobsOf = async (name: string) =>
        (await prometheus.query(`count by (job) (${name})`)).map(({ metric }) => metric['job']).sort();
      // It does convert, and has both.
      expect(await jobsOf(NAME)).to.deep.equal(Object.keys(ports).sort());
      return expect(await jobsOf(`${NAME}_bucket`)).to.deep.equal(Object.keys(ports).sort());
    });
  });
});
