import * as api from '@opentelemetry/api';

/** A log record as this package emits it. */
export interface LogRecordLike {
  eventName: string;
  timestamp: api.HrTime;
  observedTimestamp: api.HrTime;
  severityNumber: number;
  severityText: string;
  attributes: api.Attributes;
  context: api.Context;
}

/** The part of OpenTelemetry's `Logger` that this package uses, by structure. */
export interface LoggerLike {
  emit(record: LogRecordLike): void;
  enabled?(): boolean;
}

/** The part of OpenTelemetry's `LoggerProvider` that this package uses, by structure. */
export interface LoggerProviderLike {
  getLogger(name: string, version?: string): LoggerLike;
}

/** The global provider: `@opentelemetry/api` has the Logs API from 1.10 on; before, the app hands over a provider. */
export function globalLoggerProvider(): LoggerProviderLike | undefined {
  return (api as { logs?: { getLoggerProvider(): LoggerProviderLike } }).logs?.getLoggerProvider();
}
