import type { ObservableResult } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';

/*
 * What the SDK does that the design of this package rests on. A failure here is good news: the SDK has learned to
 * forget, and the package can be simplified.
 */
describe('the SDK, which this package works around,', () => {
  function setUp() {
    const reader = new PrometheusExporter({ preventServerStart: true });
    const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
    const points = async () => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
        metrics.flatMap(({ dataPoints }) => [...dataPoints]),
      );
    };
    return { meter, points };
  }

  it('exports an observable gauge for ever after nobody observes it any more', async () => {
    const { meter, points } = setUp();
    const gauge = meter.createObservableGauge('gauge');
    const observe = (result: ObservableResult) => result.observe(1, { plan: 'p' });
    gauge.addCallback(observe);
    await points();
    gauge.removeCallback(observe);
    for (let i = 0; i < 3; i += 1) expect(await points()).to.have.length(1);
  });

  it('puts every new attribute set into overflow once an observable gauge has seen 2,000 of them', async () => {
    const { meter, points } = setUp();
    let plan = 0;
    meter.createObservableGauge('gauge').addCallback((result) => result.observe(1, { plan: String(plan) }));
    for (; plan < 2_000; plan += 1) await points();
    const last = (await points()).map(({ attributes }) => attributes);
    expect(last.some((attributes) => attributes['plan'] === '2000')).to.equal(false);
    expect(last.some((attributes) => attributes['otel.metric.overflow'] === true)).to.equal(true);
  });
});
