import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { secretsIn } from './support/certificates.js';
import { CONFIGURATIONS, Collector, validate } from './support/collector.js';
import { documentedCombinations } from './support/combinations.js';
import { Observation } from './support/observation.js';
import { ONE, sendOne } from './support/otlp-request.js';
import { OtlpSink } from './support/otlp-sink.js';

/** What receives what an overlay sends. */
const RECEIVING: Readonly<Record<string, string>> = {
  'overlays/tls-send.yaml': 'overlays/tls-receive.yaml',
  'overlays/tls-send-loadbalancer.yaml': 'overlays/tls-receive.yaml',
  'overlays/bearer-token-send.yaml': 'overlays/bearer-token-receive.yaml',
};
const KUBERNETES = {
  K8S_CLUSTER_NAME: 'cluster-1',
  K8S_NODE_NAME: 'node-1',
  K8S_NAMESPACE_NAME: 'namespace-1',
  K8S_POD_NAME: 'pod-1',
  K8S_POD_UID: 'uid-1',
};
const combinations = await documentedCombinations();

describe('the configurations of the Collector', () => {
  const suite = Cleanup.forSuite();
  const cleanup = Cleanup.forEachTest();
  let secrets: Readonly<Record<string, string>>;
  let prometheus: Prometheus;
  let controller: Observation;

  before(async () => {
    secrets = await secretsIn(await suite.folder('secrets'));
    prometheus = await suite.use(Prometheus.start({ release: '3', receives: true }));
    controller = await suite.use(Observation.start({ instanceId: 'scraped' }));
    controller.meterProvider.getMeter('test').createGauge(ONE.metric).record(1);
  });

  const startSink = (files: readonly string[]) =>
    cleanup.use(
      OtlpSink.start(
        files.flatMap((file) => RECEIVING[file] ?? []),
        secrets,
      ),
    );

  /** Where to send so that it arrives at a Collector, with TLS and token if it wants them. */
  const entryOf = async (collector: Collector, files: readonly string[]) => {
    if (!files.includes('overlays/tls-receive.yaml')) return collector.http;
    const token = files.includes('overlays/bearer-token-receive.yaml') ? ['overlays/bearer-token-send.yaml'] : [];
    const agent = await cleanup.use(
      Collector.start({
        files: ['agent.yaml', 'overlays/tls-send.yaml', ...token],
        env: { COLLECTOR_GATEWAY: collector.grpc, ...secrets },
      }),
    );
    return agent.http;
  };

  for (const files of combinations) {
    it(`start without a complaint and deliver: ${files.join(' + ')}`, async () => {
      const sink = await startSink(files);
      // A Loki for which the path is set as it has it.
      const loki = await cleanup.use(
        Collector.start({
          files: ['agent.yaml'],
          env: { COLLECTOR_GATEWAY: sink.endpoint },
          overrides: { receivers: { otlp: { protocols: { http: { logs_url_path: '/otlp/v1/logs' } } } } },
        }),
      );
      const options = {
        files,
        env: {
          COLLECTOR_GATEWAY: sink.endpoint,
          COLLECTOR_GATEWAYS: `[${sink.endpoint}]`,
          COLLECTOR_TRACE_STORE: sink.endpoint,
          COLLECTOR_REMOTE_WRITE: prometheus.remoteWriteUrl,
          COLLECTOR_LOKI: loki.http,
          CONTROLLER_METRICS: `127.0.0.1:${controller.port}`,
          CONTROLLER_SCRAPE_INTERVAL: '1s',
          ...KUBERNETES,
          ...secrets,
        },
      };
      await validate(options);
      const collector = await cleanup.use(Collector.start(options));
      const signals = files.includes('agent-scrape.yaml') ? ['traces', 'logs'] : undefined;
      await sendOne(await entryOf(collector, files), signals);

      await until(async () => expect((await sink.spans()).map(({ name }) => name)).to.deep.equal([ONE.span]));
      await until(async () => expect(await metricNames(files, collector, sink)).to.include(ONE.metric));
      await until(async () => expect(await eventNames(files, collector, sink)).to.deep.equal([ONE.event]));
      await collector.halt();
      expect(collector.complaints).to.deep.equal([]);
    });
  }

  it('say where in Kubernetes a controller runs, unless it says so itself', async () => {
    const sink = await startSink([]);
    const agent = await cleanup.use(
      Collector.start({
        files: ['agent.yaml', 'overlays/kubernetes.yaml'],
        env: { COLLECTOR_GATEWAY: sink.endpoint, ...KUBERNETES },
      }),
    );
    await sendOne(agent.http, ['metrics'], { 'k8s.pod.name': 'its own' });
    const [point] = await until(async () => {
      const points = await sink.points();
      return points.length > 0 ? points : undefined;
    });
    expect(Object.fromEntries(point?.resource.map(({ key, value }) => [key, value.stringValue]) ?? [])).to.include({
      'k8s.cluster.name': 'cluster-1',
      'k8s.node.name': 'node-1',
      'k8s.namespace.name': 'namespace-1',
      'k8s.pod.name': 'its own',
      'k8s.pod.uid': 'uid-1',
    });
  });

  async function metricNames(files: readonly string[], collector: Collector, sink: OtlpSink) {
    if (files.includes('overlays/remote-write.yaml')) {
      return (await prometheus.query(ONE.metric)).map(({ metric }) => metric['__name__']);
    }
    if (files.includes('gateway.yaml')) return (await collector.exposed()).map(({ name }) => name);
    return (await sink.points()).map(({ name }) => name);
  }

  async function eventNames(files: readonly string[], collector: Collector, sink: OtlpSink) {
    if (files.includes('gateway.yaml') && !files.includes('overlays/loki.yaml')) {
      const text = (await collector.eventLines()).join('\n');
      return [...text.matchAll(/"eventName":"([^"]+)"/g)].map(([, name]) => name);
    }
    return (await sink.logs()).map(({ eventName }) => eventName);
  }

  it('stand in a documented combination, each of them', async () => {
    const names = await readdir(CONFIGURATIONS, { recursive: true });
    const files = names.filter((name) => name.endsWith('.yaml') && name !== 'builder.yaml');
    expect(files).to.not.be.empty;
    expect([...new Set(combinations.flat())]).to.have.members(files);
  });

  it('say which variable is missing, and do not start', async () => {
    const failure = await validate({ files: ['agent.yaml'] }).catch((error: Error) => error.message);
    expect(failure).to.match(/otlp_grpc: requires a non-empty "endpoint"/);
  });

  it('listen on 127.0.0.1 alone', async () => {
    for (const file of ['agent.yaml', 'gateway.yaml', 'loadbalancer.yaml']) {
      const text = await readFile(join(CONFIGURATIONS, file), 'utf8');
      const hosts = [...text.matchAll(/(?:host|endpoint): (\$\{env:COLLECTOR_\w*LISTEN\S*?\})/g)].map(
        ([, host]) => host,
      );
      expect(hosts, file).to.have.length.of.at.least(4);
      for (const host of hosts) expect(host, file).to.match(/:-127\.0\.0\.1\}$/);
      expect(text, file).to.not.match(/0\.0\.0\.0/);
    }
  });

  it('take the gateways of the load balancer as a list', async () => {
    const env = { COLLECTOR_GATEWAYS: `[127.0.0.1:${await freePort()}, 127.0.0.1:${await freePort()}]` };
    await validate({ files: ['loadbalancer.yaml'], env });
  });
});
