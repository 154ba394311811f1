import { expect } from 'chai';
import type { RedactableField } from 'opentelemetry-instrumentation-mesh-rebalance';
import { EVENTS, SPANS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { TEXT_FIELDS } from '../../lib/intake/text-fields.js';
import { Cleanup } from '../support/cleanup.js';
import { TestController } from '../support/controller.js';
import { failMarked, liveMarked, MARKS } from '../support/marked-life.js';
import { until } from '../support/until.js';
import { Collector } from './support/collector.js';
import { Observation } from './support/observation.js';
import { OtlpSink } from './support/otlp-sink.js';

const REDACT = 'overlays/redact.yaml';
const KUBERNETES = 'overlays/kubernetes.yaml';
const ALL = Object.keys(TEXT_FIELDS) as RedactableField[];

describe('a Collector that redacts', () => {
  const cleanup = Cleanup.forEachTest();

  /** The text of all spans and log events of a plan that came through a Collector, once both are complete. */
  async function passedOn(files: readonly string[]): Promise<string> {
    const sink = await cleanup.use(OtlpSink.start());
    const env = {
      COLLECTOR_GATEWAY: sink.endpoint,
      COLLECTOR_TRACE_STORE: sink.endpoint,
      K8S_CLUSTER_NAME: 'cluster-1',
      K8S_NODE_NAME: 'node-1',
      K8S_NAMESPACE_NAME: 'namespace-1',
      K8S_POD_NAME: 'pod-1',
      K8S_POD_UID: 'uid-1',
    };
    const collector = await cleanup.use(Collector.start({ files, env }));
    const observation = await cleanup.use(Observation.start({ otlp: collector.http, instanceId: 'one' }));
    const controller = new TestController();
    observation.instrument(controller, { spanEvents: true });
    liveMarked(controller);
    failMarked(controller);
    await observation.flush();
    return until(async () => {
      const lines = [...(await sink.collector.eventLines()), ...(await collector.eventLines())];
      expect(lines.join('\n')).to.include(`"${SPANS.plan.name}"`).and.include(`"${EVENTS.planFinished.name}"`);
      return lines.join('\n');
    });
  }

  const marksIn = (text: string) => ALL.filter((field) => text.includes(MARKS[field]));

  it('would let everything through without that', async () => {
    expect(marksIn(await passedOn(['agent.yaml']))).to.deep.equal(ALL);
  });

  for (const files of [
    ['agent.yaml', REDACT],
    ['agent.yaml', REDACT, KUBERNETES],
    ['agent.yaml', KUBERNETES, REDACT],
    ['gateway.yaml', REDACT],
  ]) {
    it(`lets nothing personal through: ${files.join(' + ')}`, async () => {
      const text = await passedOn(files);
      // The name of an error heads its stack too, which is gone.
      expect(marksIn(text)).to.deep.equal(ALL.filter((field) => !TEXT_FIELDS[field].personal));
      expect(text).to.include(`"body":{"stringValue":"${EVENTS.approvalDecided.name} REDACTED"}`);
      expect(text).to.include('Plan p of payments/eu-1: s moves from a to b');
      if (files.includes(KUBERNETES)) expect(text).to.include('"k8s.pod.name"');
    });
  }
});
