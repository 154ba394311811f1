import { yamlText } from '../rules/yaml-text.js';

const NAME = 'mesh-rebalance-dashboards';
const FOLDER = 'Mesh rebalancing';
const LABELS = { 'app.kubernetes.io/name': 'mesh-rebalance' };

/**
 * A ConfigMap that the sidecar of Grafana's Helm chart picks up by its label. The JSON stands in it without blanks: what
 * `kubectl apply` keeps in an annotation may have 256 KiB, a ConfigMap 1 MiB.
 *
 * @param dashboards by the name of their file
 */
export function configMap(dashboards: Readonly<Record<string, object>>): string {
  const data = Object.entries(dashboards).map(([file, dashboard]) => [file, JSON.stringify(dashboard)]);
  return yamlText({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: NAME,
      labels: { ...LABELS, grafana_dashboard: '1' },
      annotations: { grafana_folder: FOLDER },
    },
    data: Object.fromEntries(data) as Record<string, string>,
  });
}

/**
 * Resources of the grafana-operator, one a dashboard, that take the JSON from the ConfigMap.
 *
 * @param files names of the files in the ConfigMap
 */
export function operatorDashboards(files: readonly string[]): string {
  const resources = files.map((file) =>
    yamlText({
      apiVersion: 'grafana.integreatly.org/v1beta1',
      kind: 'GrafanaDashboard',
      metadata: { name: file.replace(/\.json$/, ''), labels: LABELS },
      spec: {
        folder: FOLDER,
        resyncPeriod: '10m',
        instanceSelector: { matchLabels: { dashboards: 'grafana' } },
        configMapRef: { name: NAME, key: file },
      },
    }),
  );
  return resources.join('---\n');
}
