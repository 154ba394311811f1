import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRebalanceMetricProducer, instrument, type Redact } from 'opentelemetry-instrumentation-mesh-rebalance';
import { EVENTS, METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { BenchController } from '../bench-controller.js';
import { ManualReader } from '../manual-reader.js';
import { type Attach, expectEqual } from './contestant.js';
import { sumOf } from './sum-of.js';
import { tracesSdk } from './traces-sdk.js';

/** This package with metrics on. */
export const withMetrics: Attach = (controller) => metricsOf(controller);

/** The same, with everything personal kept in. */
export const withRedaction: Attach = (controller) => metricsOf(controller, 'personal');

/** The same, with a function that looks for a password in every text. */
export const withRedactingFunction: Attach = (controller) =>
  metricsOf(controller, (_field, value) => value.replace(/password=\S+/g, 'password=REDACTED'));

function metricsOf(controller: BenchController, redact?: Redact): ReturnType<Attach> {
  const { reader, meterProvider, metricProducer } = metricsSdk();
  const handle = instrument(controller, { meterProvider, metricProducer, redact });
  return {
    collect: () => reader.collect(),
    async verify(expected) {
      expectEqual('moves', sumOf(await reader.collect(), METRICS.moves.name), expected);
    },
    async detach() {
      handle.disable();
      await meterProvider.shutdown();
    },
  };
}

/** This package with metrics and traces on. */
export const withMetricsAndTraces: Attach = (controller) => {
  const { reader, meterProvider, metricProducer } = metricsSdk();
  const { exporter, tracerProvider } = tracesSdk();
  const handle = instrument(controller, { meterProvider, metricProducer, tracerProvider });
  return {
    collect: () => reader.collect(),
    async verify(expected) {
      expectEqual('moves', sumOf(await reader.collect(), METRICS.moves.name), expected);
      await tracerProvider.forceFlush();
      expectEqual('move spans', exporter.moves, expected);
    },
    async detach() {
      handle.disable();
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
    },
  };
};

/** This package with metrics, traces and log events on. */
export const withEverything: Attach = (controller) => {
  const { reader, meterProvider, metricProducer } = metricsSdk();
  const { exporter, tracerProvider } = tracesSdk();
  const logs = new DroppingLogExporter();
  const processor = new BatchLogRecordProcessor({ exporter: logs, maxQueueSize: RECORDS_PER_BATCH });
  const loggerProvider = new LoggerProvider({ processors: [processor] });
  const handle = instrument(controller, { meterProvider, metricProducer, tracerProvider, loggerProvider });
  return {
    collect: () => reader.collect(),
    async verify(expected) {
      expectEqual('moves', sumOf(await reader.collect(), METRICS.moves.name), expected);
      await Promise.all([tracerProvider.forceFlush(), loggerProvider.forceFlush()]);
      expectEqual('move spans', exporter.moves, expected);
      expectEqual('log events of progress', logs.progress, expected);
    },
    async detach() {
      handle.disable();
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown(), loggerProvider.shutdown()]);
    },
  };
};

/** This package in a process where no SDK is registered and nobody has asked for its producer. */
export const withoutSdk: Attach = (controller) => {
  const handle = instrument(controller);
  return {
    async collect() {},
    async verify() {
      expectEqual('listeners of steps', controller.listenerCount('moveFinished'), 0);
      expectEqual('listeners of plans', controller.listenerCount('planFinished'), 1);
    },
    async detach() {
      handle.disable();
    },
  };
};

function metricsSdk() {
  const metricProducer = createRebalanceMetricProducer();
  const reader = new ManualReader({ metricProducers: [metricProducer] });
  return { reader, metricProducer, meterProvider: new MeterProvider({ readers: [reader] }) };
}

/** As many as all events of a batch make. */
const RECORDS_PER_BATCH = 8_192;

class DroppingLogExporter implements LogRecordExporter {
  progress = 0;

  export(records: ReadableLogRecord[], done: Parameters<LogRecordExporter['export']>[1]): void {
    for (const { eventName } of records) if (eventName === EVENTS.drainProgressed.name) this.progress += 1;
    done({ code: 0 });
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}
