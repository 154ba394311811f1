import { type DiagLogger, diag } from '@opentelemetry/api';
import { SCOPE_NAME } from './scope.js';

type Level = 'info' | 'warn' | 'error';

/** What has been told for all controllers of the process. */
const toldForAll = new Set<string>();

/** Tells OpenTelemetry's `diag` each kind of thing once for one controller, and never throws. */
export class Diagnostics {
  readonly #logger: DiagLogger = diag.createComponentLogger({ namespace: SCOPE_NAME });
  readonly #told = new Set<string>();

  /** @param message the text, or what makes it: asked for only when it is told */
  once(level: Level, kind: string, message: string | (() => string)): void {
    this.#tell(this.#told, level, kind, message);
  }

  /** Tells what failed, and its cause. */
  failed(what: string, cause: unknown): void {
    this.once('error', `${what} failed`, () => `${what} failed: ${messageOf(cause)}`);
  }

  /** Tells what is the same for every controller of the process. */
  onceForAll(level: Level, kind: string, message: string | (() => string)): void {
    this.#tell(toldForAll, level, kind, message);
  }

  #tell(told: Set<string>, level: Level, kind: string, message: string | (() => string)): void {
    if (told.has(kind)) return;
    told.add(kind);
    try {
      this.#logger[level](typeof message === 'string' ? message : message());
    } catch {
      // The app's own logger failed, and there is nobody else to tell.
    }
  }
}

/** What a caught value says of itself. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an unreadable error';
  }
}
