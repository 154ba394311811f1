import { expect } from 'chai';
import { ATTR_PLAN_ID, EVENTS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { createMeshCluster } from '../../examples/lab/cluster.js';
import { RealTimeline } from '../../examples/lab/real-timeline.js';
import type { MeshController } from '../../examples/mesh/controller.js';
import { Cleanup } from '../support/cleanup.js';
import type { Sample } from '../support/exposition.js';
import { Prometheus } from '../support/prometheus.js';
import { until } from '../support/until.js';
import { Collector, type CollectorOptions } from './support/collector.js';
import { Jaeger, type JaegerSpan } from './support/jaeger.js';
import { Observation } from './support/observation.js';

const SERVICE = 'mesh-controller';
const OTHER_SERVICE = 'web-shop';
const HOUR_S = 3_600;

interface EventRecord {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly eventName?: string;
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

/** How often each name occurs. */
function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const planOf = ({ tags }: JaegerSpan) => tags.find(({ key }) => key === ATTR_PLAN_ID)?.value;

describe('a mesh, over an agent, a load balancer and two gateways to Jaeger, a file and Prometheus', () => {
  const cleanup = Cleanup.forSuite();
  let jaeger: Jaeger;
  const gateways: Collector[] = [];
  const collectors: Collector[] = [];
  let prometheus: Prometheus;
  /** A controller is another process after its restart. */
  const processes: Observation[] = [];
  /** What the controllers told of, by the name of the span that it makes. */
  const expected: string[] = [];
  let planId: string;
  /** What could be seen of the plan in the middle of it. */
  let midway: { readonly drains: EventRecord[]; readonly spans: JaegerSpan[] };

  before(async () => {
    jaeger = await cleanup.use(Jaeger.start());
    const collector = (options: CollectorOptions) => cleanup.use(Collector.start(options));
    for (let count = 0; count < 2; count += 1) {
      gateways.push(
        await collector({
          files: ['gateway.yaml'],
          env: {
            COLLECTOR_TRACE_STORE: jaeger.endpoint,
            COLLECTOR_SAMPLING_PERCENT: '0',
            COLLECTOR_SPAN_METRICS_INTERVAL: '4s',
          },
        }),
      );
    }
    const endpoints = gateways.map(({ grpc }) => grpc).join(', ');
    const loadbalancer = await collector({
      files: ['loadbalancer.yaml'],
      env: { COLLECTOR_GATEWAYS: `[${endpoints}]` },
    });
    const agent = await collector({ files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: loadbalancer.grpc } });
    collectors.push(agent, loadbalancer, ...gateways);
    const targets = gateways.map(({ ports }) => ports.metrics);
    prometheus = await cleanup.use(Prometheus.start({ release: '3', targets }));
    const observe = (instanceId: string, serviceName: string) =>
      cleanup.use(Observation.start({ otlp: agent.http, instanceId, serviceName }));
    for (const instanceId of ['before', 'after']) processes.push(await observe(instanceId, SERVICE));
    await rebalanceAcrossRestart();
    // What has nothing to do with a plan: a hundred traces, of which one failed.
    const shop = await observe('shop', OTHER_SERVICE);
    processes.push(shop);
    for (let request = 0; request < 100; request += 1) {
      const span = shop.tracerProvider.getTracer('shop').startSpan(request === 50 ? 'GET /broken' : 'GET /');
      if (request === 50) span.setStatus({ code: 2 });
      span.end();
    }
    await Promise.all(processes.map((process) => process.flush()));
  });

  /** Drains a node of a mesh. In the middle of it the controller crashes, and another process takes over. */
  async function rebalanceAcrossRestart(): Promise<void> {
    /** The mesh stands still while its plan is looked at, which else were over before a slow machine sees it. */
    let [stoodSince, stood]: [number | undefined, number] = [undefined, 0];
    const timeline = new RealTimeline({ speed: 400, clock: () => (stoodSince ?? Date.now()) - stood });
    cleanup.add(() => timeline.stop());
    const waiting = [...processes];
    const mesh = createMeshCluster({
      namespace: 'payments',
      cluster: 'eu-1',
      seed: 7,
      timeline,
      nodes: 5,
      shards: 60,
      policy: { approvalMode: 'auto', imbalance: 10, maxConcurrentMoves: 2 },
      instrumented: (controller) => {
        listen(controller);
        controller.on('drainProgressed', ({ shardsRemaining }) => {
          if (stood === 0 && shardsRemaining <= 8) stoodSince ??= Date.now();
        });
        return (waiting.shift() as Observation).instrument(controller, { clock: timeline.now });
      },
    });
    cleanup.add(() => mesh.stop());
    ({ id: planId } = mesh.controller.propose({
      drain: ['node-0002'],
      dryRun: false,
      approvalMode: 'manual',
      requestedBy: 'ada',
    }));
    mesh.controller.approve(planId, 'grace');
    const remaining = () => mesh.controller.plans().find(({ id }) => id === planId)?.shardsRemaining;
    await until(() => stoodSince !== undefined);
    await processes[0]?.flush();
    midway = {
      drains: await until(async () => {
        const found = (await records()).filter(({ eventName }) => eventName === EVENTS.drainStarted.name);
        return found.length > 0 ? found : undefined;
      }),
      spans: await until(async () => {
        const found = (await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId })).flat();
        return found.some(({ operationName }) => operationName === SPANS.move.name) ? found : undefined;
      }),
    };
    expect(remaining(), 'shards to move when the controller crashes').to.be.above(0);
    stood = Date.now() - (stoodSince ?? 0);
    stoodSince = undefined;
    mesh.faults.crash();
    mesh.faults.restart();
    await until(
      () => (mesh.controller.plans().find(({ id }) => id === planId)?.endedAt === undefined ? undefined : true),
      60_000,
    );
    mesh.stop();
  }

  function listen(controller: MeshController): void {
    const step = (name: string) => (payload: { planId: string }) => {
      if (payload.planId === planId) expected.push(name);
    };
    // The plan has no id here yet when it is created.
    controller.on('approvalDecided', ({ planId: id }) => {
      planId ??= id;
      expected.push(SPANS.approval.name);
    });
    controller.on('drainFinished', step(SPANS.drain.name));
    controller.on('moveFinished', step(SPANS.move.name));
    controller.on('planFinished', step(SPANS.plan.name));
  }

  it('shows the plan as one trace with every step, found by its id, although its controller was restarted', async () => {
    const steps = tally([SPANS.planCreated.name, ...expected]);
    expect(steps[SPANS.move.name]).to.be.at.least(12);
    await until(async () => {
      const traces = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId });
      expect(traces).to.have.length(1);
      return expect(tally(traces[0]?.map(({ operationName }) => operationName) ?? [])).to.deep.equal(steps);
    });
    const [spans = []] = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId });
    expect(new Set(spans.map(planOf))).to.deep.equal(new Set([planId]));
    const warned = spans.flatMap(({ operationName, warnings }) =>
      (warnings ?? []).map((text) => [operationName, text]),
    );
    expect(warned).to.deep.equal([]);
    expect(new Set(spans.map(({ spanID }) => spanID)).size).to.equal(spans.length);
  });

  it("puts log events into the gateways' files, those of the plan with its trace id", async () => {
    const [spans = []] = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId });
    const found = await until(async () => {
      const all = await records();
      return all.some(({ eventName }) => eventName === EVENTS.planFinished.name) ? all : undefined;
    });
    const names = new Set(found.map(({ eventName }) => eventName));
    const { guardrailTripped, ...ofEveryPlan } = EVENTS;
    expect(names).to.include.all.keys(Object.values(ofEveryPlan).map(({ name }) => name));
    expect(new Set(found.map(({ traceId }) => traceId))).to.deep.equal(new Set([spans[0]?.traceID]));
  });

  it('has the steps of the trace that are open in its log events, before any back end has their spans', () => {
    const [drain] = midway.drains;
    expect(drain?.traceId).to.equal(midway.spans[0]?.traceID);
    expect(drain?.spanId).to.match(/^[0-9a-f]{16}$/);
    expect(midway.spans.map(({ spanID }) => spanID)).to.not.include(drain?.spanId);
  });

  /** Log events of the plan in the gateways' files. */
  async function records(): Promise<EventRecord[]> {
    const lines = await Promise.all(gateways.map((gateway) => gateway.eventLines()));
    return lines.flat().flatMap(recordsOf).filter(isOfPlan);
  }
  const recordsOf = (line: string): EventRecord[] =>
    (JSON.parse(line) as { resourceLogs: { scopeLogs: { logRecords: EventRecord[] }[] }[] }).resourceLogs.flatMap(
      ({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords),
    );
  const isOfPlan = ({ attributes = [] }: EventRecord) =>
    attributes.some(({ key, value }) => key === ATTR_PLAN_ID && value.stringValue === planId);

  it('counts every span before the sampling, by duration up to 48 h, without any id', async () => {
    const steps = tally([SPANS.planCreated.name, ...expected, ...Array(99).fill('GET /'), 'GET /broken']);
    const exposed = () => Promise.all(gateways.map((gateway) => gateway.exposed())).then((samples) => samples.flat());
    const samples = await until(async () => {
      const found = (await exposed()).filter(({ name }) => name.startsWith('traces_span_metrics_'));
      const counts: Record<string, number> = {};
      for (const { name, labels, value } of found) {
        const span = labels['span_name'] ?? '';
        if (name === 'traces_span_metrics_duration_seconds_count') counts[span] = (counts[span] ?? 0) + value;
      }
      expect(counts).to.include(steps);
      return found;
    });
    const bounds = new Set(samples.map(({ labels }) => labels['le']).filter((le) => le !== undefined && le !== '+Inf'));
    expect(Math.max(...[...bounds].map(Number))).to.equal(48 * HOUR_S);
    expect([...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))]).to.have.members(SPAN_METRIC_LABELS);
    for (const { labels } of samples) expect(Object.values(labels)).to.not.include(planId);
  });

  it("leads from a span metric to the plan's trace", async () => {
    const [spans = []] = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId });
    await until(async () => {
      const query = `traces_span_metrics_duration_seconds_bucket{span_name="${SPANS.drain.name}"}`;
      return expect(await prometheus.exemplarTraceIds(query)).to.include(spans[0]?.traceID);
    });
  });

  it('samples other traffic, but keeps what failed', async () => {
    await until(async () => {
      const traces = await jaeger.findTraces(OTHER_SERVICE);
      return expect(traces.flat().map(({ operationName }) => operationName)).to.deep.equal(['GET /broken']);
    });
  });

  it('has each series of a process on one gateway', async () => {
    const keys = (await Promise.all(gateways.map((gateway) => gateway.exposed()))).map((samples) =>
      samples.filter(({ name }) => name.startsWith('mesh_rebalance_')).map(keyOf),
    );
    const everything = keys.flat();
    expect(everything).to.not.be.empty;
    expect(new Set(everything).size).to.equal(everything.length);
    const processesOf = (found: readonly string[]) => new Set(found.map((key) => /"instance":"(\w+)"/.exec(key)?.[1]));
    const [first, second] = keys.map(processesOf) as [Set<string>, Set<string>];
    expect([...first].filter((instance) => second.has(instance))).to.deep.equal([]);
    expect([...first, ...second]).to.have.members(['before', 'after']);
  });

  const keyOf = ({ name, labels }: Sample) =>
    `${name} ${JSON.stringify(Object.fromEntries(Object.entries(labels).sort()))}`;

  it('makes no Collector complain', () => {
    expect(collectors.flatMap(({ complaints }) => complaints)).to.deep.equal([]);
  });
});

const SPAN_METRIC_LABELS = [
  'collector_instance_id',
  'instance',
  'job',
  'le',
  'mesh_cluster',
  'mesh_namespace',
  'mesh_rebalance_approval_decision',
  'mesh_rebalance_outcome',
  'service_name',
  'span_kind',
  'span_name',
  'status_code',
];
