import { type Diagnostics, messageOf } from './diagnostics.js';

/** Holds back what the host's or the SDK's code throws. A failure is reported with its cause, once for each place. */
export class Guard {
  readonly #diagnostics: Diagnostics;
  readonly #onFailure: (() => void) | undefined;

  /** @param onFailure called at each failure, such as to count it */
  constructor(diagnostics: Diagnostics, onFailure?: () => void) {
    this.#diagnostics = diagnostics;
    this.#onFailure = onFailure;
  }

  /** @returns the answer of `action`, undefined where it threw */
  run<T>(where: string, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.failed(where, error);
      return undefined;
    }
  }

  /**
   * Reports what was caught. What runs at every event has a `try` of its own for this: to go through {@link run} costs a
   * closure, and a call that the engine cannot see through.
   */
  failed(where: string, cause: unknown): void {
    this.#onFailure?.();
    this.#diagnostics.once('error', `${where} failed`, () => `${where} failed: ${messageOf(cause)}`);
  }
}
