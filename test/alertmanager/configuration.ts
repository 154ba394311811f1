import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { inSeconds } from '../../rules/duration.js';

/** What tests look at in a configuration of Alertmanager. */
export interface Configuration {
  global?: Record<string, string>;
  templates: string[];
  route: Route;
  time_intervals: { name: string; time_intervals: object[] }[];
  inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal: string[] }[];
  receivers: Receiver[];
}

interface Route {
  receiver: string;
  matchers?: string[];
  group_by?: string[];
  group_wait?: string;
  group_interval?: string;
  repeat_interval?: string;
  mute_time_intervals?: string[];
  routes?: Route[];
}

interface Receiver {
  name: string;
  pagerduty_configs?: { routing_key_file: string }[];
  webhook_configs?: { url: string; http_config: { authorization: { credentials_file: string } } }[];
  msteamsv2_configs?: { webhook_url_file: string }[];
  slack_configs?: { api_url_file: string }[];
  email_configs?: { smarthost: string; require_tls?: boolean }[];
}

/** The secrets that a {@link writeLocal} configuration reads from files. */
export const SECRETS = { routingKey: 'routing-key-of-the-test', ticketToken: 'ticket-token-of-the-test' };

export async function readConfiguration(path: string): Promise<Configuration> {
  return parse(await readFile(path, 'utf8'));
}

/** What differs from the shipped configuration. */
export interface Changes {
  /** Where the receivers are. */
  readonly receivers: string;
  /** Days of the maintenance window, which is all day long. Default: as shipped. */
  readonly maintenanceOn?: readonly string[];
  /** Added to the shipped ones. */
  readonly moreRules?: Configuration['inhibit_rules'];
  /** Milliseconds that a minute of the shipped waits and intervals takes. Default: groups wait half a second. */
  readonly minuteMillis?: number;
  /** Further ways of the receivers of pages and of tickets: Slack, and mail by the server at this address. */
  readonly moreWays?: { readonly ways: Pick<Receiver, 'slack_configs' | 'email_configs'>; readonly mail: string };
}

/**
 * Writes a shipped configuration as somebody would install it, with its templates and secrets beside it. Only where the
 * receivers are and how long groups wait is not as shipped.
 *
 * @returns path of the configuration
 */
export async function writeLocal(shipped: string, folder: string, changes: Changes): Promise<string> {
  const { receivers, maintenanceOn, moreRules = [], minuteMillis, moreWays } = changes;
  const configuration = await readConfiguration(shipped);
  for (const template of configuration.templates) {
    await mkdir(join(folder, dirname(template)), { recursive: true });
    await copyFile(join(dirname(shipped), template), join(folder, template));
  }
  const secret = async (name: string, text: string) => {
    await writeFile(join(folder, name), `${text}\n`);
    return join(folder, name);
  };
  configuration.global = { pagerduty_url: `${receivers}/pagerduty` };
  for (const { pagerduty_configs = [], webhook_configs = [], msteamsv2_configs = [] } of configuration.receivers) {
    for (const config of pagerduty_configs) config.routing_key_file = await secret('routing-key', SECRETS.routingKey);
    for (const config of msteamsv2_configs) config.webhook_url_file = await secret('teams', `${receivers}/teams`);
    for (const config of webhook_configs) {
      config.url = `${receivers}/tickets`;
      config.http_config.authorization.credentials_file = await secret('token', SECRETS.ticketToken);
    }
  }
  if (moreWays !== undefined) {
    const { slack_configs = [], email_configs = [] } = moreWays.ways;
    const slack = await secret('slack', `${receivers}/slack`);
    for (const receiver of configuration.receivers.filter(({ name }) => /-(page|ticket)$/.test(name))) {
      receiver.slack_configs = slack_configs.map((config) => ({ ...config, api_url_file: slack }));
      receiver.email_configs = email_configs.map((config) => ({
        ...config,
        smarthost: moreWays.mail,
        require_tls: false,
      }));
    }
  }
  hasten(configuration.route, minuteMillis);
  configuration.inhibit_rules.push(...moreRules);
  if (maintenanceOn !== undefined) {
    for (const window of configuration.time_intervals) window.time_intervals = [{ weekdays: maintenanceOn }];
  }
  const path = join(folder, 'alertmanager.yml');
  // JSON is YAML.
  await writeFile(path, JSON.stringify(configuration));
  return path;
}

function hasten(route: Route, minuteMillis: number | undefined): void {
  const scaled = (duration: string) => `${Math.round((inSeconds(duration) / 60) * (minuteMillis ?? 0))}ms`;
  for (const name of ['group_wait', 'group_interval', 'repeat_interval'] as const) {
    const duration = route[name];
    if (duration === undefined) continue;
    if (minuteMillis !== undefined) route[name] = scaled(duration);
    else if (name !== 'repeat_interval') route[name] = '500ms';
  }
  for (const child of route.routes ?? []) hasten(child, minuteMillis);
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** Two days of the week, UTC: today and tomorrow, or others that are not close to now. */
export function daysAround(now: Date, offset: 'now' | 'far'): string[] {
  const first = now.getUTCDay() + (offset === 'now' ? 0 : 3);
  return [first, first + 1].map((day) => WEEKDAYS[day % 7] as string);
}
