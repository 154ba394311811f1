import { alertGroups } from './alert-groups.js';
import { recordingGroups } from './recording.js';
import type { Settings } from './settings.js';
import { type YamlValue, yamlText } from './yaml-text.js';

const NAME = 'mesh-rebalance';

/** What a document of rules can be for. */
export const FORMATS = ['prometheus', 'operator'] as const;
/** A rule file of Prometheus, Mimir or Cortex, or a resource of the Prometheus operator. */
export type Format = (typeof FORMATS)[number];

/** The rules of one kind, or all. */
export const KINDS = ['recording', 'alerts', 'all'] as const;
/** Which rules. */
export type Kind = (typeof KINDS)[number];

/** A document of rules. */
export function ruleDocument(settings: Settings, kind: Kind, format: Format): string {
  const groups = [
    ...(kind === 'alerts' ? [] : recordingGroups(settings.values)),
    ...(kind === 'recording' ? [] : alertGroups(settings)),
  ] as unknown as YamlValue;
  if (format === 'prometheus') return yamlText({ groups });
  return yamlText({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: NAME, labels: { 'app.kubernetes.io/name': NAME } },
    spec: { groups },
  });
}

/** A resource of the Prometheus operator that has a controller's service scraped. */
export function serviceMonitor(): string {
  return yamlText({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: NAME, labels: { 'app.kubernetes.io/name': NAME } },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'mesh-controller' } },
      // Else the namespace of the mesh would be renamed to exported_namespace, and every rule would miss it.
      endpoints: [{ port: 'metrics', interval: '30s', honorLabels: true }],
    },
  });
}
