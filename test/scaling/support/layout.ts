import { Collector, type CollectorOptions } from '../../collector/support/collector.js';
import { Jaeger } from '../../collector/support/jaeger.js';
import { Observation } from '../../collector/support/observation.js';
import type { Cleanup } from '../../support/cleanup.js';
import { TestController } from '../../support/controller.js';
import { Prometheus } from '../../support/prometheus.js';
import { VictoriaMetrics } from './victoria-metrics.js';

const AGENTS = 2;
const GATEWAYS = 2;
/** So many that each gateway is sure to get some of them: which one does depends on the ports. */
const PROCESSES = 14;
const PLANS = 3;
/** The second way out of a gateway: a Prometheus is given the very same samples. */
const REFERENCE = 'prometheus_remote_write/reference';

/** `service.name` of every controller process. */
export const SERVICE = 'mesh-controller';

/** A controller process with the ids of its plans. */
export interface Process {
  readonly observed: Observation;
  readonly controller: TestController;
  readonly instance: string;
  readonly plans: readonly string[];
}

/**
 * The layout of docs/observability/scaling.md: controllers, agents, a load balancer and gateways, with VictoriaMetrics and
 * Jaeger as stores.
 */
export interface Layout {
  readonly jaeger: Jaeger;
  readonly victoria: VictoriaMetrics;
  /** Is given the same samples as VictoriaMetrics. */
  readonly prometheus: Prometheus;
  readonly gateways: readonly Collector[];
  readonly collectors: readonly Collector[];
  readonly processes: readonly Process[];
}

/** Starts all of it, the stores first. */
export async function startLayout(cleanup: Cleanup): Promise<Layout> {
  const jaeger = await cleanup.use(Jaeger.start());
  // As the page says; and it shows what has arrived at once, not half a minute later.
  const flags = ['-search.minStalenessInterval=5m', '-search.latencyOffset=0s'];
  const victoria = await cleanup.use(VictoriaMetrics.start(flags));
  const prometheus = await cleanup.use(Prometheus.start({ release: '3', receives: true }));

  const collectors: Collector[] = [];
  const start = async (count: number, options: CollectorOptions) => {
    const started: Collector[] = [];
    for (let index = 0; index < count; index += 1) started.push(await cleanup.use(Collector.start(options)));
    collectors.push(...started);
    return started;
  };
  const gateways = await start(GATEWAYS, {
    files: ['gateway.yaml', 'overlays/remote-write.yaml'],
    env: { COLLECTOR_TRACE_STORE: jaeger.endpoint, COLLECTOR_REMOTE_WRITE: victoria.remoteWriteUrl },
    overrides: {
      exporters: {
        [REFERENCE]: {
          http: { endpoint: prometheus.remoteWriteUrl },
          translation_strategy: 'UnderscoreEscapingWithSuffixes',
          disable_scope_info: true,
        },
      },
      service: { pipelines: { metrics: { exporters: ['prometheus_remote_write', REFERENCE] } } },
    },
  });
  const [balancer] = await start(1, {
    files: ['loadbalancer.yaml'],
    env: { COLLECTOR_GATEWAYS: `[${gateways.map(({ grpc }) => grpc).join(', ')}]` },
  });
  const agents = await start(AGENTS, { files: ['agent.yaml'], env: { COLLECTOR_GATEWAY: balancer?.grpc ?? '' } });

  const processes: Process[] = [];
  for (let index = 0; index < PROCESSES; index += 1) {
    const instance = `controller-${index}`;
    const otlp = agents[index % AGENTS]?.http ?? '';
    const observed = await cleanup.use(Observation.start({ otlp, instanceId: instance, serviceName: SERVICE }));
    const controller = new TestController('payments', `eu-${index}`);
    observed.instrument(controller);
    const plans = Array.from({ length: PLANS }, (_, plan) => `eu-${index}-plan-${plan}`);
    processes.push({ observed, controller, instance, plans });
  }
  return { jaeger, victoria, prometheus, gateways, collectors, processes };
}
