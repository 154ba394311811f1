import * as api from '@opentelemetry/api';
import type { LoggerProviderLike } from '../../lib/index.js';

/** The Logs API of `@opentelemetry/api`, from 1.10 on. */
const { logs } = api as {
  logs?: { setGlobalLoggerProvider(provider: LoggerProviderLike): unknown; disable(): void };
};

/** True with an API that has a global logger provider: that of the other line of OpenTelemetry JS. */
export const hasGlobalLoggerProvider = logs !== undefined;

/** Registers the provider. Returns what takes that back. */
export function setGlobalLoggerProvider(provider: LoggerProviderLike): () => void {
  logs?.setGlobalLoggerProvider(provider);
  return () => logs?.disable();
}
