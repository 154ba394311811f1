import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { OtlpSink, type StoredPoint } from '../collector/support/otlp-sink.js';
import { until } from '../support/until.js';
import type { Project } from './project.js';
import { stepsOfWay } from './walk.js';

/** The page's times are real ones: its readers, its processors, and how long counters are at 0. */
const SPEED = 10;

/** In the place of the end of the page's plan: a move that failed, a drain and a move that go on. */
const GOES_ON = `controller.emit('moveFinished', { planId, shard: 'shard-0', outcome: 'failed', errorType: 'timeout' });
`;

/** What a receiver has of a controller that was told to end. */
export interface Delivered {
  readonly exitCode: number | null;
  /** When it was told, in nanoseconds since the Unix epoch. */
  readonly stoppedAt: string;
  /** Names of the producer's metrics just before. */
  readonly producerMetrics: readonly string[];
  readonly spans: readonly string[];
  readonly logEvents: readonly string[];
  readonly points: readonly StoredPoint[];
}

/**
 * Runs the page's controller in the middle of a plan, and ends it as a platform does.
 *
 * @param seconds after its start, in the page's time
 * @param expected throws as long as something is missing
 */
export async function stopAfter(
  seconds: number,
  { folder: installed, node, line }: Project,
  expected: (delivered: Delivered) => void,
): Promise<void> {
  const sink = await OtlpSink.start();
  const folder = await mkdtemp(join(tmpdir(), 'stopped-'));
  try {
    await symlink(join(installed, 'node_modules'), join(folder, 'node_modules'));
    for (const step of stepsOfWay('collector')) {
      if (step.kind !== 'write' || !step.file.endsWith('.mjs')) continue;
      const ofLine = line === '3' ? step.text.replaceAll(/^.*\/\/ 2\.x$\n/gm, '') : step.text;
      const text = step.file === 'controller.mjs' ? interrupted(ofLine, seconds) : hurried(ofLine);
      await writeFile(join(folder, step.file), text);
    }
    const { http } = sink.collector;
    const child = spawn(node, ['controller.mjs'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        OTEL_SERVICE_NAME: 'mesh-controller',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: http,
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${http}/v1/metrics`,
        OTEL_BSP_SCHEDULE_DELAY: String(5_000 / SPEED),
        OTEL_BLRP_SCHEDULE_DELAY: String(1_000 / SPEED),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const told = JSON.parse(printed) as Pick<Delivered, 'stoppedAt' | 'producerMetrics'>;
    await until(async () => {
      const [spans, logs, points] = await Promise.all([sink.spans(), sink.logs(), sink.points()]);
      const logEvents = logs.map(({ eventName = '' }) => eventName);
      expected({ ...told, exitCode, spans: spans.map(({ name }) => name), logEvents, points });
      return true;
    });
  } finally {
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function interrupted(text: string, seconds: number): string {
  const goesOn = text
    .replace(/^controller\.emit\('moveFinished'[\s\S]*?'planFinished'.*\n/m, GOES_ON)
    .replace('instrument(controller, {', `instrument(controller, {\n  zeroForMillis: ${60_000 / SPEED},`);
  if (!goesOn.includes(GOES_ON) || !goesOn.includes('zeroForMillis')) throw new Error('the page has another plan now');
  return `${goesOn}
import { rebalanceMetricProducer } from 'opentelemetry-instrumentation-mesh-rebalance';
setTimeout(async () => {
  const { scopeMetrics } = (await rebalanceMetricProducer().collect()).resourceMetrics;
  const producerMetrics = scopeMetrics.flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
  console.log(JSON.stringify({ stoppedAt: String(Date.now()) + '000000', producerMetrics }));
  process.kill(process.pid, 'SIGTERM');
}, ${(seconds * 1_000) / SPEED});
`;
}

function hurried(text: string): string {
  return text.replace('15_000', String(15_000 / SPEED)).replace('10_000', String(10_000 / SPEED));
}
