import type { Handler } from './call.js';
import { Problem } from './problem.js';
import { CONTROLLERS_PATH, EVENTS_PATH, PLANS_PATH } from './wire.js';

type HandlerName =
  | 'list'
  | 'show'
  | 'create'
  | 'approve'
  | 'reject'
  | 'cancel'
  | 'events'
  | 'listControllers'
  | 'pause'
  | 'resume';

/** The handlers that have a route. */
export type Handlers = Readonly<Record<HandlerName, Handler>>;

/** Names in a path; empty where it has none. */
interface Named {
  readonly planId: string;
  readonly namespace: string;
  readonly cluster: string;
}

/** Destination of a request. */
export interface Route extends Named {
  readonly handler: Handler;
  /** True when it changes something, and needs the token. */
  readonly changes: boolean;
}

interface Routes extends Partial<Named> {
  readonly GET?: Handler;
  readonly POST?: Handler;
}

const PLAN_PATH = new RegExp(`^${PLANS_PATH}/([^/]+)(?:/(approve|reject|cancel))?$`);
const CONTROLLER_PATH = new RegExp(`^${CONTROLLERS_PATH}/([^/]+)/([^/]+)/(pause|resume)$`);

/**
 * Finds who answers a request.
 *
 * @throws Problem 404 for a path that is not there, 405 for a method that the path does not take
 */
export function route(handlers: Handlers, method: string | undefined, path: string): Route {
  const { planId = '', namespace = '', cluster = '', ...methods } = routesOf(handlers, path);
  const handler = method === 'GET' || method === 'POST' ? methods[method] : undefined;
  if (handler === undefined) {
    const allow = Object.keys(methods).join(', ');
    throw new Problem(405, `${path} takes ${allow} only.`, { allow });
  }
  return { handler, planId, namespace, cluster, changes: method !== 'GET' };
}

function routesOf(handlers: Handlers, path: string): Routes {
  if (path === PLANS_PATH) return { GET: handlers.list, POST: handlers.create };
  if (path === EVENTS_PATH) return { GET: handlers.events };
  if (path === CONTROLLERS_PATH) return { GET: handlers.listControllers };
  const [, planId, verb] = PLAN_PATH.exec(path) ?? [];
  if (planId !== undefined) {
    const handler = verb === undefined ? { GET: handlers.show } : { POST: handlers[verb as 'approve'] };
    return { ...handler, planId: decode(planId) };
  }
  const [, namespace, cluster, hold] = CONTROLLER_PATH.exec(path) ?? [];
  if (namespace !== undefined && cluster !== undefined) {
    return { POST: handlers[hold as 'pause'], namespace: decode(namespace), cluster: decode(cluster) };
  }
  throw new Problem(
    404,
    `There is nothing at this path. Plans are at ${PLANS_PATH}, controllers at ${CONTROLLERS_PATH}.`,
  );
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new Problem(400, 'A name in the path is not properly percent-encoded.');
  }
}
