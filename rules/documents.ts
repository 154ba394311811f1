import { alertGroups } from './alert-groups.js';
import { memoryGroup } from './known.js';
import { recordingGroups } from './recording.js';
import type { AlertRule, RecordingRule, RuleGroup } from './rule.js';
import type { Settings } from './settings.js';
import { type YamlValue, yamlText } from './yaml-text.js';

const NAME = 'mesh-rebalance';

/** Kinds of documents, by who reads them. */
export const FORMATS = ['prometheus', 'operator', 'service-monitor'] as const;
/**
 * A rule file of Prometheus, Mimir or Cortex, the same as a resource of the Prometheus operator, or the operator's resource
 * that has a controller scraped.
 */
export type Format = (typeof FORMATS)[number];

/** The rules of one kind, or all. */
export const KINDS = ['recording', 'alerts', 'all'] as const;
/** Selection of the rules to write. */
export type Kind = (typeof KINDS)[number];

/** A document as YAML. */
export function documentText(settings: Settings, kind: Kind, format: Format): string {
  return format === 'service-monitor' ? serviceMonitor(settings) : ruleDocument(settings, kind, format);
}

/** Content of a document, in a few words. */
export function contentOf(settings: Settings, kind: Kind, format: Format): string {
  if (format === 'service-monitor') return 'a ServiceMonitor';
  const count = (groups: readonly RuleGroup<AlertRule | RecordingRule>[]) =>
    groups.reduce((sum, { rules }) => sum + rules.length, 0);
  const parts = [];
  if (kind !== 'recording') parts.push(`${count(alertGroups(settings))} alerting rules`);
  parts.push(`${count(recordings(settings, kind))} recording rules`);
  return parts.join(' and ');
}

/** A document of rules. */
export function ruleDocument(settings: Settings, kind: Kind, format: Exclude<Format, 'service-monitor'>): string {
  const groups = [
    ...recordings(settings, kind),
    ...(kind === 'recording' ? [] : alertGroups(settings)),
  ] as unknown as YamlValue;
  if (format === 'prometheus') return yamlText({ groups });
  return yamlText({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: metadata(settings),
    spec: { groups },
  });
}

/** The recording rules that a document has: those of the dashboards, and those that its alerts need. */
function recordings(settings: Settings, kind: Kind): RuleGroup<RecordingRule>[] {
  return [
    ...(kind === 'alerts' ? [] : recordingGroups(settings)),
    ...(kind === 'recording' ? [] : [memoryGroup(settings)]),
  ];
}

/** A resource of the Prometheus operator that has a controller's service scraped. */
export function serviceMonitor(settings: Settings): string {
  return yamlText({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadata(settings),
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'mesh-controller' } },
      // Else the namespace of the mesh would be renamed to exported_namespace, and every rule would miss it.
      endpoints: [{ port: 'metrics', interval: '30s', honorLabels: true }],
    },
  });
}

/** The operator finds resources by their labels. */
function metadata({ labels }: Settings) {
  return { name: NAME, labels: { 'app.kubernetes.io/name': NAME, ...labels } };
}
