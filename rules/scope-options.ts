import { LABELS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { Matcher } from './promql/index.js';
import { isOfMesh, type Scope } from './scope.js';
import { SettingsError } from './settings-error.js';

/** Labels that identify clusters and alerts. */
const OF_RULES = ['alertname', 'alertstate', 'severity', 'job', 'instance', 'exporter', 'receiver'];
const OF_METRICS = Object.keys(LABELS);

/**
 * Labels for every rule.
 *
 * @param texts such as `team=storage`
 * @throws SettingsError
 */
export function labelsFrom(texts: readonly string[]): Scope['labels'] {
  const labels: Record<string, string> = {};
  for (const text of texts) {
    const [, name, value] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      throw new SettingsError(`--label must be a name and a value such as team=storage, not "${text}"`);
    }
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) || name.startsWith('__')) {
      throw new SettingsError(
        `--label ${text}: a name has letters, digits and _, and begins with a letter or one _, such as team`,
      );
    }
    if ([...OF_RULES, ...OF_METRICS].includes(name)) {
      throw new SettingsError(
        `--label ${text}: the rules give ${name} themselves; any name is allowed but ${[...OF_RULES, ...OF_METRICS].join(', ')}`,
      );
    }
    if (value === '' || value.includes('{{')) {
      throw new SettingsError(`--label ${text}: a value is a text that is not empty, and no template`);
    }
    if (Object.hasOwn(labels, name)) throw new SettingsError(`--label ${text}: ${name} is ${labels[name]} already`);
    labels[name] = value;
  }
  return labels;
}

/** Kubernetes takes fewer texts as labels than Prometheus does. @throws SettingsError */
export function checkKubernetesLabels(labels: Scope['labels']): void {
  for (const [name, value] of Object.entries(labels)) {
    for (const text of [name, value]) {
      if (/^[a-z0-9]([-\w.]{0,61}[a-z0-9])?$/i.test(text)) continue;
      throw new SettingsError(
        `--label ${name}=${value}: a label of a Kubernetes resource has at most 63 letters, digits, -, _ and ., and begins and ends with a letter or digit`,
      );
    }
  }
}

const CONDITION = /^\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*")\s*(?:,|$)/su;

/**
 * Conditions for every series of the package.
 *
 * @param text as it stands between the braces of a selector: `env="prod",region=~"eu-.+"`
 * @throws SettingsError
 */
export function selectorFrom(text: string): readonly Matcher[] {
  const inside = text
    .trim()
    .replace(/^\{(.*)\}$/su, '$1')
    .replace(/,\s*$/u, '');
  const matchers: Matcher[] = [];
  for (let rest = inside; rest !== ''; ) {
    const [condition = '', label = '', operator = '', literal = ''] = CONDITION.exec(rest) ?? [];
    if (literal === '') {
      throw new SettingsError(
        `--selector must be conditions such as env="prod",region=~"eu-.+", which "${rest}" is not`,
      );
    }
    if (label === '__name__' || (OF_METRICS.includes(label) && !isOfMesh(label))) {
      throw new SettingsError(
        `--selector ${label}…: a condition on it would hide a part of a cluster from its alerts; namespace, cluster and labels of your own are allowed`,
      );
    }
    matchers.push({ label, operator: operator as Matcher['operator'], value: textOf(literal) });
    rest = rest.slice(condition.length);
  }
  if (matchers.length === 0) throw new SettingsError('--selector must be conditions such as env="prod", not ""');
  return matchers;
}

/** The text of a literal in double quotes, whose escapes are those that JSON has too. */
function textOf(literal: string): string {
  try {
    return JSON.parse(literal);
  } catch (error) {
    throw new SettingsError(`--selector ${literal}: ${(error as Error).message}`);
  }
}
