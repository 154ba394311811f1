import { DiagLogLevel, diag } from '@opentelemetry/api';

/** What OpenTelemetry's `diag` is told while `action` runs, which is given what has been told so far. */
export async function diagMessages(action: (messages: readonly string[]) => unknown): Promise<string[]> {
  const messages: string[] = [];
  const log = (...parts: unknown[]) => messages.push(parts.join(' '));
  const logger = { error: log, warn: log, info: log, debug: () => {}, verbose: () => {} };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  try {
    await action(messages);
  } finally {
    diag.disable();
  }
  return messages;
}
