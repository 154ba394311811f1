import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import { program } from '../../tools/program.js';
import { run } from '../support/process.js';
import { alertHistory } from './alert-history.js';
import { RELEASES } from './evaluation.js';

/** What a plan may be called, and what a shell would make of it. */
const HOSTILE = `it's; echo "$(id)" \\'`;
const PLAN_LABELS = `namespace=${JSON.stringify(HOSTILE)},cluster="eu 1",plan_id=${JSON.stringify(HOSTILE)}`;
const SENT = 'otelcol_exporter_send_failed_spans_total';
const CAPACITY = 'otelcol_exporter_queue_capacity';
const SERIES = `
interval: 1m
input_series:
  - series: ${JSON.stringify(`mesh_rebalance_plan_ended_timestamp_seconds{${PLAN_LABELS},outcome="failed"}`)}
    values: 0+0x30
  - series: ${JSON.stringify(`mesh_rebalance_plan_failures_total{${PLAN_LABELS},error_type=${JSON.stringify(HOSTILE)}}`)}
    values: 4+0x30
  - series: ${JSON.stringify(`mesh_rebalance_plan_failures_total{${PLAN_LABELS},error_type="of the last minute"}`)}
    values: 0+0x30
  - series: ${JSON.stringify(`mesh_rebalance_clock_timestamp_seconds{${PLAN_LABELS}}`)}
    values: 0+60x30
  - series: ${JSON.stringify(`mesh_rebalance_approvals_pending{${PLAN_LABELS}}`)}
    values: 0+0x30
  - series: ${JSON.stringify(`mesh_rebalance_controller_heartbeat_timestamp_seconds{${PLAN_LABELS}}`)}
    values: 1+0x30
  - series: ${JSON.stringify(`${SENT}{job="otelcol",instance=${JSON.stringify(HOSTILE)},exporter="otlp"}`)}
    values: 0+60x30
  - series: ${JSON.stringify(`${CAPACITY}{job="otelcol",instance=${JSON.stringify(HOSTILE)},exporter="otlp"}`)}
    values: 1000+0x30
`;
const COMMANDS = {
  PlanFailed: ['mesh', 'shards', 'rebalance', 'show', '--', HOSTILE],
  ControllerHeartbeatMissing: ['mesh', 'shards', 'rebalance', 'list', `--namespace=${HOSTILE}`, '--cluster=eu 1'],
  CollectorExportFailing: ['curl', '-s', `http://${HOSTILE}/metrics`],
};

for (const release of RELEASES) {
  describe(`commands of alerts in Prometheus ${release}`, () => {
    it('can be pasted into a shell whatever the labels hold', async () => {
      const minute = 29;
      const alerts = Object.keys(COMMANDS).map((name) => ({ alert: `${ALERT_PREFIX}${name}`, minute }));
      const { texts } = await alertHistory(await program(`promtool-${release}`), SERIES, 30, alerts);
      for (const [name, words] of Object.entries(COMMANDS)) {
        const { firing = [] } = texts.find(({ alert }) => alert === `${ALERT_PREFIX}${name}`) ?? {};
        expect(firing, name).to.have.lengthOf(1);
        const command = firing[0]?.annotations['command'] ?? '';
        // The shell's own reading: each of its words on a line.
        expect(await run('sh', ['-c', `printf '%s\\n' ${command}`]), name).to.equal(`${words.join('\n')}\n`);
        expect(firing[0]?.annotations['description'], name).not.to.match(/<error|\{\{/);
      }
      const [failed] = texts.find(({ alert }) => alert === `${ALERT_PREFIX}PlanFailed`)?.firing ?? [];
      // Names are found by what is in them, whatever it is. A counter that is still at 0 has something to count.
      expect(failed?.annotations['description']).to.include(`Its steps failed: ${HOSTILE} (4), of the last minute.`);
    });
  });
}
