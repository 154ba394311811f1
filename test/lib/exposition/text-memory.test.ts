import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { SpareMemory } from '../../../lib/exposition/text-memory.js';
import { Cleanup } from '../../support/cleanup.js';
import { hostileCluster } from './hostile-cluster.js';

describe('the memory of a text', () => {
  const cleanup = Cleanup.forEachTest();

  it('holds what it is given, however long', () => {
    const memory = new SpareMemory().lend();
    const texts = [
      'a',
      'ü€😀\ud800',
      'é'.repeat(100_000),
      'x'.repeat(131_072),
      'b'.repeat(100_000),
      'c'.repeat(100_000),
    ];
    const bytes = texts.map((text) => memory.bytesOf(text));
    for (const [index, text] of texts.entries()) expect(bytes[index]?.equals(Buffer.from(text))).to.equal(true);
  });

  /** Serves an exporter through what an app has in between. Returns what scrapes it. */
  async function serve(between: (response: ServerResponse) => void) {
    const exporter: PrometheusExporter = rebalancePrometheusExporter({
      preventServerStart: true,
      rebalanceProducer: hostileCluster().producer,
    });
    const provider = new MeterProvider({ readers: [exporter] });
    cleanup.add(() => provider.shutdown());
    const server = createServer((request, response) => {
      between(response);
      exporter.getMetricsRequestHandler(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    cleanup.add(() => server.close());
    const { port } = server.address() as AddressInfo;
    return async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  }

  it('is that of the text before, once it is written', async () => {
    const memories: ArrayBufferLike[] = [];
    const scrape = await serve((response) => {
      const end = response.end.bind(response);
      response.end = ((chunk: Buffer) => {
        memories.push(chunk.buffer);
        return end(chunk);
      }) as never;
    });
    for (let i = 0; i < 3; i += 1) await scrape('/?name[]=mesh_rebalance_state');
    expect(new Set(memories).size).to.equal(1);
  });

  it('is left to whatever holds the text for longer', async () => {
    const held: { readonly bytes: Buffer; readonly text: string; readonly write: () => void }[] = [];
    // As a piece does that compresses: the answer has ended, and nothing is written.
    const scrape = await serve((response) => {
      const end = response.end.bind(response);
      response.end = ((bytes: Buffer) => {
        held.push({ bytes, text: bytes.toString(), write: () => end(bytes) });
        return response;
      }) as never;
    });
    const scrapes: Promise<string>[] = [];
    for (const path of ['/?name[]=mesh_rebalance_plans', '/?name[]=mesh_rebalance_state']) {
      const count = held.length;
      scrapes.push(scrape(path));
      while (held.length === count) await new Promise(setImmediate);
    }
    for (const { write } of held) write();
    const texts = await Promise.all(scrapes);
    expect(new Set(texts).size).to.equal(2);
    for (const [index, { bytes, text }] of held.entries()) {
      expect(bytes.toString()).to.equal(text);
      expect(texts[index]).to.equal(text);
    }
  });

  it('is left to HTTP/2, which sends the bytes when it can', async () => {
    const exporter = rebalancePrometheusExporter({
      preventServerStart: true,
      rebalanceProducer: hostileCluster().producer,
    });
    const memories: ArrayBufferLike[] = [];
    const server = createHttp2Server((request, response) => {
      const end = response.end.bind(response);
      response.end = ((chunk: Buffer) => {
        memories.push(chunk.buffer);
        return end(chunk);
      }) as never;
      exporter.getMetricsRequestHandler(request as never, response as never);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    cleanup.add(() => {
      session.destroy();
      server.close();
    });
    for (let i = 0; i < 3; i += 1) {
      const stream = session.request({ ':path': '/' }).setEncoding('utf8');
      let text = '';
      for await (const part of stream) text += part;
      expect(text).to.include('mesh_rebalance_state{');
    }
    expect(new Set(memories).size).to.equal(3);
  });
});
