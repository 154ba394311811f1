import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { RecentSignals } from '../../tools/window/demo/recent-signals.js';
import { FakeController } from '../operator/api/fake-controller.js';

/** A controller whose spans and log events are kept. */
export function observed() {
  const signals = new RecentSignals();
  const controller = new FakeController();
  const handle = instrument(controller, {
    tracerProvider: new NodeTracerProvider({ spanProcessors: [signals.spanProcessor] }),
    loggerProvider: new LoggerProvider({ processors: [signals.logRecordProcessor] }),
  });
  return { signals, controller, handle };
}
