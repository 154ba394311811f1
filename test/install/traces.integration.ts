import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { diagMessages } from '../support/diag.js';
import { until } from '../support/until.js';
import type { Host } from './host.js';
import { readPage, type Step, stepsOf } from './page.js';
import { LINES, projectsForSuite } from './project.js';
import { holds, on, stepsOfWay, walk } from './walk.js';

const PAGE = readPage('traces.md');
const PAGES = { 'install.md': readPage('install.md'), 'traces.md': PAGE };
const DOCS = new URL('../../../docs/observability/', import.meta.url);
/** A span of its own before the plan. */
const OTHER_TRAFFIC = [
  ['import { EventEmitter }', "import { trace } from '@opentelemetry/api';\nimport { EventEmitter }"],
  ["const planId = 'plan-1';", "const planId = 'plan-1';\ntrace.getTracer('shop').startSpan('GET /').end();"],
] as const;
const OPERATIONS =
  'curl -s \'http://127.0.0.1:16686/api/traces?service=mesh-controller\' | grep -o \'"operationName":"[^"]*"\' | sort';
const PLAN_OPERATIONS = ['approval', 'drain', 'move', 'plan', 'plan.created']
  .map((name) => `"operationName":"rebalance.${name}"`)
  .join('\n');
/** One series of a cluster; a quantile of a single plan is no number yet. */
const ANSWER = /^\{mesh_cluster="eu-1", mesh_namespace="payments"(, \w+="[^"]+")*\} => (\d\S*|NaN) @\[[\d.]+\]$/;

/** Names of the page's picture of a trace, indented by two for each parent. */
function picture(): string[] {
  const [, lines = ''] = /^## What it looks like\n\n```\n([\s\S]*?)```/m.exec(PAGE) ?? [];
  return lines.split('\n').flatMap((line) => /^( *\S+)/.exec(line)?.[1] ?? []);
}

function depth(span: ReadableSpan, spans: readonly ReadableSpan[]): number {
  const parent = spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId);
  return parent === undefined ? 0 : depth(parent, spans) + 1;
}

/** A controller that tells of one whole plan. */
class OnePlan extends EventEmitter {
  readonly namespace = 'payments';
  readonly cluster = 'eu-1';
  readonly #call: () => void;

  constructor(call: () => void = () => {}) {
    super();
    this.#call = call;
  }

  executeStep(): void {
    this.#call();
  }

  run(planId: string): void {
    this.emit('planCreated', { planId, shards: 1 });
    this.emit('approvalRequested', { planId });
    this.emit('approvalDecided', { planId, decision: 'approved' });
    this.emit('drainStarted', { planId, node: 'node-a', shards: 1 });
    this.emit('moveStarted', { planId, shard: 'shard-1', source: 'node-a', target: 'node-b' });
    (this.executeStep as (step: object) => void)({ planId, shard: 'shard-1' });
    this.emit('moveFinished', { planId, shard: 'shard-1', outcome: 'completed' });
    this.emit('drainFinished', { planId, node: 'node-a', outcome: 'completed' });
    this.emit('planFinished', { planId, outcome: 'completed' });
  }
}

describe('the page on traces', () => {
  const projectOf = projectsForSuite();

  it('pictures the spans of a plan with their parents', () => {
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    try {
      const controller = new OnePlan(() => tracerProvider.getTracer('transfers').startSpan('PUT').end());
      const handle = instrument(controller, { tracerProvider, metricProducer: createRebalanceMetricProducer() });
      controller.run('plan-1');
      handle.disable();
    } finally {
      context.disable();
    }
    const spans = exporter.getFinishedSpans();
    const found = spans.map((span) => '  '.repeat(depth(span, spans)) + span.name);
    expect(found.sort()).to.deep.equal(picture().sort());
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).to.equal(1);
  });

  it('says how a plan looks that a sampler has dropped', () => {
    const exporter = new InMemorySpanExporter();
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const tracerProvider = new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const controller = new OnePlan();
    const handle = instrument(controller, { tracerProvider, metricProducer: createRebalanceMetricProducer() });
    controller.run('plan-1');
    expect(handle.traceparent('plan-1')).to.match(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    handle.disable();
    expect(exporter.getFinishedSpans()).to.deep.equal([]);
  });

  it('is answered by the programs: each command, and each query of span metrics', () =>
    on(projectOf('2'), async (host) => {
      const started = stepsOfWay('collector').filter(({ kind }) => kind === 'write' || kind === 'start');
      await walk(host, projectOf('2'), started);
      const steps = stepsOf(PAGE);
      expect(steps.map(({ kind }) => kind)).to.include.members(['check', 'promql']);
      for (const step of steps) await answered(host, step);
    }));

  async function answered(host: Host, step: Step): Promise<void> {
    if (step.kind === 'check') await holds(host, step.check);
    if (step.kind !== 'promql') return;
    await host.write('query', step.expression);
    const ask = 'promtool query instant http://127.0.0.1:9090 "$(cat query)"';
    await until(async () => {
      const lines = (await host.type(ask)).trimEnd().split('\n');
      for (const line of lines) expect(line, step.expression).to.match(ANSWER);
      return true;
    });
  }

  for (const line of LINES) {
    it(`keeps a plan and drops the rest with its sampler, on OpenTelemetry JS ${line}.x`, () =>
      on(projectOf(line), async (host) => {
        const project = projectOf(line);
        const isStart = (step: Step) => step.kind === 'start' && step.program !== 'prometheus';
        const files = stepsOfWay('scrape').filter(({ kind }) => kind === 'write');
        // The page's own telemetry.mjs comes after the one of the way.
        await walk(host, project, files, { replaced: { 'controller.mjs': OTHER_TRAFFIC } });
        await walk(host, project, stepsOf(PAGE, 'sampler'), { replaced: { 'telemetry.mjs': [['(0.1)', '(0)']] } });
        await walk(host, project, stepsOfWay('scrape').filter(isStart));
        await holds(host, { line: OPERATIONS, output: PLAN_OPERATIONS });
        await host.end('controller');
        await holds(host, { line: OPERATIONS, output: PLAN_OPERATIONS });
      }));
  }
});

describe('the pages on installation and traces', () => {
  for (const [name, page] of Object.entries(PAGES)) {
    it(`have no dead link: ${name}`, () => {
      for (const [, target = ''] of page.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [path = '', anchor] = target.split('#');
        const file = new URL(path === '' ? name : path, DOCS);
        expect(existsSync(file), target).to.equal(true);
        if (anchor !== undefined) expect(anchors(readFileSync(file, 'utf8')), target).to.include(anchor);
      }
    });
  }

  const anchors = (markdown: string) =>
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    );

  it('name what diag says, once, of a producer that no reader has', async () => {
    let now = Date.now();
    const reader = new PrometheusExporter({ preventServerStart: true });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const messages = await diagMessages(async () => {
      const options = { meterProvider, metricProducer: createRebalanceMetricProducer(), clock: () => now };
      const controller = new OnePlan();
      const handle = instrument(controller, options);
      for (let minute = 0; minute < 5; minute += 1) {
        controller.emit('heartbeat');
        await reader.collect();
        now += 60_000;
      }
      handle.disable();
    });
    const [, told = ''] = /`diag` says `([^`]+)`/.exec(PAGES['install.md']) ?? [];
    expect(told).to.not.equal('');
    expect(messages.filter((message) => message.includes(told))).to.have.length(1);
  });
});
