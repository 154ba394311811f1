/**
 * Calls `action` again and again, without keeping the process alive for it.
 *
 * @returns what stops it
 */
export function every(ms: number, action: () => void): () => void {
  // A number where timers are the browser's, as in jsdom or a renderer of Electron: no process waits for those.
  const timer: { unref?: () => unknown } | number = setInterval(action, ms);
  if (typeof timer === 'object') timer.unref?.();
  return () => clearInterval(timer as NodeJS.Timeout);
}
