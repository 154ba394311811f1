import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import {
  type RebalancePrometheusExporterConfig,
  rebalancePrometheusExporter,
} from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { Cleanup } from '../../support/cleanup.js';
import { TestController } from '../../support/controller.js';
import { beginPlan } from '../../support/life.js';
import { freePort } from '../../support/process.js';
import { until } from '../../support/until.js';
import { hostileCluster, providerOf } from './hostile-cluster.js';
import { scrapeOf } from './scrape-of.js';

const WITHOUT_SERVER = { withoutScopeInfo: true, preventServerStart: true };

describe('the exporter', () => {
  it('stays a PrometheusExporter, whose holder collects everything', async () => {
    const { producer } = hostileCluster();
    const ours = rebalancePrometheusExporter({ ...WITHOUT_SERVER, rebalanceProducer: producer });
    const theirs = new PrometheusExporter({ ...WITHOUT_SERVER, metricProducers: [producer] });
    providerOf([ours, theirs]);
    expect(ours).to.be.instanceOf(PrometheusExporter);
    const names = async (exporter: PrometheusExporter) => {
      const { resourceMetrics } = await exporter.collect();
      return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
    };
    const scraped = scrapeOf(ours);
    expect(await names(ours)).to.deep.equal(await names(theirs));
    expect((await scraped).text)
      .to.include('mesh_rebalance_state{')
      .and.include('app_gauge');
  });

  it('tells ours without a provider, and why everything else is missing', async () => {
    const { producer } = hostileCluster();
    const ours = rebalancePrometheusExporter({ ...WITHOUT_SERVER, rebalanceProducer: producer });
    const { status, text } = await scrapeOf(ours);
    expect(status).to.equal(200);
    expect(text).to.include('mesh_rebalance_state{');
    expect(text).to.match(/^# failed to export metrics: MetricReader is not bound to a MetricProducer$/m);
    const none = rebalancePrometheusExporter({ ...WITHOUT_SERVER, rebalanceProducer: createRebalanceMetricProducer() });
    expect(await scrapeOf(none)).to.deep.include({
      status: 500,
      text: '# failed to export metrics: MetricReader is not bound to a MetricProducer\n',
    });
  });

  it('tells what it can when producers fail, and counts the rest', async () => {
    const { producer } = hostileCluster();
    const failing = (error: Error) => ({ collect: () => Promise.reject(error) });
    const metricProducers = [failing(new Error('first\nline')), failing(new Error('second'))];
    const ours = rebalancePrometheusExporter({ ...WITHOUT_SERVER, rebalanceProducer: producer, metricProducers });
    providerOf([ours]);
    const { status, text } = await scrapeOf(ours);
    expect(status).to.equal(200);
    expect(text).to.include('app_gauge{').and.include('mesh_rebalance_state{');
    expect(text).to.match(/^# failed to export metrics: 2 failures, the first: first line\n$/m);
  });

  it('leaves two producers of the package to the serializer, which has the series of both', async () => {
    const [first, second] = [hostileCluster().producer, createRebalanceMetricProducer()];
    const controller = new TestController('other', 'us-1');
    instrument(controller, { metricProducer: second });
    beginPlan(controller);
    const options = { ...WITHOUT_SERVER, withoutTargetInfo: true };
    const ours = rebalancePrometheusExporter({ ...options, metricProducers: [second], rebalanceProducer: first });
    const theirs = new PrometheusExporter({ ...options, metricProducers: [second, first] });
    new MeterProvider({ readers: [ours, theirs] });
    // The second one has a clock that goes on.
    const names = ({ text }: { text: string }) => text.replace(/ [^ ]+$/gm, '');
    expect(names(await scrapeOf(ours))).to.equal(names(await scrapeOf(theirs)));
  });

  it('is bound to one provider only, as any reader', () => {
    const ours = rebalancePrometheusExporter(WITHOUT_SERVER);
    new MeterProvider({ readers: [ours] });
    expect(() => new MeterProvider({ readers: [ours] })).to.throw('MetricReader can not be bound');
  });
});

describe('the exporter over HTTP', () => {
  const cleanup = Cleanup.forEachTest();

  async function serve(config: RebalancePrometheusExporterConfig = {}) {
    const port = await freePort();
    const { producer } = hostileCluster();
    let collections = 0;
    const counting = {
      collect: async () => {
        collections += 1;
        return createRebalanceMetricProducer().collect();
      },
    };
    const exporter = await new Promise<PrometheusExporter>((resolve, reject) => {
      const made = rebalancePrometheusExporter(
        { port, rebalanceProducer: producer, metricProducers: [counting as never], ...config },
        (error) => (error ? reject(error) : resolve(made)),
      );
    });
    providerOf([exporter]);
    cleanup.add(() => exporter.stopServer());
    return { port, exporter, url: `http://127.0.0.1:${port}`, collections: () => collections };
  }

  it('answers GET and HEAD, and says what else is allowed', async () => {
    const { url, collections } = await serve();
    const get = await fetch(`${url}/metrics`);
    const text = await get.text();
    expect(get.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(get.headers.get('content-length')).to.equal(String(Buffer.byteLength(text)));
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await fetch(`${url}/metrics`, { method });
      expect([method, status, headers.get('allow')]).to.deep.equal([method, 405, 'GET, HEAD']);
    }
    const other = await fetch(`${url}/other`);
    expect([other.status, await other.text()]).to.deep.equal([404, 'the metrics are at /metrics\n']);
    expect(collections()).to.equal(1);
  });

  it('answers the hosts that are allowed, whatever the port', async () => {
    const { port } = await serve({ allowedHosts: ['controller.internal', '127.0.0.1'] });
    const statusFor = async (host: string) => {
      const request = httpRequest({ port, host: '127.0.0.1', path: '/metrics', headers: { host } }).end();
      const [response] = await once(request, 'response');
      response.resume();
      return response.statusCode;
    };
    expect(await statusFor('Controller.internal:9464')).to.equal(200);
    expect(await statusFor(`127.0.0.1:${port}`)).to.equal(200);
    expect(await statusFor('evil.example')).to.equal(403);
  });

  it('collects once for all scrapes that wait while another is collected', async () => {
    const { producer } = hostileCluster();
    const collections: (() => void)[] = [];
    const slow = {
      async collect() {
        await new Promise<void>((resolve) => collections.push(resolve));
        return createRebalanceMetricProducer().collect();
      },
    };
    const ours = rebalancePrometheusExporter({
      ...WITHOUT_SERVER,
      rebalanceProducer: producer,
      metricProducers: [slow as never],
    });
    providerOf([ours]);
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      ours.getMetricsRequestHandler(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanup.add(() => server.close());
    const { port } = server.address() as AddressInfo;
    const scrape = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
    const first = scrape();
    await until(() => expect(collections).to.have.lengthOf(1));
    const others = Array.from({ length: 30 }, scrape);
    await until(() => expect(requests).to.equal(31));
    collections[0]?.();
    await until(() => expect(collections).to.have.lengthOf(2));
    collections[1]?.();
    const texts = await Promise.all([first, ...others]);
    expect(texts.filter((text) => text.includes('mesh_rebalance_state{'))).to.have.lengthOf(31);
    expect(collections).to.have.lengthOf(2);
  });

  it('collects nothing for requests that are sent before the last answer is read', async () => {
    const { port, collections } = await serve();
    const socket = connect(port, '127.0.0.1');
    cleanup.add(() => socket.destroy());
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(200));
    let bytes = 0;
    while (bytes < 1) bytes += (await once(socket, 'data'))[0].length;
    socket.pause();
    expect(collections()).to.be.lessThan(100);
  });

  it('ends with its answers at a shutdown', async () => {
    const { exporter, port } = await serve();
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    await exporter.shutdown();
    const refused = connect(port, '127.0.0.1');
    const [error] = await once(refused, 'error');
    expect(error).to.have.property('code', 'ECONNREFUSED');
    socket.destroy();
  });
});
