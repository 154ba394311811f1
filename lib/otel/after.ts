/**
 * Calls `action` once, without keeping the process alive for it.
 *
 * @returns what stops it
 */
export function after(ms: number, action: () => void): () => void {
  // A number where timers are the browser's, as in jsdom or a renderer of Electron: no process waits for those.
  const timer: { unref?: () => unknown } | number = setTimeout(action, ms);
  if (typeof timer === 'object') timer.unref?.();
  return () => clearTimeout(timer as NodeJS.Timeout);
}
