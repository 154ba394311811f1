import * as api from '@opentelemetry/api';

/** A log record as this package emits it. */
export interface LogRecordLike {
  eventName: string;
  /** One line for a person to read. */
  body: string;
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
  enabled?: (() => boolean) | undefined;
}

/** The part of OpenTelemetry's `LoggerProvider` that this package uses, by structure. */
export interface LoggerProviderLike {
  getLogger(name: string, version?: string): LoggerLike;
}

/**
 * The global provider: `@opentelemetry/api` has the Logs API from 1.10 on; before, the app hands over a provider.
 *
 * `Reflect`, because bundlers resolve each static name of an import: with an API before 1.10 webpack refuses to build
 * `api.logs`, and rollup warns of it.
 */
export function globalLoggerProvider(): LoggerProviderLike | undefined {
  const logs: { getLoggerProvider(): LoggerProviderLike } | undefined = Reflect.get(api, 'logs');
  return logs?.getLoggerProvider();
}
