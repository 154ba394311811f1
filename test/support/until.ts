const PAUSE_MS = 50;
/** Many times what anything takes, for a machine that is slow and has others at work. */
const PATIENCE_MS = 60_000;

/** What {@link until} takes for "not yet". */
type NotYet = undefined | false;

/**
 * Asks again and again until `attempt` neither throws nor gives undefined or false; then what it gave. An assertion is
 * returned, so that it is seen to have held: `until(() => expect(…).to.equal(…))`.
 */
export async function until<T>(
  attempt: () => Promise<T | NotYet> | T | NotYet,
  timeoutMs = PATIENCE_MS,
): Promise<Exclude<T, NotYet>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown = new Error(`nothing within ${timeoutMs} ms`);
    try {
      const result = await attempt();
      if (result !== undefined && result !== false) return result as Exclude<T, NotYet>;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
