/**
 * Calls `action` again and again, without keeping the process alive for it.
 *
 * @returns what stops it
 */
export function every(ms: number, action: () => void): () => void {
  // A number where timers are the browser's, as in jsdom or a renderer of Electron: no process waits for those.
  const timer = setInterval(action, ms);
  (timer as { unref?: () => unknown }).unref?.();
  return () => clearInterval(timer);
}
