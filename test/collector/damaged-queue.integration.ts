import { mkdir, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { OWN_METRICS } from '../../collector/own-metrics.js';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { CONFIGURATIONS, Collector } from './support/collector.js';
import { arrivedAt, sendNumbered } from './support/numbered.js';
import { OtlpSink } from './support/otlp-sink.js';

const COUNT = 300;
const PAGE = 4_096;
/** The file of the spans. */
const SPANS_FILE = 'exporter_otlp_grpc__traces';
const START = join(CONFIGURATIONS, 'start.sh');

async function overwrite(file: string, bytes: Buffer, position: number): Promise<void> {
  const opened = await open(file, 'r+');
  await opened.write(bytes, 0, bytes.length, position);
  await opened.close();
}

/** Bytes that are the same in every run, and mean nothing. */
const noise = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 167 + 13) % 251));

/** What a bad disk, a power cut or a person does to a file, and what is said of it. */
const DAMAGES: Readonly<Record<string, { readonly damage: (file: string) => Promise<void>; readonly says: RegExp }>> = {
  'its header is zeroed': {
    damage: (file) => overwrite(file, Buffer.alloc(2 * PAGE), 0),
    says: /its header is not valid/,
  },
  'it is cut': { damage: (file) => truncate(file, 8 * PAGE), says: /it ends after 32768 of \d+ bytes/ },
  'it is anything': { damage: (file) => writeFile(file, noise(100_000)), says: /its header is not valid/ },
  'it is a folder': {
    damage: async (file) => {
      await rm(file);
      await mkdir(file);
    },
    says: /it is no file/,
  },
  'it is empty': { damage: (file) => truncate(file), says: /it is empty/ },
};

describe('a damaged queue', () => {
  const cleanup = Cleanup.forEachTest();
  let sink: OtlpSink;
  let folder: string;

  beforeEach(async () => {
    sink = await cleanup.use(OtlpSink.start());
    folder = await cleanup.folder('queue');
  });

  const start = () =>
    cleanup.use(
      Collector.start({
        files: ['agent.yaml', 'overlays/persistence.yaml'],
        env: { COLLECTOR_GATEWAY: sink.endpoint, COLLECTOR_QUEUE_FOLDER: folder },
        wrapper: ['env', `COLLECTOR_QUEUE_FOLDER=${folder}`, 'sh', START],
        overrides: { exporters: { otlp_grpc: { retry_on_failure: { initial_interval: '50ms' } } } },
      }),
    );

  /** An agent that was ended with everything still in its queue, and cannot deliver yet. */
  async function waiting(): Promise<Collector> {
    const agent = await start();
    await sink.collector.halt();
    expect(await sendNumbered(agent.http, 0, COUNT, 500)).to.equal(0);
    await agent.halt();
    return agent;
  }

  const putAside = async () => (await readdir(folder)).filter((name) => name.endsWith('.damaged'));

  for (const [what, { damage, says }] of Object.entries(DAMAGES)) {
    it(`${what}: the Collector starts without it, says so, and delivers the rest`, async () => {
      const agent = await waiting();
      await damage(join(folder, SPANS_FILE));
      await agent.restart();
      expect(agent.log).to.match(says);
      const [aside = '', ...others] = await putAside();
      expect(others).to.deep.equal([]);
      expect(aside).to.match(new RegExp(`^${SPANS_FILE}\\.`));
      expect(agent.log).to.include(`bytes do not arrive, kept as ${join(folder, aside)}`);
      await sink.collector.restart();
      await sendNumbered(agent.http, COUNT, 1);
      await until(async () => {
        const { spans, points, logs } = await arrivedAt(sink);
        expect([...spans]).to.deep.equal([String(COUNT)]);
        return expect([points.size, logs.size]).to.deep.equal([COUNT + 1, COUNT + 1]);
      });
    });
  }

  it('pages in the middle of it are anything: all files are put aside, and the Collector starts', async () => {
    const agent = await waiting();
    const file = join(folder, SPANS_FILE);
    const { size } = await stat(file);
    await overwrite(file, noise(size - 2 * PAGE), 2 * PAGE);
    await agent.restart();
    expect(agent.log).to.match(/the Collector ended while it read the queue\. \d+ bytes do not arrive/);
    expect(await putAside()).to.have.lengthOf(3);
    await sink.collector.restart();
    await sendNumbered(agent.http, COUNT, 1);
    await until(async () => expect([...(await arrivedAt(sink)).spans]).to.deep.equal([String(COUNT)]));
  });

  it('a good one is left alone', async () => {
    const agent = await waiting();
    await agent.restart();
    expect(agent.log).to.not.match(/put aside/);
    expect(await putAside()).to.deep.equal([]);
    expect(await agent.own(OWN_METRICS.queueSize)).to.be.above(0);
  });
});
