import { setImmediate } from 'node:timers';

/** Gives the event loop a turn whenever the work since the last one has taken longer than a slice. */
export function yielder(sliceMillis: number): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since <= sliceMillis) return undefined;
    // Node's own timer and not the global one, which jsdom does not have and fake timers hold for ever.
    return new Promise((resolve) => {
      setImmediate(() => {
        since = performance.now();
        resolve();
      });
    });
  };
}
