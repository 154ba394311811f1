import { type Attributes, type TracerProvider, ValueType } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricReader } from '@opentelemetry/sdk-metrics';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { beginPlan, completePlan } from '../../support/life.js';

/** What a text format must escape, and what it must leave alone. */
const HOSTILE = ['quo"te', 'back\\slash', 'comma,brace}', 'a="b"', 'ünïcode 日本 🦀', '# EOF', 'x\\n', ' '];

/** A producer with series of every kind, whose label values are as bad as they get. */
export function hostileCluster(tracerProvider?: TracerProvider) {
  const clock = new TestClock();
  const producer = createRebalanceMetricProducer();
  for (const cluster of ['eu-1', 'eu "2"\\']) {
    const controller = new TestController(`pay"ments\\`, cluster);
    const maxPlans = HOSTILE.length + 1;
    instrument(controller, { tracerProvider, metricProducer: producer, clock: clock.read, maxPlans });
    controller.tell('leadershipChanged', { leading: true });
    controller.tell('policyChanged', { maxConcurrentMoves: 4 });
    controller.tell('ownershipChanged', { nodes: Object.fromEntries(HOSTILE.map((node, i) => [node, i])) });
    for (const [i, planId] of [...HOSTILE, 'more', 'folded', 'folded too'].entries()) {
      beginPlan(controller, planId);
      controller.tell('drainStarted', { planId, node: planId, shards: i });
      controller.tell('guardrailTripped', { guardrail: planId, planId });
      controller.tell('moveFinished', { planId, shard: 's-1', outcome: 'failed', errorType: planId });
      clock.advance(7.321);
      if (i % 3 === 0) completePlan(controller, planId);
    }
  }
  clock.advance(100);
  return { clock, producer };
}

/** A provider whose own metrics have every kind and every value, for these readers. */
export function providerOf(readers: MetricReader[]): MeterProvider {
  const provider = new MeterProvider({
    readers,
    resource: resourceFromAttributes({ 'service.name': 'mesh "1"\\', 'service.instance.id': 'a\nb', count: 3 }),
  });
  const meter = provider.getMeter('app', '1.2.3');
  const values = [0, -0, 1.5, 1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const gauge = meter.createGauge('app.gauge', { description: 'back\\slash\nand line', unit: 'By' });
  for (const [i, value] of values.entries()) gauge.record(value, { i, text: HOSTILE[i] } as Attributes);
  meter.createCounter('http_server_duration', { unit: 'ms', valueType: ValueType.INT }).add(3, { a: 'b' });
  meter.createUpDownCounter('app.level').add(-2);
  meter.createHistogram('app.latency', { unit: 's' }).record(0.3, { 'http.route': '/"' });
  return provider;
}
