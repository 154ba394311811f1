const PAUSE_MS = 50;

/** Asks again and again until `attempt` neither throws nor gives undefined; then what it gave. */
export async function eventually<T>(
  attempt: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown = new Error(`nothing within ${timeoutMs} ms`);
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
