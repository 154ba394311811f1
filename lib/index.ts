export type * from './controller.js';
export type { RebalanceInstrumentation } from './handle.js';
export { instrument } from './instrument.js';
export type { LoggerLike, LoggerProviderLike, LogRecordLike } from './log-events.js';
export type { MetricPoint, ProducedMetric, ProducedMetrics } from './metric-data.js';
export type { RebalanceMetricProducer } from './metric-producer.js';
export type { RebalanceInstrumentationOptions } from './options.js';
export { createRebalanceMetricProducer, rebalanceMetricProducer } from './registry.js';
export type { ApprovalMode, Decision, InvalidReason, Outcome, Phase, RebalanceState } from './semconv.js';
