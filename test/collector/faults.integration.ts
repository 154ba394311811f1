import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { OWN_METRICS } from '../../collector/own-metrics.js';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { Authority, tlsEnvironment } from './support/certificates.js';
import { Collector, type CollectorOptions, ENQUEUE_FAILED, REFUSED, SEND_FAILED } from './support/collector.js';
import { arrivedAt, sendNumbered } from './support/numbered.js';
import { Observation } from './support/observation.js';
import { OtlpSink } from './support/otlp-sink.js';
import { SlowWay } from './support/slow-way.js';

const COUNT = 300;
/** Five minutes of retries, pressed into two seconds. */
const SHORT = { initial_interval: '50ms', max_interval: '200ms', max_elapsed_time: '2s' };
const { max_elapsed_time: _, ...SHORT_PAUSES } = SHORT;

describe('faults of the pipeline', () => {
  const cleanup = Cleanup.forEachTest();
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await cleanup.use(OtlpSink.start());
  });

  const startAgent = (files: readonly string[], options: Omit<Partial<CollectorOptions>, 'files'> = {}) =>
    cleanup.use(
      Collector.start({
        files: ['agent.yaml', ...files],
        overrides: {
          exporters: {
            otlp_grpc: { retry_on_failure: files.includes('overlays/persistence.yaml') ? SHORT_PAUSES : SHORT },
          },
        },
        ...options,
        env: { COLLECTOR_GATEWAY: sink.endpoint, ...options.env },
      }),
    );

  /** Waits until every number below `count` has arrived, of each signal. */
  const expectAll = (count: number) =>
    until(async () => {
      const { spans, points, logs } = await arrivedAt(sink);
      return expect({ spans: spans.size, points: points.size, logs: logs.size }).to.deep.equal({
        spans: count,
        points: count,
        logs: count,
      });
    });

  /** Waits until an agent has given up everything that it was sent. */
  const expectGivenUp = (agent: Collector, count: number) =>
    until(async () => expect(await agent.own(...SEND_FAILED)).to.equal(3 * count));

  it('the back end is down for less than the retries last: nothing is lost', async () => {
    const patient = { ...SHORT, max_elapsed_time: '1m' };
    const agent = await startAgent([], { overrides: { exporters: { otlp_grpc: { retry_on_failure: patient } } } });
    await sink.collector.halt();
    expect(await sendNumbered(agent.http, 0, COUNT)).to.equal(0);
    await until(async () => (await agent.own(OWN_METRICS.queueSize)) > 0);
    await sink.collector.restart();
    await expectAll(COUNT);
    expect(await agent.own(...SEND_FAILED, ...ENQUEUE_FAILED, ...REFUSED)).to.equal(0);
  });

  it('the back end is slow: what comes faster waits, then is refused, and nothing that was accepted is lost', async () => {
    const way = await cleanup.use(SlowWay.start(sink.endpoint, 1_000));
    const agent = await startAgent([], {
      env: { COLLECTOR_GATEWAY: way.endpoint },
      overrides: { exporters: { otlp_grpc: { sending_queue: { queue_size: 65_536 } } } },
    });
    const refused = await sendNumbered(agent.http, 0, 10 * COUNT, 100);
    expect(refused).to.be.greaterThan(0);
    const accepted = 30 * COUNT - 100 * refused;
    await until(async () => {
      const { spans, points, logs } = await arrivedAt(sink);
      return expect(spans.size + points.size + logs.size).to.equal(accepted);
    });
    expect(await agent.own(...REFUSED)).to.equal(100 * refused);
    expect(await agent.own(...SEND_FAILED)).to.equal(0);
  });

  it('the back end answers later than the agent waits: all arrives, several times, and is counted as lost', async () => {
    const way = await cleanup.use(SlowWay.start(sink.endpoint, 400));
    const agent = await startAgent([], {
      env: { COLLECTOR_GATEWAY: way.endpoint },
      overrides: { exporters: { otlp_grpc: { timeout: '200ms', retry_on_failure: SHORT } } },
    });
    await sendNumbered(agent.http, 0, COUNT);
    await expectGivenUp(agent, COUNT);
    await expectAll(COUNT);
    expect(agent.log).to.match(/DeadlineExceeded/);
    expect((await sink.spans()).length).to.be.greaterThan(COUNT);
  });

  it('the back end is down for longer, without persistence: what was given up is lost, and counted', async () => {
    const agent = await startAgent([]);
    await sink.collector.halt();
    await sendNumbered(agent.http, 0, COUNT);
    await expectGivenUp(agent, COUNT);
    expect(agent.log).to.match(/Exporting failed\. Dropping data/);
    await sink.collector.restart();
    await sendNumbered(agent.http, COUNT, 1);
    await until(async () => expect([...(await arrivedAt(sink)).spans]).to.deep.equal([String(COUNT)]));
  });

  it('the back end is down for longer, with persistence: nothing is lost', async () => {
    const agent = await startAgent(['overlays/persistence.yaml']);
    await sink.collector.halt();
    expect(await sendNumbered(agent.http, 0, COUNT)).to.equal(0);
    // As long as the other agent needs to give up.
    const impatient = await startAgent([]);
    await sendNumbered(impatient.http, COUNT, 1);
    await expectGivenUp(impatient, 1);
    expect(await agent.own(...SEND_FAILED)).to.equal(0);
    await sink.collector.restart();
    await expectAll(COUNT);
  });

  it('the metric store is down behind remote write: the gateway counts failures, the agent keeps, nothing is lost', async () => {
    const prometheus = await cleanup.use(Prometheus.start({ release: '3', receives: true }));
    const gateway = await cleanup.use(
      Collector.start({
        files: ['gateway.yaml', 'overlays/remote-write.yaml'],
        env: { COLLECTOR_TRACE_STORE: sink.endpoint, COLLECTOR_REMOTE_WRITE: prometheus.remoteWriteUrl },
      }),
    );
    const agent = await startAgent(['overlays/persistence.yaml'], { env: { COLLECTOR_GATEWAY: gateway.grpc } });
    await prometheus.halt();
    expect(await sendNumbered(agent.http, 0, COUNT)).to.equal(0);
    await until(async () => {
      expect(await gateway.own(OWN_METRICS.sendFailedMetricPoints)).to.be.above(0);
      return expect(await gateway.own(OWN_METRICS.refusedMetricPoints)).to.be.above(0);
    });
    expect(await agent.own(OWN_METRICS.queueSize)).to.be.above(0);
    // An exporter without a queue hands back what it cannot send: that is no loss, and no alert.
    const queues = (await gateway.ownMetrics()).filter(({ name }) => name === OWN_METRICS.queueCapacity.name);
    expect(queues.map(({ labels }) => labels['exporter'])).to.not.include('prometheus_remote_write');
    await prometheus.restart();
    await until(async () => {
      const [counted] = await prometheus.query('count(numbered)');
      return expect(counted?.value).to.equal(COUNT);
    });
    expect(await agent.own(...SEND_FAILED, ...REFUSED)).to.equal(0);
  });

  it('the Collector is killed, with persistence: what waited arrives after its restart', async () => {
    const agent = await startAgent(['overlays/persistence.yaml']);
    await sink.collector.halt();
    expect(await sendNumbered(agent.http, 0, COUNT)).to.equal(0);
    await agent.kill();
    await agent.restart();
    expect(await agent.own(OWN_METRICS.queueSize)).to.be.above(0);
    await sink.collector.restart();
    await expectAll(COUNT);
  });

  it('the Collector is killed, without persistence: what waited is lost', async () => {
    const agent = await startAgent([]);
    await sink.collector.halt();
    await sendNumbered(agent.http, 0, COUNT);
    await agent.kill();
    await sink.collector.restart();
    await agent.restart();
    await sendNumbered(agent.http, COUNT, 1);
    await until(async () => expect([...(await arrivedAt(sink)).logs]).to.deep.equal([String(COUNT)]));
  });

  it("the queue's disk is full: senders are told so, what was taken arrives, and there is room again", async () => {
    const folder = await cleanup.folder('full');
    const mount = 'mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"';
    const agent = await startAgent(['overlays/persistence.yaml'], {
      env: { COLLECTOR_QUEUE_FOLDER: folder },
      wrapper: ['unshare', '--mount', '--map-root-user', 'sh', '-c', mount, folder],
    });
    await sink.collector.halt();
    let sent = 0;
    let refused = 0;
    while (refused === 0 && sent < 10_000) {
      refused = await sendNumbered(agent.http, sent, 100, 1_000);
      sent += 100;
    }
    expect(refused).to.be.above(0);
    expect(await agent.own(...ENQUEUE_FAILED)).to.be.above(0);
    expect(agent.log).to.match(/no space left on device/);
    await sink.collector.restart();
    await until(async () => {
      // The last hundred were refused, of one signal at least.
      return expect((await arrivedAt(sink)).spans.size).to.be.at.least(sent - 100);
    });
    await until(async () => (await sendNumbered(agent.http, sent, 100)) === 0);
  });

  it('the queue is full before its disk is: senders are told so, and nothing that was taken is lost', async () => {
    const folder = await cleanup.folder('full');
    const mount = 'mount -t tmpfs -o size=12m tmpfs "$0" && exec "$@"';
    const agent = await startAgent(['overlays/persistence.yaml'], {
      env: { COLLECTOR_QUEUE_FOLDER: folder, COLLECTOR_QUEUE_BYTES: '2000000' },
      wrapper: ['unshare', '--mount', '--map-root-user', 'sh', '-c', mount, folder],
    });
    await sink.collector.halt();
    let taken = 0;
    while ((await sendNumbered(agent.http, taken, 100, 1_000)) === 0 && taken < 10_000) taken += 100;
    expect(taken).to.be.within(100, 9_900);
    expect(await agent.own(...ENQUEUE_FAILED)).to.be.above(0);
    expect(agent.log).to.not.match(/no space left on device/);
    await sink.collector.restart();
    await until(async () => {
      const { spans, points, logs } = await arrivedAt(sink);
      const missing = [spans, points, logs].map((numbers) =>
        Array.from({ length: taken }, (_, number) => String(number)).filter((number) => !numbers.has(number)),
      );
      return expect(missing).to.deep.equal([[], [], []]);
    });
  });

  it('a load balancer is killed while its gateway is down: what it holds is lost', async () => {
    const balancer = await cleanup.use(
      Collector.start({ files: ['loadbalancer.yaml'], env: { COLLECTOR_GATEWAYS: `[${sink.endpoint}]` } }),
    );
    await sink.collector.halt();
    expect(await sendNumbered(balancer.http, 0, COUNT)).to.equal(0);
    await balancer.kill();
    await sink.collector.restart();
    await balancer.restart();
    await sendNumbered(balancer.http, COUNT, 1);
    await until(async () => {
      const { spans, points, logs } = await arrivedAt(sink);
      return expect([spans, points, logs].map((numbers) => [...numbers])).to.deep.equal(
        Array.from({ length: 3 }, () => [String(COUNT)]),
      );
    });
  });

  describe('of trust', () => {
    let authority: Authority;
    let folder: string;
    beforeEach(async () => {
      folder = await cleanup.folder('trust');
      authority = await Authority.create(folder);
    });

    it('the token is wrong: all is dropped and counted, even with persistence, until the file holds the right one', async () => {
      const good = join(folder, 'good');
      const bad = join(folder, 'bad');
      await writeFile(good, 'right');
      await writeFile(bad, 'wrong');
      const tls = tlsEnvironment(await authority.issue());
      const receiving = ['overlays/tls-receive.yaml', 'overlays/bearer-token-receive.yaml'];
      sink = await cleanup.use(OtlpSink.start(receiving, { ...tls, COLLECTOR_TOKEN_FILE: good }));
      const sending = ['overlays/tls-send.yaml', 'overlays/bearer-token-send.yaml'];
      const persistent = ['overlays/persistence.yaml', 'overlays/persistence-and-bearer-token.yaml'];
      const agent = await startAgent([...sending, ...persistent], {
        env: { ...tls, COLLECTOR_TOKEN_FILE: bad },
      });
      await sendNumbered(agent.http, 0, COUNT);
      await expectGivenUp(agent, COUNT);
      expect(agent.log).to.match(/Unauthenticated/);
      await copyFile(good, bad);
      let number = COUNT;
      await until(async () => {
        number += 1;
        await sendNumbered(agent.http, number, 1);
        return (await arrivedAt(sink)).spans.size > 0 ? true : undefined;
      });
      expect((await arrivedAt(sink)).spans).to.not.include('0');
    });

    it('the certificate has expired: everything waits, and arrives when it is renewed', async () => {
      const valid = await authority.issue();
      const expired = await authority.issue(-1);
      sink = await cleanup.use(OtlpSink.start(['overlays/tls-receive.yaml'], tlsEnvironment(valid)));
      const agent = await startAgent(['overlays/tls-send.yaml'], {
        env: tlsEnvironment(expired),
        overrides: {
          exporters: { otlp_grpc: { tls: { reload_interval: '100ms' }, retry_on_failure: SHORT_PAUSES } },
        },
      });
      await sendNumbered(agent.http, 0, COUNT);
      await until(() => /expired certificate/.test(agent.log));
      expect(await agent.own(OWN_METRICS.queueSize)).to.be.above(0);
      await copyFile(valid.key, expired.key);
      await copyFile(valid.cert, expired.cert);
      await expectAll(COUNT);
    });
  });

  it('ten times the load, and nobody takes it: memory stays bounded, and the controller goes on', async () => {
    const limit = 80;
    const agent = await startAgent([], {
      env: { COLLECTOR_MEMORY_MIB: String(limit) },
      overrides: { processors: { memory_limiter: { check_interval: '100ms' } } },
    });
    await sink.collector.halt();
    const observed = await cleanup.use(Observation.start({ otlp: agent.http, instanceId: 'one' }));
    const controller = new TestController();
    observed.instrument(controller);
    let refused = 0;
    let shortest = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 100 && refused === 0; round += 1) {
      refused = await sendNumbered(agent.http, round * 500, 500, 2_000);
    }
    for (let round = 0; round < 5; round += 1) {
      const began = performance.now();
      for (let move = 0; move < 100; move += 1) moveOne(controller, `${round}-${move}`);
      // What else the machine does comes on top, and not each time.
      shortest = Math.min(shortest, performance.now() - began);
    }
    expect(refused, 'refused requests').to.be.above(0);
    expect(await agent.own(...REFUSED)).to.be.above(0);
    expect(agent.log).to.match(/Memory usage is above soft limit\. Refusing data/);
    // The limit is on the heap; the program itself and what waits to be collected come on top.
    expect(await agent.residentMib()).to.be.below(3 * limit);
    expect(shortest, 'milliseconds for the events of 100 moves').to.be.below(250);
    await sink.collector.restart();
    await until(async () => (await sendNumbered(agent.http, 0, 1)) === 0);
  });

  it('two controllers have one identity: over OTLP their series are one, which jumps between them', async () => {
    const gateway = await cleanup.use(
      Collector.start({ files: ['gateway.yaml'], env: { COLLECTOR_TRACE_STORE: sink.endpoint } }),
    );
    const twins = await Promise.all(
      [1, 2].map(async (limit) => {
        const twin = await cleanup.use(Observation.start({ otlp: gateway.http, instanceId: 'the-same' }));
        const controller = new TestController();
        twin.instrument(controller);
        controller.tell('policyChanged', { maxConcurrentMoves: limit });
        return twin;
      }),
    );
    for (const [index, twin] of twins.entries()) {
      await twin.flush();
      await until(async () => {
        const samples = await gateway.exposed();
        const limits = samples.filter(({ name }) => name === 'mesh_rebalance_shards_moving_limit');
        return expect(limits.map(({ value }) => value)).to.deep.equal([index + 1]);
      });
    }
  });
});

function moveOne(controller: TestController, shard: string): void {
  const planId = `plan-${shard.split('-')[0]}`;
  controller.tell('moveStarted', { planId, shard });
  controller.tell('moveFinished', { planId, shard, outcome: 'completed' });
}
