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
 * The Logs API, which `@opentelemetry/api` has from 1.10 on. `Reflect`, because bundlers resolve each static name of an
 * import: with an API before 1.10 webpack refuses to build `api.logs`, and rollup warns of it. Once, because it is slow.
 */
const logs: { getLoggerProvider(): LoggerProviderLike } | undefined = Reflect.get(api, 'logs');

/** The global provider; none with an API before 1.10, where the app hands over a provider. */
export function globalLoggerProvider(): LoggerProviderLike | undefined {
  return logs?.getLoggerProvider();
}
