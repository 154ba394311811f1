import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { OtlpSink } from './support/otlp-sink.js';

const COUNT = 2_000;
const SECOND_NS = 1_000_000_000n;
const ERROR = 2;

/** Trace ids that are spread evenly over their random end. */
const traceIdOf = (number: number) =>
  `${'a'.repeat(24)}${((number * 0x9e_37_79_b1) >>> 0).toString(16).padStart(8, '0')}`;

interface Other {
  readonly name: string;
  readonly seconds?: bigint;
  readonly status?: number;
}

/** Sends spans that belong to no plan, each of a trace of its own. */
async function sendOther(url: string, count: number, { name, seconds = 0n, status = 0 }: Other): Promise<void> {
  const start = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: count }, (_, number) => ({
    traceId: traceIdOf(number),
    spanId: (number + 1).toString(16).padStart(16, '0'),
    name,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + seconds * SECOND_NS),
    status: { code: status },
  }));
  const response = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  expect(response.status, await response.text()).to.equal(200);
}

describe('sampling in the gateway', () => {
  const cleanup = Cleanup.forEachTest();
  let sink: OtlpSink;

  beforeEach(async () => {
    sink = await cleanup.use(OtlpSink.start());
  });

  const startGateway = (percent: string, files: readonly string[] = []) =>
    cleanup.use(
      Collector.start({
        files: ['gateway.yaml', ...files],
        env: { COLLECTOR_TRACE_STORE: sink.endpoint, COLLECTOR_SAMPLING_PERCENT: percent },
        overrides: { exporters: { otlp_grpc: { retry_on_failure: { initial_interval: '50ms' } } } },
      }),
    );

  const arrived = async (name: string) => (await sink.spans()).filter((span) => span.name === name);

  it('keeps what failed, what was slow, and of the rest the share that is set, the same on each gateway', async () => {
    const keptOf = async (name: string, percent: string) => {
      const gateway = await startGateway(percent);
      await sendOther(gateway.http, COUNT, { name });
      await sendOther(gateway.http, 1, { name: `${name}: failed`, status: ERROR });
      await sendOther(gateway.http, 1, { name: `${name}: slow`, seconds: 5n });
      for (const kept of ['failed', 'slow']) {
        await until(async () => expect(await arrived(`${name}: ${kept}`)).to.have.lengthOf(1));
      }
      // What came before these two has been decided on, and is delivered when the gateway ends.
      await gateway.halt();
      // A sink writes by and by, in the order in which it is sent.
      await sendOther(sink.collector.http, 1, { name: `${name}: end` });
      await until(async () => expect(await arrived(`${name}: end`)).to.have.lengthOf(1));
      return (await arrived(name)).map(({ traceId }) => traceId).sort();
    };
    expect(await keptOf('none', '0')).to.have.lengthOf(0);
    const some = await keptOf('one gateway', '12.5');
    expect(some.length / COUNT).to.be.within(0.115, 0.135);
    expect(await keptOf('another gateway', '12.5')).to.deep.equal(some);
    expect(await keptOf('all', '100')).to.have.lengthOf(COUNT);
  });

  it('a gateway with persistence is killed while the store is down: no span that it kept is lost', async () => {
    const gateway = await startGateway('100', ['overlays/persistence.yaml']);
    await sink.collector.halt();
    await sendOther(gateway.http, COUNT, { name: 'other' });
    await gateway.kill();
    await gateway.restart();
    await sink.collector.restart();
    await until(async () => expect(new Set((await arrived('other')).map(({ spanId }) => spanId)).size).to.equal(COUNT));
  });

  it('a gateway with persistence is killed while the store is up: the same', async () => {
    const gateway = await startGateway('100', ['overlays/persistence.yaml']);
    await sendOther(gateway.http, COUNT, { name: 'other' });
    await gateway.kill();
    await gateway.restart();
    await until(async () => expect(new Set((await arrived('other')).map(({ spanId }) => spanId)).size).to.equal(COUNT));
  });
});
