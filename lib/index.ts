export type * from './controller.js';
export { instrument, type RebalanceInstrumentation } from './instrument.js';
export type { LoggerLike, LoggerProviderLike, LogRecordLike } from './log-events.js';
export type { MetricPoint, ProducedMetric, ProducedMetrics, RebalanceMetricProducer } from './metric-producer.js';
export type { RebalanceInstrumentationOptions } from './options.js';
export { createRebalanceMetricProducer, rebalanceMetricProducer } from './registry.js';
export type { ApprovalMode, Decision, InvalidReason, Outcome, Phase, RebalanceState } from './semconv.js';
