/** Collects all garbage, so that a measurement pays for none but its own. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('the benchmarks need node --expose-gc');
  globalThis.gc();
}
