import type { ControlledController } from './controlled.js';
import { Problem } from './problem.js';

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
  const known = controllers.slice(0, NAMED).map((each) => `${each.namespace}/${each.cluster}`);
  throw new Problem(status, `There is no cluster "${namespace}/${cluster}". There are ${known.join(', ')}.`);
}
