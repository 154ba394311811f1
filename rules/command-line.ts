import { parseArgs } from 'node:util';
import { FORMATS, type Format, KINDS, type Kind } from './documents.js';
import { checkKubernetesLabels, labelsFrom, selectorFrom } from './scope-options.js';
import { DEFAULTS, PRESETS, type Settings, withThresholds } from './settings.js';
import { SettingsError } from './settings-error.js';
import type { ThresholdValues } from './thresholds.js';

export const HELP = `Usage: rebalance-rules [options]

Writes the Prometheus rules and the dashboards of mesh rebalancing with thresholds of your own.

Thresholds:
  --preset small|default|large  the set to begin with; small: a handful of clusters that are seldom rebalanced,
                                default: some tens of clusters of up to 200 nodes and 1,000 shards,
                                large: hundreds of clusters, or shards that take long to move
  --set <name>=<value>          changes a threshold; may be given again
  --list                        prints every threshold with its value, and writes nothing

Rules:
  --grafana <url>               where your Grafana is; default: ${DEFAULTS.grafana}
  --runbooks <url>              folder of the runbooks, or an address with {name} for that of the alert;
                                default: ${DEFAULTS.runbooks}
  --label <name>=<value>        a label on every rule, and on resources of the operator; may be given again
  --selector <conditions>       what our series must meet besides, in a Prometheus that others use too: env="prod"
  --only recording|alerts       what the dashboards read, or the alerts with what they remember by
  --format <format>             prometheus: a rule file, the default; operator: a PrometheusRule resource;
                                service-monitor: a ServiceMonitor resource, which has a controller scraped
  --out <file>                  where to write; default: standard output

Dashboards:
  --dashboards <folder>         writes the three dashboards there too, with these thresholds, links and conditions

  -h, --help                    this text
`;

/** A task that a command line can set. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'list'; readonly values: ThresholdValues }
  | {
      readonly kind: 'write';
      readonly settings: Settings;
      readonly only: Kind;
      readonly format: Format;
      readonly out: string | undefined;
      readonly dashboards: string | undefined;
    };

/** Reads a command line. @throws SettingsError */
export function requestFrom(args: readonly string[]): Request {
  const options = optionsFrom(args);
  if (options.help) return { kind: 'help' };
  const values = withThresholds(options.set ?? [], oneOf('preset', PRESETS, options.preset ?? 'default'));
  if (options.list) {
    const { list: _, set: __, preset: ___, ...others } = options;
    const [other] = Object.keys(others);
    if (other !== undefined) throw new SettingsError(`--list takes --preset and --set, not --${other}`);
    return { kind: 'list', values };
  }
  const labels = labelsFrom(options.label ?? []);
  const format = oneOf('format', FORMATS, options.format ?? 'prometheus');
  if (format !== 'prometheus') checkKubernetesLabels(labels);
  return {
    kind: 'write',
    settings: {
      values,
      labels,
      selector: options.selector === undefined ? [] : selectorFrom(options.selector),
      grafana: options.grafana === undefined ? DEFAULTS.grafana : address('grafana', options.grafana),
      runbooks: options.runbooks === undefined ? DEFAULTS.runbooks : address('runbooks', options.runbooks),
    },
    only: oneOf('only', KINDS, options.only ?? 'all'),
    format,
    out: options.out,
    dashboards: options.dashboards,
  };
}

function optionsFrom(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        preset: { type: 'string' },
        set: { type: 'string', multiple: true },
        list: { type: 'boolean' },
        grafana: { type: 'string' },
        runbooks: { type: 'string' },
        label: { type: 'string', multiple: true },
        selector: { type: 'string' },
        only: { type: 'string' },
        format: { type: 'string' },
        out: { type: 'string' },
        dashboards: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    // Node goes on with advice about arguments that begin with a dash, of which there are none here.
    const [problem] = (error as Error).message.split(/\. |\n/);
    throw new SettingsError(`${problem}; --help shows the options`);
  }
}

function oneOf<T extends string>(option: string, choices: readonly T[], value: string): T {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new SettingsError(`--${option} must be one of ${choices.join(', ')}, not "${value}"`);
  return choice;
}

function address(option: string, text: string): string {
  if (!URL.canParse(text))
    throw new SettingsError(`--${option} must be an address such as https://example.com, not "${text}"`);
  return text.replace(/\/+$/, '');
}
