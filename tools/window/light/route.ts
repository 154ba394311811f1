import type { PlanView } from '../../../examples/operator/controllable.js';

/** Place in the page. The parts of a plan's name stay encoded, because not every text comes back from decoding as it was. */
export type Route = { readonly page: 'home' } | { readonly page: 'plan'; readonly key: string };

/** Reads a place from the fragment of an address. */
export function parseRoute(hash: string): Route {
  const [, key] = /^#\/plan\/(.+)$/.exec(hash) ?? [];
  return key === undefined ? { page: 'home' } : { page: 'plan', key };
}

/** The name of a plan in an address. */
export function planKey({ namespace, cluster, id }: Pick<PlanView, 'namespace' | 'cluster' | 'id'>): string {
  // Half of a surrogate pair cannot be encoded.
  return [namespace, cluster, id].map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** Link to a plan. */
export function planHref(plan: Pick<PlanView, 'namespace' | 'cluster' | 'id'>): string {
  return `#/plan/${planKey(plan)}`;
}
