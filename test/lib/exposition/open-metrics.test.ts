import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import {
  type RebalancePrometheusExporterConfig,
  rebalancePrometheusExporter,
} from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { boundText, familyHeader } from '../../../lib/exposition/open-metrics.js';
import { Cleanup, removeFolder, scratchFolder } from '../../support/cleanup.js';
import { parseExposition } from '../../support/exposition.js';
import { TestSdk } from '../../support/sdk.js';
import { hostileCluster, providerOf } from './hostile-cluster.js';
import { scrapeOf } from './scrape-of.js';

const ACCEPT = { accept: 'application/openmetrics-text' };
const EXEMPLAR = / # \{trace_id="([0-9a-f]{32})"\} \d+(\.\d+)? \d+(\.\d+)?$/gm;

function exporterOf(config: RebalancePrometheusExporterConfig = {}, sdk = new TestSdk()) {
  const { clock, producer } = hostileCluster(sdk.tracerProvider);
  const exporter = rebalancePrometheusExporter({ preventServerStart: true, rebalanceProducer: producer, ...config });
  providerOf([exporter]);
  return { exporter, clock, sdk };
}

const openMetricsOf = async (exporter: PrometheusExporter) => (await scrapeOf(exporter, '/', ACCEPT)).text;

describe('the OpenMetrics text', () => {
  it('has the series and values of the plain one', async () => {
    const { exporter } = exporterOf();
    const text = await openMetricsOf(exporter);
    expect(text).to.match(/\n# EOF\n$/);
    const series = (lines: string) =>
      parseExposition(lines).map(({ name, labels: { le, ...labels }, value }) =>
        JSON.stringify([name, labels, le && Number(le.replace('Inf', 'Infinity')), String(value)]),
      );
    const plain = await scrapeOf(exporter);
    expect(series(text.replace(EXEMPLAR, '')).sort()).to.deep.equal(series(plain.text).sort());
  });

  it('names types, and units where they are the end of the name', async () => {
    const { exporter } = exporterOf();
    const metadata = (await openMetricsOf(exporter)).split('\n').filter((line) => /^# (TYPE|UNIT)/.test(line));
    expect(metadata).to.include.members([
      '# TYPE target info',
      '# TYPE http_server_duration counter',
      '# TYPE mesh_rebalance_plan_approvals counter',
      '# TYPE mesh_rebalance_phase_duration_seconds histogram',
      '# UNIT mesh_rebalance_phase_duration_seconds seconds',
    ]);
    const units = metadata.filter((line) => line.startsWith('# UNIT'));
    for (const line of units) expect(line).to.match(/^# UNIT \w+_(\w+) \1$/);
    expect(familyHeader('http_request_ms', 'gauge', 'ms', '')).to.equal('# TYPE http_request_ms gauge\n');
    expect(familyHeader('size_bytes', 'gauge', 'By', 'a "b"')).to.include(
      '# UNIT size_bytes bytes\n# HELP size_bytes a \\"b\\"',
    );
  });

  it('leads from the duration histogram to the traces of plans', async () => {
    const { exporter, sdk } = exporterOf();
    const lines = (await openMetricsOf(exporter)).split('\n').filter((line) => line.match(EXEMPLAR));
    expect(lines.length).to.be.greaterThan(5);
    for (const line of lines) expect(line).to.match(/^mesh_rebalance_phase_duration_seconds_bucket\{/);
    const traces = new Set(sdk.spans().map((span) => span.spanContext().traceId));
    for (const [, traceId] of lines.join('\n').matchAll(EXEMPLAR)) expect(traces).to.include(traceId);
  });

  it('tells when counters began where that is asked for', async () => {
    expect(await openMetricsOf(exporterOf().exporter)).to.not.include('_created{');
    const text = await openMetricsOf(exporterOf({ withCreatedTimestamps: true }).exporter);
    expect(text).to.match(/^mesh_rebalance_plan_approvals_created\{.*\} \d+(\.\d+)?$/m);
    expect(text).to.match(/^mesh_rebalance_phase_duration_seconds_created\{.*\} \d+(\.\d+)?$/m);
  });

  it('leaves out what others have the name of, and merges what becomes one', async () => {
    const { producer } = hostileCluster();
    const exporter = rebalancePrometheusExporter({ preventServerStart: true, rebalanceProducer: producer });
    const provider = new MeterProvider({ readers: [exporter] });
    const [first, second] = [provider.getMeter('first'), provider.getMeter('second')];
    first.createCounter('requests').add(1, { 'a.b': 'x', a_b: 'y', '1st': 'z' });
    second.createGauge('requests').record(2);
    second.createGauge('requests.total').record(3);
    second.createGauge('mesh.rebalance.phase.duration.seconds.sum').record(4);
    second.createCounter('requests').add(5, { 'a.b': 'x', a_b: 'y', '1st': 'z' });
    const text = await openMetricsOf(exporter);
    expect(text.match(/^requests.*$/gm)).to.deep.equal(['requests_total{a_b="x;y",_1st="z"} 5']);
    expect(text).to.not.match(/^mesh_rebalance_phase_duration_seconds_sum 4$/m);
  });

  it('writes bounds as Go does', () => {
    const bounds = [5, 0.005, 172_800, 1e6, 2.5e7, 1e-5, 0, -1, Number.POSITIVE_INFINITY];
    expect(bounds.map(boundText)).to.deep.equal([
      '5.0',
      '0.005',
      '172800.0',
      '1e+06',
      '2.5e+07',
      '1e-05',
      '0.0',
      '-1.0',
      '+Inf',
    ]);
  });
});

describe('a selection', () => {
  it('is of a cluster, a namespace and metrics, in either format', async () => {
    const { exporter } = exporterOf();
    const names = async (query: string, headers = {}) => {
      const { status, text } = await scrapeOf(exporter, `/metrics?${query}`, headers);
      expect(status, text).to.equal(200);
      return parseExposition(text.replace(EXEMPLAR, '').trim());
    };
    for (const headers of [{}, ACCEPT]) {
      const cluster = await names('cluster=eu-1', headers);
      expect(cluster.length).to.be.greaterThan(200);
      expect(new Set(cluster.map(({ labels }) => labels['cluster']))).to.deep.equal(new Set(['eu-1']));
      const two = await names('name[]=mesh_rebalance_plan_approvals_total&name[]=app_level&name[]=none', headers);
      expect(new Set(two.map(({ name }) => name))).to.deep.equal(
        new Set(['mesh_rebalance_plan_approvals_total', 'app_level']),
      );
      const both = await names(`namespace=${encodeURIComponent('pay"ments\\')}&name[]=mesh_rebalance_paused`, headers);
      expect(both).to.have.lengthOf(2);
    }
  });

  it('that is wrong gets 400, with what is allowed', async () => {
    const { exporter } = exporterOf();
    const refusal = async (query: string) => {
      const { status, text } = await scrapeOf(exporter, `/metrics?${query}`);
      expect(status, query).to.equal(400);
      return text;
    };
    expect(await refusal('claster=a')).to.equal(
      'unknown parameter "claster"; allowed are cluster, namespace and name[]\n',
    );
    expect(await refusal('cluster=eu-3')).to.equal('no cluster "eu-3"; there are "eu-1", "eu \\"2\\"\\\\"\n');
    expect(await refusal('cluster=eu-1&cluster=eu-1')).to.equal('cluster is allowed once\n');
    expect(await refusal('namespace=')).to.include('no namespace ""');
    expect(await refusal('name[]=%7Bx%7D')).to.include('name[] is the name of a metric, not "{x}"');
    expect(await refusal(Array.from({ length: 51 }, (_, i) => `name[]=a${i}`).join('&'))).to.include('50 times');
  });
});

describe('a compressed answer', () => {
  const cleanup = Cleanup.forEachTest();

  it('is sent to who asks for it from elsewhere', async () => {
    const { exporter } = exporterOf();
    const folder = await scratchFolder('gzip');
    cleanup.add(() => removeFolder(folder));
    // As behind a proxy, of which nobody can say where it is asked from.
    const socketPath = join(folder, 'socket');
    const server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
    await once(server.listen(socketPath), 'listening');
    cleanup.add(() => server.close());
    const answer = async (headers: Record<string, string>) => {
      const [response] = await once(get({ socketPath, path: '/metrics', headers, agent: false }), 'response');
      const body = Buffer.concat(await response.toArray());
      return { encoding: response.headers['content-encoding'], length: response.headers['content-length'], body };
    };
    const plain = await answer({});
    const compressed = await answer({ 'accept-encoding': 'gzip' });
    expect([plain.encoding, compressed.encoding]).to.deep.equal([undefined, 'gzip']);
    expect(compressed.length).to.equal(String(compressed.body.length));
    expect(compressed.body.length).to.be.lessThan(plain.body.length / 5);
    expect(gunzipSync(compressed.body).toString()).to.equal(plain.body.toString());
  });
});
