/**
 * Keeps text across the death of the process, so that a restarted controller's telemetry goes on where it was. Its
 * content is this package's own; `fileJournal()` of `opentelemetry-instrumentation-mesh-rebalance/journal` is one in a
 * file. Each {@link instrument} needs one of its own.
 */
export interface Journal {
  /** The text that was written last; undefined where there is none. Called once, by `instrument()`. */
  read(): string | undefined;
  /**
   * Replaces the text, as a whole or not at all. Called outside of the controller's events, and not again before what it
   * returns has settled. What it throws or rejects with is reported once for each message, of ten messages at most, and so
   * is a write that has not settled within 10 s; the next write is tried anyway, once it has.
   */
  write(text: string): Promise<void> | void;
}
