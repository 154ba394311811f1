import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect } from 'chai';
import { createRebalanceMetricProducer, instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { ATTR_PLAN_ID, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { Jaeger } from '../collector/support/jaeger.js';
import { Cleanup } from '../support/cleanup.js';
import { TestClock } from '../support/clock.js';
import { TestController } from '../support/controller.js';
import { beginPlan, completePlan } from '../support/life.js';
import { until } from '../support/until.js';

const SERVICE = 'mesh-controller';

describe('a real Jaeger', () => {
  const cleanup = Cleanup.forSuite();
  let jaeger: Jaeger;
  before(async () => {
    jaeger = await cleanup.use(Jaeger.start());
  });

  for (const [what, secondsBetween] of [
    ['takes its time', 60],
    ['ends at once', 0],
    ['ends after the clock was set back', -2],
  ] as const) {
    it(`holds nothing against any span of a plan that ${what}, and has its anchor`, async () => {
      const exporter = new OTLPTraceExporter({ url: `${jaeger.http}/v1/traces` });
      const resource = resourceFromAttributes({ 'service.name': SERVICE });
      const tracerProvider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
      const clock = new TestClock();
      clock.now = Date.now() - 3_600_000;
      const controller = new TestController();
      const metricProducer = createRebalanceMetricProducer();
      instrument(controller, { tracerProvider, metricProducer, clock: clock.read });
      const planId = `plan ${secondsBetween}`;
      beginPlan(controller, planId);
      clock.advance(1);
      // An instant after the plan's creation, for its start was not seen.
      controller.tell('moveFinished', { planId, shard: 'unseen', outcome: 'failed' });
      clock.advance(secondsBetween);
      completePlan(controller, planId);
      await tracerProvider.shutdown();
      await until(async () => {
        const [spans = []] = await jaeger.findTraces(SERVICE, { [ATTR_PLAN_ID]: planId });
        const { planCreated, approval, drain, move, plan } = SPANS;
        const names = [planCreated, approval, drain, move, move, plan].map(({ name }) => name);
        expect(spans.map(({ operationName }) => operationName)).to.have.members(names);
        const warned = spans.flatMap(
          ({ operationName, warnings }) => warnings?.map((text) => [operationName, text]) ?? [],
        );
        return expect(warned).to.deep.equal([]);
      });
    });
  }
});
