import type { ControlledController } from './controlled.js';
import { Problem } from './problem.js';
import { MAX_NAME_LENGTH } from './wire.js';

const NAMED = 10;

/** @throws Problem that names those that there are, unless one has this cluster */
export function controllerOf(
  controllers: readonly ControlledController[],
  namespace: string,
  cluster: string,
  status: number,
): ControlledController {
  const found = controllers.find((each) => each.namespace === namespace && each.cluster === cluster);
  if (found !== undefined) return found;
  throw new Problem(status, `There is no cluster "${namespace}/${cluster}". ${thereAre(controllers)}`);
}

/**
 * The controllers of a namespace, of the clusters of a name, or all.
 *
 * @throws Problem 404 that names those that there are, where something is asked for that none has
 */
export function controllersOf(
  controllers: readonly ControlledController[],
  namespace: string | undefined,
  cluster: string | undefined,
): readonly ControlledController[] {
  const found = controllers.filter(
    (each) => (namespace ?? each.namespace) === each.namespace && (cluster ?? each.cluster) === each.cluster,
  );
  if (found.length > 0 || (namespace === undefined && cluster === undefined)) return found;
  const asked = namespace === undefined || cluster === undefined ? (cluster ?? namespace) : `${namespace}/${cluster}`;
  const kind = cluster === undefined ? 'namespace' : 'cluster';
  throw new Problem(404, `There is no ${kind} "${asked?.slice(0, MAX_NAME_LENGTH)}". ${thereAre(controllers)}`);
}

function thereAre(controllers: readonly ControlledController[]): string {
  const known = controllers.slice(0, NAMED).map(({ namespace, cluster }) => `${namespace}/${cluster}`);
  const more = controllers.length - known.length;
  return `There are ${known.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
