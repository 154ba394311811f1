import type { Diagnostics } from '../otel/diagnostics.js';

/** Runs what may throw in the host's or the SDK's code. A failure is reported with its cause, once for each place. */
export type Guard = (where: string, action: () => void) => void;

/** A guard that reports to `diag`. */
export function guardWith(diagnostics: Diagnostics): Guard {
  return (where, action) => {
    try {
      action();
    } catch (error) {
      diagnostics.failed(where, error);
    }
  };
}
