import { type DiagLogger, diag } from '@opentelemetry/api';
import { SCOPE_NAME } from './scope.js';

type Level = 'info' | 'warn' | 'error';

/** Kinds that were reported for all controllers of the process. */
const reportedPerProcess = new Set<string>();

/** Reports each kind of problem once for one controller, through OpenTelemetry's `diag`. Never throws. */
export class Diagnostics {
  readonly #logger: DiagLogger = diag.createComponentLogger({ namespace: SCOPE_NAME });
  readonly #reported = new Set<string>();

  /** @param message the text, or a function that makes it when it is needed */
  once(level: Level, kind: string, message: string | (() => string)): void {
    this.#report(this.#reported, level, kind, message);
  }

  /** Reports what is the same for every controller of the process. */
  oncePerProcess(level: Level, kind: string, message: string | (() => string)): void {
    this.#report(reportedPerProcess, level, kind, message);
  }

  #report(reported: Set<string>, level: Level, kind: string, message: string | (() => string)): void {
    if (reported.has(kind)) return;
    reported.add(kind);
    try {
      this.#logger[level](typeof message === 'string' ? message : message());
    } catch {
      // The app's own logger failed, and there is nowhere else to report that.
    }
  }
}

/** The message of a caught value. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an unreadable error';
  }
}
