import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { rebalancePrometheusExporter } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import { METER_SERIES_BOUND, producerSeriesBound } from '../support/bound.js';
import { TestClock } from '../support/clock.js';
import { TestController } from '../support/controller.js';
import { parseExposition } from '../support/exposition.js';
import { beginPlan, completePlan } from '../support/life.js';
import { freePort } from '../support/process.js';

describe('rebalancePrometheusExporter()', () => {
  let port: number;
  let exporter: PrometheusExporter;
  const rebalanceProducer = createRebalanceMetricProducer();

  before(async () => {
    port = await freePort();
    await new Promise<void>((resolve, reject) => {
      exporter = rebalancePrometheusExporter({ port, rebalanceProducer }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  });
  after(() => exporter.shutdown());

  it('serves every plan within the bound after 2,000 of them, and no scope labels', async () => {
    const clock = new TestClock();
    const controller = new TestController();
    const meterProvider = new MeterProvider({ readers: [exporter] });
    instrument(controller, { meterProvider, metricProducer: rebalanceProducer, clock: clock.read, maxPlans: 20 });
    for (let i = 0; i < 2_000; i += 1) {
      beginPlan(controller, `plan-${i}`);
      completePlan(controller, `plan-${i}`);
      clock.advance(30);
    }
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const samples = parseExposition((await response.text()).trim()).filter(({ name }) => name !== 'target_info');
    const bound = producerSeriesBound({ plans: 20, drains: 20, nodes: 0, labelValues: 20 }) + METER_SERIES_BOUND;
    expect(samples.length).to.be.within(20 * 22, bound);
    expect(samples.flatMap(({ labels }) => Object.keys(labels))).to.not.include('otel_scope_name');
    expect(samples.map(({ labels }) => labels['plan_id'])).to.include('plan-1999');
  });

  it('listens on the loopback interface only', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses = []) => addresses)
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    // Linux answers on all of 127.0.0.0/8, so there is another address on a machine without a network too.
    if (process.platform === 'linux') others.push('127.0.0.2');
    expect(others).to.not.be.empty;
    for (const address of others) {
      const socket = connect(port, address);
      const [outcome] = await Promise.race([once(socket, 'error'), once(socket, 'connect').then(() => ['connected'])]);
      socket.destroy();
      expect(outcome).to.have.property('code', 'ECONNREFUSED');
    }
  });
});
