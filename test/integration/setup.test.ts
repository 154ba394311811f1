import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { parseExposition, sampleValue } from '../support/exposition.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { freePort } from '../support/process.js';

/** Only the 2.x line has this package. */
const line = (() => {
  try {
    import.meta.resolve('@opentelemetry/sdk-trace-node');
    return 2;
  } catch {
    return 3;
  }
})();

describe(`the set-up that the README shows for OpenTelemetry JS ${line}.x`, () => {
  it('delivers metrics to a scrape, and spans and log events over OTLP, those of open steps too when it is stopped', async () => {
    const otlp = await OtlpReceiver.start();
    const port = String(await freePort());
    const setup = pathToFileURL(`examples/setup/otel-js-${line}/telemetry.mjs`);
    const program = `
      import { controller } from '${setup}';
      const planId = 'p';
      controller.emit('planCreated', { planId });
      controller.emit('approvalRequested', { planId });
      controller.emit('drainStarted', { planId, node: 'node-a', shards: 1 });
      controller.emit('moveStarted', { planId, shard: 's' });
      console.log(await (await fetch('http://127.0.0.1:${port}/metrics')).text());
      process.kill(process.pid, 'SIGTERM');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url, OTEL_EXPORTER_PROMETHEUS_PORT: port },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [scrape, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    await otlp.stop();
    expect(exitCode).to.equal(0);
    const samples = parseExposition(scrape.trim());
    expect(sampleValue(samples, 'mesh_rebalance_approvals_pending')).to.equal(1);
    expect(samples.find(({ name }) => name === 'target_info')?.labels).to.include({ service_name: 'mesh-controller' });
    expect(sampleValue(samples, 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(0);
    expect(otlp.spans.map(({ name }) => name)).to.have.members([
      'rebalance.plan.created',
      'rebalance.approval',
      'rebalance.drain',
      'rebalance.move',
    ]);
    expect(otlp.logRecords.map(({ eventName }) => eventName)).to.deep.equal([
      'mesh.rebalance.plan_created',
      'mesh.rebalance.approval_requested',
      'mesh.rebalance.drain_started',
      'mesh.rebalance.state_changed',
      'mesh.rebalance.move_started',
      'mesh.rebalance.state_changed',
    ]);
    expect(new Set([...otlp.logRecords, ...otlp.spans].map(({ traceId }) => traceId)).size).to.equal(1);
  });
});
