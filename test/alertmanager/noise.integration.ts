import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import type { FiringPeriod } from '../rules/alert-history.js';
import { evaluate } from '../rules/evaluation.js';
import type { ProofRun } from '../rules/proof.js';
import { until } from '../support/until.js';
import type { PostedAlert } from './alertmanager.js';
import { daysAround } from './configuration.js';
import { forEachRelease } from './for-each-release.js';
import type { StandIn } from './stand-in.js';

/** A fleet has so many clusters here: enough for one in trouble and others beside it. */
const CLUSTERS = 5;

/** A minute of the histories, which are played together. */
const MINUTE_MILLIS = 200;

/** What a history sends, each notification once for each time that it begins: a page, and tickets by their alert. */
interface Sent {
  readonly pages: number;
  readonly tickets: readonly string[];
}

const QUIET: Sent = { pages: 0, tickets: [] };
const PAGE: Sent = { pages: 1, tickets: [] };
const ticket = (...tickets: string[]): Sent => ({ pages: 0, tickets });

/** Every history that sends anything, from its first minute to its last. */
const SENT: Readonly<Record<string, Sent>> = {
  'over-budget': ticket('RunningTooLong'),
  'stuck-drain': PAGE,
  'failed-plan': ticket('PlanFailed'),
  // The first two failures, then the pattern, then the page.
  'repeated-failures': { pages: 1, tickets: ['PlanFailed', 'RepeatedFailures'] },
  'approval-backlog': ticket('ApprovalPending'),
  'approved-late': ticket('ApprovalPending'),
  'plans-untracked': ticket('PlansUntracked'),
  'too-many-moves': PAGE,
  'slots-taken': PAGE,
  'growing-plan': PAGE,
  'shard-bouncing': PAGE,
  'investigating-for-ever': ticket('StateBudgetExceeded'),
  'heartbeat-lost': PAGE,
  'metrics-lost': PAGE,
  'target-lost': PAGE,
  'lost-without-heartbeats': PAGE,
  'two-leaders': ticket('StateInconsistent'),
  'no-leader': PAGE,
  'invalid-events': ticket('TelemetryInvalid'),
  'clock-ahead': ticket('ClockSkew'),
  // Two causes: plans whose moves fail, and a drain that is stuck.
  'fleet-one-bad': { pages: 1, tickets: ['PlanFailed'] },
  'a plan without progress pages, and fails in minute 60': { pages: 1, tickets: ['PlanFailed'] },
  'a plan without progress pages, and is cancelled in minute 60': PAGE,
  'a plan without progress pages, fails in minute 60, and the next one completes in minute 66': {
    pages: 1,
    tickets: ['PlanFailed'],
  },
  'a backlog of approvals of which the oldest is decided every 15 minutes': ticket('ApprovalPending'),
  'five plans fail one after the other, then one completes': { pages: 1, tickets: ['PlanFailed', 'RepeatedFailures'] },
};

const STORIES = Object.keys(SENT).filter((name) => SCENARIOS.every((scenario) => scenario.name !== name));

forEachRelease(
  ({ version }) => `what a cause sends from the first to the last minute of a history, with Alertmanager ${version}`,
  { timeoutMs: 1_200_000 },
  ({ release, start }) => {
    // The releases group and mute the same.
    if (!release.hasTeams) return;

    it('is one page at most, and no ticket twice', async () => {
      const histories = new Map<string, readonly FiringPeriod[]>();
      const runs: [string, ProofRun][] = [
        ...SCENARIOS.map(({ name, clusters }): [string, ProofRun] => [
          name,
          clusters > CLUSTERS ? { scenario: name, clusters: CLUSTERS } : { scenario: name },
        ]),
        ...STORIES.map((story): [string, ProofRun] => [story, { story }]),
      ];
      for (const [name, run] of runs) {
        const { periods } = await evaluate(run, '2');
        histories.set(
          name,
          periods.filter(({ severity }) => severity !== 'info'),
        );
      }
      const window = { maintenanceOn: daysAround(new Date(), 'far') };
      const { alertmanager, standIn } = await start({ ...window, minuteMillis: MINUTE_MILLIS });
      const periods = [...histories].flatMap(([history, all]) => all.map((period) => ({ history, ...period })));
      const last = Math.max(...periods.map(({ firing }) => firing[1]));
      let due = Date.now();
      for (let minute = 0; minute <= last; minute += 1) {
        const begin = periods.filter(({ firing }) => firing[0] === minute).map(alertOf);
        const end = periods.filter(({ firing }) => firing[1] === minute - 1).map(alertOf);
        const now = new Date().toISOString();
        const changes = [
          ...begin.map((alert) => ({ ...alert, startsAt: now })),
          ...end.map((alert) => ({ ...alert, endsAt: now })),
        ];
        if (changes.length > 0) await alertmanager.post(changes);
        // A busy machine makes up for no minute that it has missed: alerts that are over in it would not be seen.
        due = Math.max(due + MINUTE_MILLIS, Date.now());
        await setTimeout(due - Date.now());
      }
      // The last of a group waits for its interval.
      await setTimeout(6 * MINUTE_MILLIS);

      const expected = Object.fromEntries(runs.map(([name]) => [name, SENT[name] ?? QUIET]));
      await until(() => expect(sentTo(standIn, Object.keys(expected))).to.deep.equal(expected));
    });
  },
);

/** What each history has sent until now. */
function sentTo(standIn: StandIn, histories: readonly string[]): Record<string, Sent> {
  const sent = Object.fromEntries(histories.map((name) => [name, { pages: 0, tickets: [] as string[] }]));
  const open = new Set<string>();
  for (const { dedup_key, event_action, payload } of standIn.messages('pagerduty')) {
    const [history = ''] = payload.source.split('/');
    if (event_action === 'resolve') open.delete(dedup_key);
    else if (!open.has(dedup_key)) {
      open.add(dedup_key);
      if (sent[history] !== undefined) sent[history].pages += 1;
    }
  }
  for (const { groupKey, status, groupLabels } of standIn.messages('tickets')) {
    if (status === 'resolved') open.delete(groupKey);
    else if (!open.has(groupKey)) {
      open.add(groupKey);
      sent[groupLabels.namespace]?.tickets.push(groupLabels.alertname.slice(ALERT_PREFIX.length));
    }
  }
  for (const { tickets } of Object.values(sent)) tickets.sort();
  return sent;
}

/** An alert of a history in a namespace of its own. */
function alertOf({ history, alert, severity, labels }: FiringPeriod & { readonly history: string }): PostedAlert {
  return { labels: { ...labels, alertname: alert, severity, namespace: history }, annotations: { summary: alert } };
}
