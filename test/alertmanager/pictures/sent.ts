import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { playScenario } from '../../../examples/lab/run.js';
import { scenarioNamed } from '../../../examples/lab/scenario-named.js';
import { ScrapeTimes } from '../../../examples/lab/scrape-times.js';
import { runCommand } from '../../../tools/command.js';
import { program } from '../../../tools/program.js';
import { alertHistory } from '../../rules/alert-history.js';
import { inputSeriesText } from '../../rules/input-series-text.js';
import { ALERT_NAMES } from '../../rules/rule-files.js';
import { Cleanup } from '../../support/cleanup.js';
import { MINUTE } from '../../support/time.js';
import { until } from '../../support/until.js';
import { Alertmanager } from '../alertmanager.js';
import { MailServer } from '../mail-server.js';
import { RELEASES } from '../release.js';
import { StandIn } from '../stand-in.js';

const README = new URL('../../../../rules/alertmanager/README.md', import.meta.url);
/** The rules need as many clusters of a fleet for one in trouble and others beside it. */
const CLUSTERS = 5;
/** What groups wait for is half a second here: who was notified by then, is. */
const SETTLED_MS = 3_000;

/** A minute of a history of the lab. */
export interface Minute {
  readonly scenario: string;
  readonly minute: number;
}

/** What each receiver was sent of all that fires in that minute: the first message, if any. */
export interface Sent {
  readonly pagerduty?: { readonly payload: Payload; readonly links: readonly { href: string; text: string }[] };
  readonly teams?: { readonly attachments: readonly { content: { body: readonly { text: string }[] } }[] };
  readonly mail?: { readonly subject: string; readonly html: string };
  /** Printed by `amtool alert query`. */
  readonly terminal: string;
}

interface Payload {
  readonly summary: string;
  readonly severity: string;
  readonly source: string;
  readonly class: string;
  readonly custom_details: Readonly<Record<string, string | number>>;
}

/** Lets the committed rules judge a history, and a real Alertmanager send what fires in that minute. */
export async function sentAt({ scenario, minute }: Minute): Promise<Sent> {
  const firing = await firingAt(scenarioNamed(scenario), minute);
  const [release] = RELEASES;
  if (release === undefined) throw new Error('there is no release of Alertmanager');
  const [, snippet = ''] =
    /<!-- test: receivers -->\n\n```yaml\n([\s\S]*?)```/.exec(await readFile(README, 'utf8')) ?? [];
  const running = new Cleanup();
  try {
    const mail = await running.use(MailServer.start());
    const standIn = await running.use(StandIn.start());
    const moreWays = { ways: parse(snippet), mail: mail.address };
    const alertmanager = await running.use(Alertmanager.start(release, { receivers: standIn.url, moreWays }));
    // What began long ago is sent at once, before anything can mute it: the worst is there first.
    for (const severity of ['critical', 'warning']) {
      const alerts = firing.filter(({ labels }) => labels.severity === severity);
      if (alerts.length === 0) continue;
      await alertmanager.post(alerts);
      await until(() => standIn.received.teams.length > 0 && mail.mails.length > 0);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const query = [`--alertmanager.url=${alertmanager.url}`, 'alert', 'query'];
    const terminal = await runCommand(await program(release.amtool), query);
    const [pagerduty, teams] = [standIn.messages('pagerduty')[0], standIn.messages('teams')[0]];
    return { pagerduty, teams, ...(mail.mails[0] && { mail: mail.mails[0] }), terminal };
  } finally {
    await running.now();
  }
}

/** The alerts that the rules have firing, with the texts that Prometheus writes at that minute. */
async function firingAt(scenario: ReturnType<typeof scenarioNamed>, minute: number) {
  const clusters = Math.min(scenario.clusters, CLUSTERS);
  const options = { scenario, clusters, hours: (minute + 1) / 60, seed: 1 };
  const nothing = { write: () => {} };
  const { samples, times } = await playScenario(options, { traces: nothing, logs: nothing });
  // Series keep the times of the history, and so does the clock of the rules.
  const asTheyAre = new ScrapeTimes(0, times.interval, (times.count - 1) * times.interval);
  const start = `start_timestamp: '${new Date(times.start).toISOString()}'\n`;
  const series = `${start}${await inputSeriesText(samples, asTheyAre, MINUTE)}`;
  const moments = ALERT_NAMES.map((alert) => ({ alert, minute }));
  const { texts, periods } = await alertHistory(await program('promtool-3'), series, minute, moments);
  const since = (alert: string, severity: string | undefined) =>
    periods.findLast((period) => period.alert === alert && period.severity === severity)?.firing[0] ?? minute;
  return texts.flatMap(({ alert, firing }) =>
    firing.map(({ labels, annotations }) => ({
      labels: { ...labels, severity: labels['severity'] ?? '', alertname: alert },
      annotations,
      startsAt: new Date(times.start + since(alert, labels['severity']) * MINUTE).toISOString(),
    })),
  );
}
