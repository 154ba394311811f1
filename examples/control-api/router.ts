import type { Handler } from './plan-routes.js';
import { Problem } from './problem.js';
import { EVENTS_PATH, PLANS_PATH } from './wire.js';

/** The handlers that have a route. */
export type Handlers = Readonly<
  Record<'list' | 'show' | 'create' | 'approve' | 'reject' | 'cancel' | 'events', Handler>
>;

/** Where a request goes. */
export interface Route {
  readonly handler: Handler;
  readonly planId: string;
  /** Whether it changes something, and needs the token. */
  readonly changes: boolean;
}

const PLAN_PATH = new RegExp(`^${PLANS_PATH}/([^/]+)(?:/(approve|reject|cancel))?$`);

/**
 * Finds who answers a request.
 *
 * @throws Problem 404 for a path that is not there, 405 for a method that the path does not take
 */
export function route(handlers: Handlers, method: string | undefined, path: string): Route {
  const { methods, planId } = routesOf(handlers, path);
  const handler = methods.get(method ?? '');
  if (handler === undefined) {
    const allow = [...methods.keys()].join(', ');
    throw new Problem(405, `${path} takes ${allow} only.`, { allow });
  }
  return { handler, planId, changes: method !== 'GET' };
}

function routesOf(handlers: Handlers, path: string): { methods: ReadonlyMap<string, Handler>; planId: string } {
  if (path === PLANS_PATH) {
    return {
      methods: new Map([
        ['GET', handlers.list],
        ['POST', handlers.create],
      ]),
      planId: '',
    };
  }
  if (path === EVENTS_PATH) return { methods: new Map([['GET', handlers.events]]), planId: '' };
  const [, encodedId, verb] = PLAN_PATH.exec(path) ?? [];
  if (encodedId === undefined) throw new Problem(404, `There is nothing at this path. Plans are at ${PLANS_PATH}.`);
  const planId = decode(encodedId);
  if (verb === undefined) return { methods: new Map([['GET', handlers.show]]), planId };
  return { methods: new Map([['POST', handlers[verb as 'approve' | 'reject' | 'cancel']]]), planId };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Problem(400, 'The plan in the path is not properly percent-encoded.');
  }
}
