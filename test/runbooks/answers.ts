import { table } from '../../docs/markdown-table.js';
import type { Rehearsed } from './rehearse.js';

/** Where an answer stands: a label of the alert, the first lines of the page, or what its n-th command of "Look" prints. */
type Place = 'alert' | 'page' | number;

/** Where a page answers a question, and what is true in the trouble in which it is rehearsed. */
interface Answer {
  readonly at: Place;
  readonly is: readonly string[];
}

/** The questions of whoever is woken whose answers differ from one history to the next. */
interface Answers {
  readonly which: Answer;
  readonly why: Answer;
  readonly since: Answer;
}

const answer = (at: Place, ...is: readonly string[]): Answer => ({ at, is });

/** What is true in the trouble of each page, by the name of its alert. */
export const ANSWERS: Readonly<Record<string, Answers>> = {
  MeshRebalanceApprovalPending: {
    which: answer(1, 'payments-eu-1-0001', 'node-0000', 'grace', 'CHG-1000'),
    why: answer(1, 'waiting for approval'),
    since: answer(1, 'since 1h 07m'),
  },
  MeshRebalanceClockSkew: {
    which: answer(1, 'mesh-controller-1:9464'),
    why: answer(1, '=> 300'),
    since: answer(3, '=> 1260'),
  },
  MeshRebalanceCollectorExportFailing: {
    which: answer(2, 'spans_total', 'gateway-1'),
    why: answer(3),
    since: answer('page', 'after 10m'),
  },
  MeshRebalanceCollectorQueueNearlyFull: {
    which: answer(2, 'queue_size{data_type="logs",exporter="otlp_grpc"} 183'),
    why: answer(2, 'queue_capacity{data_type="logs",exporter="otlp_grpc"} 200'),
    since: answer('page', 'after 10m'),
  },
  MeshRebalanceCollectorRefusing: {
    which: answer(2, 'refused_spans_total{receiver="otlp"'),
    why: answer(3, '0'),
    since: answer('page', 'after 10m'),
  },
  MeshRebalanceControllerHeartbeatMissing: {
    which: answer('alert', 'payments', 'eu-1'),
    why: answer(2, 'waiting for the next round of its controller'),
    since: answer(1, '=> 605'),
  },
  MeshRebalanceGuardrailTripping: {
    which: answer('alert', 'payments-eu-1-0001', 'incident'),
    why: answer(1, 'INC-42: checkout latency'),
    since: answer(1, 'incident, since 2026-01-01 00:05:00 UTC'),
  },
  MeshRebalanceImbalanceWhileSteady: {
    which: answer(1, 'node-0000'),
    why: answer(2, '=> 10 '),
    since: answer(3, '=> 22560'),
  },
  MeshRebalanceInProgress: {
    which: answer(1, 'payments-eu-1-0001', 'node-0003', 'grace'),
    why: answer(2, 'shard-0195  node-0003 -> node-0018  under way'),
    since: answer(1, '2h 05m'),
  },
  MeshRebalanceLabelsRenamed: {
    which: answer(1, 'namespace="payments",cluster="eu-1"'),
    why: answer(2, 'exported_namespace="payments", namespace="monitoring"'),
    since: answer('page', 'after 5m'),
  },
  MeshRebalanceMetricsAbsent: {
    which: answer('alert', 'payments', 'eu-1'),
    why: answer(3, 'ECONNREFUSED'),
    since: answer(1, '=> 1215'),
  },
  MeshRebalanceNoLeader: {
    which: answer(1, 'mesh-controller-1:9464', 'mesh-controller-1b:9464'),
    why: answer(1, '1:9464"} => 0', '1b:9464"} => 0'),
    since: answer(2, '=> 585'),
  },
  MeshRebalanceNodeDrainStalled: {
    which: answer('alert', 'payments-eu-1-0001', 'node-0003'),
    why: answer(1, 'shard-0051  node-0003 -> node-0020  under way'),
    since: answer(1, 'last progress  2026-01-01 00:08:52 UTC'),
  },
  MeshRebalancePaused: {
    which: answer('alert', 'payments', 'eu-1'),
    why: answer(2, 'waiting for its controller to be resumed'),
    since: answer(2, 'since 1h 05m'),
  },
  MeshRebalancePlanFailed: {
    which: answer(1, 'payments-eu-1-0001', 'node-0002'),
    why: answer(1, 'failed 1m 36s ago: timeout'),
    since: answer(1, 'ended          1m 36s ago'),
  },
  MeshRebalancePlanHeld: {
    which: answer('alert', 'payments-eu-1-0001', 'incident'),
    why: answer(1, 'INC-43: disks are replaced'),
    since: answer(1, 'incident, since 2026-01-01 00:05:00 UTC'),
  },
  MeshRebalancePlansUntracked: {
    which: answer(3, 'payments-eu-1-0007', 'payments-eu-1-0005'),
    why: answer(1, '=> 3'),
    since: answer(3, 'payments-eu-1-0005  payments/eu-1  rebalancePending  11m 00s'),
  },
  MeshRebalanceRepeatedFailures: {
    which: answer(1, 'payments-eu-1-0001', 'payments-eu-1-0003', 'node-0002', 'grace'),
    why: answer(1, 'failed (timeout)'),
    since: answer(1, 'ended 41m 36s ago'),
  },
  MeshRebalanceRunningTooLong: {
    which: answer(1, 'payments-eu-1-0001', 'node-0004'),
    why: answer(1, 'shard-0172  node-0004 -> node-0020  under way'),
    since: answer(1, 'age            4h 15m'),
  },
  MeshRebalanceScrapeFailing: {
    which: answer('alert', 'mesh-controller-1:9464'),
    why: answer(3, 'ECONNREFUSED'),
    since: answer(2, '=> 615'),
  },
  MeshRebalanceSeriesOverflow: {
    which: answer(2, 'mesh_rebalance_moves_total{otel_metric_overflow="true"}'),
    why: answer(1, '700'),
    since: answer('page', 'after 5m'),
  },
  MeshRebalanceStateBudgetExceeded: {
    which: answer('alert', 'investigating'),
    why: answer(1, 'There are no plans.'),
    since: answer(2, '=> 3900'),
  },
  MeshRebalanceStateInconsistent: {
    which: answer(1, 'mesh-controller-1:9464', 'mesh-controller-1b:9464'),
    why: answer(1, 'state="rebalancing"', 'state="steady"'),
    since: answer(2, '=> 1200'),
  },
  MeshRebalanceStuck: {
    which: answer(1, 'payments-eu-1-0001', 'node-0003', 'shard-0051', 'shard-0075'),
    why: answer(1, 'under way for 1h 06m'),
    since: answer(1, 'last progress  2026-01-01 00:08:52 UTC'),
  },
  MeshRebalanceTelemetryInvalid: {
    which: answer('alert', 'payments', 'unknown_value'),
    why: answer(1, 'unknown_value'),
    since: answer(2, '=> 1500'),
  },
  MeshRebalanceTooManyConcurrentMoves: {
    which: answer(1, 'payments-eu-1-0001'),
    why: answer(1, '=> 12'),
    since: answer(3, 'since 6m 55s'),
  },
};

/** Pages whose trouble has no history, in which an alert could become pending, fire and end. */
export const WITHOUT_HISTORY: readonly string[] = [
  'MeshRebalanceCollectorExportFailing',
  'MeshRebalanceCollectorQueueNearlyFull',
  'MeshRebalanceCollectorRefusing',
  'MeshRebalanceLabelsRenamed',
  'MeshRebalanceSeriesOverflow',
];

/** Pages whose trouble nothing in the lab repairs. */
const UNREPAIRED = ['MeshRebalanceClockSkew', 'MeshRebalanceTelemetryInvalid'];

/** The answers that a page does not give, as they should be. */
export function missingAnswers(name: string, { page, labels, looks, left }: Rehearsed): string[] {
  const said = (at: Place): string => {
    if (at === 'page') return page.slice(0, page.indexOf('## Look'));
    return at === 'alert' ? Object.values(labels).join('\n') : (looks[at - 1] ?? '');
  };
  const missing = Object.entries(ANSWERS[name] ?? {}).flatMap(([question, { at, is }]: [string, Answer]) =>
    is
      .filter((truth) => !onOneLine(said(at)).includes(onOneLine(truth)))
      .map((truth) => `${question}: "${truth}" (${placeText(at)})`),
  );
  const notOver = UNREPAIRED.includes(name) ? [] : left;
  return [...missing, ...notOver.map((severity) => `over: still fires as ${severity} at the end of the page`)];
}

/** What is printed is broken where the terminal ends. */
function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** The table of the seven questions: how many steps each answer takes, and where it stands. */
export function questionsTable(): string {
  const rows = Object.entries(ANSWERS).map(([name, { which, why, since }]) => [
    `[${name.replace('MeshRebalance', '')}](${name}.md)`,
    '0: Means, Waits',
    ...[which, why, since].map(({ at }) => placeText(at)),
    '0: Acts',
    '0: Act',
    WITHOUT_HISTORY.includes(name) || UNREPAIRED.includes(name) ? '0: Over' : '0: Over, played',
  ]);
  return table(['alert', 'wrong, how bad', 'which', 'why', 'since when', 'who acts', 'what to run', 'over when'], rows);
}

function placeText(at: Place): string {
  if (at === 'alert') return '0: its labels';
  return at === 'page' ? '0: first lines' : `1: Look ${at}`;
}
