import { expect } from 'chai';
import type { Host } from './host.js';
import { type Check, failureRows, readPage } from './page.js';
import type { Project } from './project.js';
import { type Change, holds, on, stepsOfWay, type Way, walk } from './walk.js';

/** A row of the page's table, and how it comes about. */
export interface Failure {
  readonly symptom: string;
  /** What the command prints after the remedy. */
  readonly afterwards: string;
  readonly way: Way;
  /** Those of the way that are needed beside the controller. */
  readonly programs: readonly string[];
  readonly broken: Change;
  /** Default: as the page says. */
  readonly remedied?: Change;
  /** The command asks for what a controller leaves behind. */
  readonly afterItsEnd?: boolean;
  /** What else runs. */
  readonly besides?: (host: Host, change: Change) => Promise<void>;
  /** What there is after the remedy and was not before, where the command then prints nothing. */
  readonly proof?: Check;
  /** What the symptom says that its command does not show. */
  readonly also?: (host: Host) => Promise<void>;
}

/** Where a controller is seen, whatever is wrong with it. Straight to a store there is no such place. */
const SEEN: Readonly<Partial<Record<Way, Check>>> = {
  scrape: {
    line: "curl -s http://127.0.0.1:9464/metrics | grep -m1 -o '^mesh_rebalance_moves_total'",
    output: 'mesh_rebalance_moves_total',
  },
  collector: {
    line: "curl -s http://127.0.0.3:8889/metrics | grep -m1 -o '^mesh_rebalance_moves_total'",
    output: 'mesh_rebalance_moves_total',
  },
};
/** Else the end of a controller waits for it. */
const NO_TRACE_STORE = { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '500' };

const TARGET_WITH_NAMESPACE = [
  '- targets: ["127.0.0.1:9464"]',
  '- targets: ["127.0.0.1:9464"]\n        labels: { namespace: monitoring }',
] as const;
const CONVERTED = ['global:', 'global:\n  convert_classic_histograms_to_nhcb: true'] as const;
const CLASSIC_LEFT_OUT = ['always_scrape_classic_histograms: true', 'always_scrape_classic_histograms: false'] as const;
const HAND_WIRED = `
import { metrics as api, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { metrics, resources, tracing } from '@opentelemetry/sdk-node';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';

api.setGlobalMeterProvider(new metrics.MeterProvider({ readers: [rebalancePrometheusExporter()] }));
export const sdk = new tracing.BasicTracerProvider({
  resource: resources.resourceFromAttributes({ 'service.name': 'mesh-controller' }),
  spanProcessors: [new tracing.BatchSpanProcessor(new OTLPTraceExporter())],
});
trace.setGlobalTracerProvider(sdk);
`;
const EXECUTED_STEP = [
  ['import { EventEmitter }', "import { trace } from '@opentelemetry/api';\nimport { EventEmitter }"],
  ["cluster: 'eu-1' }", "cluster: 'eu-1', executeStep: () => trace.getTracer('transfers').startSpan('PUT').end() }"],
  [
    "controller.emit('moveFinished'",
    "controller.executeStep({ planId, shard: 'shard-1' });\ncontroller.emit('moveFinished'",
  ],
] as const;
const CROWD = [
  [
    "controller.emit('heartbeat');\nset",
    `for (let i = 0; i < 700; i += 1) {
  instrument(Object.assign(new EventEmitter(), { namespace: 'payments', cluster: \`us-\${i}\` }));
}
set`,
  ],
] as const;
const EXPORTER = 'rebalancePrometheusExporter()';

/** In the order of the page. */
export const FAILURES: readonly Failure[] = [
  {
    symptom: 'Rules and dashboards find nothing, although the scrape works: labels are renamed',
    afterwards: '{"status":"success","data":[]}',
    way: 'scrape',
    programs: ['prometheus'],
    broken: {
      replaced: {
        'prometheus.yml': [TARGET_WITH_NAMESPACE, ['honor_labels: true', 'honor_labels: false']],
      },
    },
    remedied: { replaced: { 'prometheus.yml': [TARGET_WITH_NAMESPACE] } },
    also: (host) =>
      holds(host, {
        line: "promtool query instant http://127.0.0.1:9090 'count(mesh_rebalance_paused)'",
        output: '{} => 1 @[…]',
      }),
  },
  {
    symptom: 'Counters are there, plans are not: no plan series',
    afterwards: '14',
    way: 'scrape',
    programs: [],
    broken: {
      replaced: {
        'telemetry.mjs': [
          ['opentelemetry-instrumentation-mesh-rebalance/prometheus', '@opentelemetry/exporter-prometheus'],
          ['{ rebalancePrometheusExporter }', '{ PrometheusExporter }'],
          [EXPORTER, 'new PrometheusExporter()'],
        ],
      },
    },
  },
  {
    symptom: 'The scrape is refused from another host',
    afterwards: 'mesh_rebalance_paused{namespace="payments",cluster="eu-1"} 0',
    way: 'scrape',
    programs: [],
    broken: {},
    remedied: { replaced: { 'telemetry.mjs': [[EXPORTER, "rebalancePrometheusExporter({ host: '0.0.0.0' })"]] } },
  },
  {
    symptom: 'Two processes merge behind a Collector, values jump, a restart looks like a reset',
    afterwards:
      'mesh_rebalance_paused{cluster="eu-1",instance="controller-1",job="mesh-controller",namespace="payments"} 0\nmesh_rebalance_paused{cluster="eu-1",instance="controller-2",job="mesh-controller",namespace="payments"} 0',
    way: 'collector',
    programs: ['gateway', 'agent'],
    broken: { replaced: { controller: [['OTEL_RESOURCE_ATTRIBUTES=service.instance.id=controller-1', '']] } },
    besides: async (host, { replaced }) => {
      const identity = replaced === undefined ? 'OTEL_RESOURCE_ATTRIBUTES=service.instance.id=controller-2' : '';
      await host.launch(
        'second',
        `OTEL_SERVICE_NAME=mesh-controller ${identity} OTEL_TRACES_EXPORTER=none node controller.mjs`,
      );
    },
  },
  {
    symptom: 'No log events',
    afterwards: '',
    way: 'collector',
    programs: ['gateway', 'agent'],
    proof: {
      line: 'grep -m1 -o \'"eventName":"mesh.rebalance.approval_decided"\' events.jsonl',
      output: '"eventName":"mesh.rebalance.approval_decided"',
    },
    broken: { replaced: { 'controller.mjs': [['  loggerProvider: logs.getLoggerProvider(), // 2.x\n', '']] } },
  },
  {
    symptom: 'No traces at all',
    afterwards: '…trace_id="…"} 1',
    way: 'scrape',
    programs: [],
    broken: { replaced: { controller: [['OTEL_TRACES_EXPORTER=otlp', 'OTEL_TRACES_EXPORTER=none']] } },
  },
  {
    symptom: 'OTLP straight to Prometheus: nothing arrives, HTTP 500',
    afterwards: '',
    way: 'prometheus',
    programs: ['prometheus'],
    proof: {
      line: "promtool query instant http://127.0.0.1:9090 'count(mesh_rebalance_moves_total)'",
      output: '{} => 3 @[…]',
    },
    broken: { environment: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta' } },
  },
  {
    symptom: 'The plan has a `trace_id`, the store has no trace',
    afterwards: '{"data":[{"traceID":…',
    way: 'scrape',
    programs: ['jaeger'],
    broken: { environment: { OTEL_TRACES_SAMPLER: 'always_off' } },
    afterItsEnd: true,
    also: async (host) => {
      const info = await host.type("curl -s http://127.0.0.1:9464/metrics | grep '^mesh_rebalance_plan_info'");
      expect(info).to.match(/trace_id="[0-9a-f]{32}"/);
    },
  },
  {
    symptom: 'The last spans and log events before an exit are missing',
    afterwards: '{"data":["mesh-controller"],"total":1,…',
    way: 'scrape',
    programs: ['jaeger'],
    broken: {
      replaced: { 'controller.mjs': [['  handle.disable();\n  await sdk.shutdown();\n', '']] },
      environment: { OTEL_BSP_SCHEDULE_DELAY: '600000' },
    },
    remedied: { environment: { OTEL_BSP_SCHEDULE_DELAY: '600000' } },
    afterItsEnd: true,
  },
  {
    symptom: 'Calls of `executeStep` are traces of their own',
    afterwards: '1',
    way: 'scrape',
    programs: ['jaeger'],
    broken: { files: { 'telemetry.mjs': HAND_WIRED }, replaced: { 'controller.mjs': EXECUTED_STEP } },
    remedied: { replaced: { 'controller.mjs': EXECUTED_STEP } },
    afterItsEnd: true,
  },
  {
    symptom: 'Ages are negative or too small',
    afterwards: '',
    way: 'scrape',
    programs: ['prometheus'],
    proof: {
      line: "promtool query instant http://127.0.0.1:9090 'abs(mesh_rebalance_controller_heartbeat_timestamp_seconds - time()) < 60'",
      output: '{cluster="eu-1", instance="127.0.0.1:9464", job="mesh-controller", namespace="payments"} => …',
    },
    broken: {
      files: { 'ahead.mjs': 'const { now } = Date;\nDate.now = () => now() + 600_000;\n' },
      environment: { NODE_OPTIONS: '--import=./ahead.mjs' },
    },
  },
  {
    symptom: '*Duration goal* and *Time to rebalance* are empty: Prometheus converts histograms',
    afterwards: '',
    way: 'scrape',
    programs: ['prometheus'],
    broken: { replaced: { 'prometheus.yml': [CONVERTED, CLASSIC_LEFT_OUT] } },
    remedied: { replaced: { 'prometheus.yml': [CONVERTED] } },
    proof: {
      line: "promtool query instant http://127.0.0.1:9090 'count(count by (__name__) (mesh_rebalance_phase_duration_seconds_bucket))'",
      output: '{} => 1 @[…]',
    },
    also: (host) =>
      holds(host, {
        line: "promtool query instant http://127.0.0.1:9090 'count(count by (__name__) (mesh_rebalance_phase_duration_seconds))'",
        output: '{} => 1 @[…]',
      }),
  },
  {
    symptom: 'Counters of the clusters that came last are missing',
    afterwards: '',
    way: 'scrape',
    programs: [],
    broken: { replaced: { 'controller.mjs': CROWD } },
    remedied: {
      replaced: {
        'controller.mjs': CROWD,
        'telemetry.mjs': [
          [
            'new NodeSDK({ ',
            "new NodeSDK({ views: [{ meterName: 'opentelemetry-instrumentation-mesh-rebalance', aggregationCardinalityLimit: 20_000 }], ",
          ],
        ],
      },
    },
  },
];

/** Produces a failure, asks with the page's command, and asks again after the remedy. */
export async function expectFailure(failure: Failure, project: Project): Promise<void> {
  const row = failureRows(readPage('install.md')).find(({ symptom }) => symptom === failure.symptom);
  if (row === undefined) throw new Error(`the page has no ${failure.symptom}`);
  const { check } = row;
  await on(project, async (host) => {
    await bringAbout(host, failure, failure.broken, project);
    await holds(host, check);
    if (failure.proof !== undefined) expect((await host.type(failure.proof.line)).trim()).to.equal('');
  });
  await on(project, async (host) => {
    await bringAbout(host, failure, failure.remedied ?? {}, project);
    if (failure.proof !== undefined) await holds(host, failure.proof);
    await holds(host, { line: check.line, output: failure.afterwards });
  });
}

/** Runs what the failure needs, until its controller has been seen. */
async function bringAbout(host: Host, failure: Failure, change: Change, project: Project): Promise<void> {
  const needed = [...failure.programs, 'controller'];
  const steps = stepsOfWay(failure.way).filter(
    (step) => step.kind === 'write' || (step.kind === 'start' && needed.includes(step.program)),
  );
  const environment = { ...(failure.programs.includes('jaeger') ? {} : NO_TRACE_STORE), ...change.environment };
  await walk(host, project, steps, { ...change, environment });
  await failure.besides?.(host, change);
  const seen = SEEN[failure.way];
  if (seen !== undefined) await holds(host, seen);
  await failure.also?.(host);
  if (failure.afterItsEnd) await host.end('controller');
}
