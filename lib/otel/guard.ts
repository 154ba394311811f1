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
      this.#failed(where, error);
      return undefined;
    }
  }

  /** Puts `action` behind the guard once and for all, for what runs at every event: a call allocates nothing. */
  around<A, B>(where: string, action: (a: A, b: B) => void): (a: A, b: B) => void {
    return (a, b) => {
      try {
        action(a, b);
      } catch (error) {
        this.#failed(where, error);
      }
    };
  }

  #failed(where: string, cause: unknown): void {
    this.#onFailure?.();
    this.#diagnostics.once('error', `${where} failed`, () => `${where} failed: ${messageOf(cause)}`);
  }
}
