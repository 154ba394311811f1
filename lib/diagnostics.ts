import { type DiagLogger, diag } from '@opentelemetry/api';
import { SCOPE_NAME } from './semconv.js';

/** Tells OpenTelemetry's `diag` each kind of thing once, and never throws. */
export class Diagnostics {
  readonly #logger: DiagLogger = diag.createComponentLogger({ namespace: SCOPE_NAME });
  readonly #told = new Set<string>();

  once(level: 'info' | 'warn' | 'error', kind: string, message: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    try {
      this.#logger[level](message);
    } catch {
      // The app's own logger failed, and there is nobody else to tell.
    }
  }
}
