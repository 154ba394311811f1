import { useSyncExternalStore } from 'react';

/*
 * What is looked at is the address of the page, so that it can be sent to somebody, and pictures taken of it:
 *
 *   /d/UID?from=&to=         a dashboard; times as in Grafana: `now-6h`, or milliseconds
 *   /trace/ID                a trace
 *   var-NAME=                values of a variable, once for each
 *   refresh=30s              empty: never
 *   theme=light|dark         otherwise as the machine prefers
 *   now=                     milliseconds at which the clock stands; a history brings its own
 *   rows=open                closed rows are opened
 */
const CHANGED = 'addresschanged';

export function useAddress(): URL {
  const href = useSyncExternalStore(subscribe, () => location.href);
  return new URL(href);
}

function subscribe(onChange: () => void): () => void {
  for (const event of ['popstate', CHANGED]) addEventListener(event, onChange);
  return () => {
    for (const event of ['popstate', CHANGED]) removeEventListener(event, onChange);
  };
}

export function goTo(url: URL, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', url);
  dispatchEvent(new Event(CHANGED));
}

/** The address with other parameters; one without a value is left out. */
export function withParameters(
  url: URL,
  parameters: Readonly<Record<string, string | readonly string[] | undefined>>,
): URL {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(parameters)) {
    changed.searchParams.delete(name);
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) changed.searchParams.append(name, one);
  }
  return changed;
}

const OWN_PAGES = /^\/(d|trace|explore)\//;

/** Follows links to pages of this kind without loading them anew. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const anchor = (event.target as Element).closest('a');
    if (anchor === null || anchor.target === '_blank' || anchor.origin !== location.origin) return;
    if (!OWN_PAGES.test(`${anchor.pathname}/`)) return;
    event.preventDefault();
    goTo(kept(new URL(anchor.href)));
    scrollTo(0, 0);
  };
  document.addEventListener('click', onClick);
  return () => document.removeEventListener('click', onClick);
}

/** Links of dashboards know nothing of the theme, nor of a clock that stands. */
function kept(url: URL): URL {
  const present = new URLSearchParams(location.search);
  for (const name of ['theme', 'now', 'refresh', 'rows']) {
    const value = present.get(name);
    if (value !== null && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  return url;
}
