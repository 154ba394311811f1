import { useEffect } from 'react';

/** Says on the page of which address everything is drawn, for whoever takes its picture. */
export function useReady(isDrawn: boolean, { href }: URL): void {
  useEffect(() => {
    if (!isDrawn) return;
    document.body.dataset.ready = href;
    return () => {
      delete document.body.dataset.ready;
    };
  }, [isDrawn, href]);
}
