/*
 * Files that Grafana reads at its start: https://grafana.com/docs/grafana/latest/administration/provisioning/
 * In them `$` begins a variable of the environment; `$$` is a `$`.
 */
import { ATTR_PLAN_ID, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { yamlText } from '../rules/yaml-text.js';
import { ANY_STREAM } from './loki.js';
import { reference } from './variable-reference.js';

/** Folder of the dashboards on Grafana's machine. */
const DASHBOARD_FOLDER = '/var/lib/grafana/dashboards/mesh-rebalance';

const SCRAPE_INTERVAL = '15s';

/** Points Grafana to the dashboards. */
export function dashboardProvider(): string {
  return yamlText({
    apiVersion: 1,
    providers: [
      {
        name: 'mesh-rebalance',
        orgId: 1,
        type: 'file',
        folder: 'Mesh rebalancing',
        folderUid: 'mesh-rebalance',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: DASHBOARD_FOLDER, foldersFromFilesStructure: false },
      },
    ],
  });
}

/** Addresses of the data sources by their kind. */
export interface Hosts {
  readonly prometheus: string;
  readonly tempo: string;
  readonly jaeger: string;
  readonly loki: string;
}

/** All of them on Grafana's machine. */
export const LOCAL_HOSTS: Hosts = {
  prometheus: 'localhost',
  tempo: 'localhost',
  jaeger: 'localhost',
  loki: 'localhost',
};
/** The services of examples/stack/compose.yaml. */
export const STACK_HOSTS: Hosts = { prometheus: 'prometheus', tempo: 'tempo', jaeger: 'jaeger', loki: 'loki' };

/** The data sources that the dashboards ask, on their usual ports, with the links between them. */
export function dataSources(hosts: Hosts): string {
  const logsOfTrace = {
    datasourceUid: 'mesh-loki',
    customQuery: true,
    query: `${ANY_STREAM} | trace_id="$${reference('__trace.traceId')}"`,
    spanStartTimeShift: '-1h',
    spanEndTimeShift: '1h',
  };
  const metricsOfPlan = {
    datasourceUid: 'mesh-prometheus',
    tags: [{ key: ATTR_PLAN_ID, value: 'plan_id' }],
    spanStartTimeShift: '-1h',
    spanEndTimeShift: '1h',
    queries: [{ name: 'Shards left in the plan', query: `max(${METRICS.planShardsRemaining.name}{$$__tags})` }],
  };
  return yamlText({
    apiVersion: 1,
    datasources: [
      {
        name: 'Prometheus (mesh)',
        uid: 'mesh-prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: `http://${hosts.prometheus}:9090`,
        jsonData: {
          httpMethod: 'POST',
          // As often as Prometheus scrapes: $__rate_interval is made of it.
          timeInterval: SCRAPE_INTERVAL,
          exemplarTraceIdDestinations: [{ name: 'trace_id', datasourceUid: 'mesh-tempo' }],
        },
      },
      {
        name: 'Tempo (mesh)',
        uid: 'mesh-tempo',
        type: 'tempo',
        access: 'proxy',
        url: `http://${hosts.tempo}:3200`,
        jsonData: {
          tracesToLogsV2: logsOfTrace,
          tracesToMetrics: metricsOfPlan,
          serviceMap: { datasourceUid: 'mesh-prometheus' },
          nodeGraph: { enabled: true },
        },
      },
      {
        name: 'Jaeger (mesh)',
        uid: 'mesh-jaeger',
        type: 'jaeger',
        access: 'proxy',
        url: `http://${hosts.jaeger}:16686`,
        jsonData: { tracesToLogsV2: logsOfTrace, tracesToMetrics: metricsOfPlan, nodeGraph: { enabled: true } },
      },
      {
        name: 'Loki (mesh)',
        uid: 'mesh-loki',
        type: 'loki',
        access: 'proxy',
        url: `http://${hosts.loki}:3100`,
        jsonData: {
          derivedFields: [
            {
              name: 'Trace',
              matcherType: 'label',
              matcherRegex: 'trace_id',
              url: `$${reference('__value.raw')}`,
              datasourceUid: 'mesh-tempo',
            },
          ],
        },
      },
    ],
  });
}
