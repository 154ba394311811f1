/**
 * What is lost when a Collector is killed again and again while everything else goes on: each role, without and with
 * `overlays/persistence.yaml`, and a load balancer while its gateway is down.
 *
 *     node build/test/collector/bench/losses.js
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Cleanup } from '../../support/cleanup.js';
import { until } from '../../support/until.js';
import { Collector } from '../support/collector.js';
import { arrivedAt, sendNumbered } from '../support/numbered.js';
import { OtlpSink } from '../support/otlp-sink.js';

const KILLS = 6;
const BETWEEN_MS = 2_000;
const BATCH = 100;
const PERSISTENCE = 'overlays/persistence.yaml';
type Role = 'agent' | 'gateway' | 'loadbalancer';
/** Only so that the end is not waited for: a queue tries again within a second, not half a minute. */
const SOON = { retry_on_failure: { max_interval: '1s' } };
const OVERRIDES: Readonly<Record<Role, object>> = {
  agent: { exporters: { otlp_grpc: SOON } },
  gateway: { exporters: { otlp_grpc: SOON } },
  loadbalancer: {
    exporters: {
      'load_balancing/by_trace': { protocol: { otlp: SOON } },
      'load_balancing/by_process': { protocol: { otlp: SOON } },
    },
  },
};

/** Sends batches one after the other, each again until it is taken, as an SDK does. */
class Sender {
  sent = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(url: string) {
    this.#done = this.#run(url);
  }

  async #run(url: string): Promise<void> {
    while (!this.#stopped) {
      // A connection that is cut is tried again; what had arrived by then comes twice.
      const refused = await sendNumbered(url, this.sent, BATCH).catch(() => 1);
      if (refused === 0) this.sent += BATCH;
      await wait(refused === 0 ? 30 : 100);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }
}

/** The numbers of log records in the file of a gateway. */
async function loggedAt(gateway: Collector): Promise<Set<string>> {
  const text = await readFile(join(gateway.folder, 'events.jsonl'), 'utf8').catch(() => '');
  return new Set([...text.matchAll(/"key":"n","value":\{"stringValue":"(\d+)"/g)].map(([, number = '']) => number));
}

/** Starts an agent, what is behind it, and a store; kills one of them while a sender goes on. */
async function lossesOf(role: Role, files: readonly string[], storeIsDown: boolean): Promise<string> {
  return Cleanup.whole(async (parts) => {
    const sink = await parts.use(OtlpSink.start());
    const behind =
      role === 'agent'
        ? undefined
        : await parts.use(
            Collector.start({
              files: [`${role}.yaml`, ...files],
              overrides: OVERRIDES[role],
              env: { COLLECTOR_TRACE_STORE: sink.endpoint, COLLECTOR_GATEWAYS: `[${sink.endpoint}]` },
            }),
          );
    const agent = await parts.use(
      Collector.start({
        files: ['agent.yaml', ...(role === 'agent' ? files : [PERSISTENCE])],
        overrides: OVERRIDES.agent,
        env: { COLLECTOR_GATEWAY: behind?.grpc ?? sink.endpoint },
      }),
    );
    const victim = behind ?? agent;
    if (storeIsDown) await sink.collector.halt();
    const sender = new Sender(agent.http);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await wait(BETWEEN_MS);
      await victim.kill();
      await victim.restart();
    }
    await sender.stop();
    if (storeIsDown) await sink.collector.restart();
    const lost = await until(async () => {
      const before = await lossAt(sink, role, victim, sender.sent);
      await wait(5_000);
      const after = await lossAt(sink, role, victim, sender.sent);
      return before === after ? after : undefined;
    }, 120_000);
    await parts.now();
    return `sent ${sender.sent} of each, lost ${lost}`;
  });
}

async function lossAt(sink: OtlpSink, role: Role, victim: Collector, sent: number): Promise<string> {
  const { spans, points, logs } = await arrivedAt(sink);
  const atGateway = role === 'gateway';
  const logged = atGateway ? await loggedAt(victim) : logs;
  const ofPoints = atGateway ? '' : `, ${sent - points.size} points`;
  return `${sent - spans.size} spans${ofPoints}, ${sent - logged.size} log records`;
}

console.log(`Killed ${KILLS} times, ${BETWEEN_MS / 1_000} s apart.`);
const SCENARIOS: readonly (readonly [Role, readonly string[], boolean])[] = [
  ['agent', [], false],
  ['agent', [PERSISTENCE], false],
  ['agent', [], true],
  ['agent', [PERSISTENCE], true],
  ['gateway', [], false],
  ['gateway', [PERSISTENCE], false],
  ['gateway', [], true],
  ['gateway', [PERSISTENCE], true],
  ['loadbalancer', [], false],
  ['loadbalancer', [], true],
];
for (const [role, files, storeIsDown] of SCENARIOS) {
  const which = `${role} ${files.length > 0 ? 'with' : 'without'} persistence, ${storeIsDown ? 'next one down' : 'next one up'}`;
  console.log(`${which.padEnd(52)} ${await lossesOf(role, files, storeIsDown)}`);
}
