import { sendJson } from '../../../examples/operator/api/call.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import { inSeconds } from '../../../rules/duration.js';
import { DEFAULTS } from '../../../rules/settings.js';
import type { ThresholdValues } from '../../../rules/thresholds.js';
import type { WindowRoute } from './route.js';
import type { PlanName, WindowSources } from './sources.js';
import type { Limits, NowView, PlanPageView } from './wire.js';

/** Moves of each plan in a list: enough to say what hangs and what failed. */
const LISTED_MOVES = 3;

/** Answers what the page asks for, with the troubles of the sources that did not answer. */
export function apiRoute(sources: WindowSources): WindowRoute {
  return async ({ path, query, response }) => {
    if (path === '/api/now') {
      sendJson(response, 200, await now(sources));
      return true;
    }
    if (path === '/api/plan') {
      const part = (name: string) => query.get(name) ?? '';
      const plan = { namespace: part('namespace'), cluster: part('cluster'), id: part('id') };
      sendJson(response, 200, await planPage(sources, plan));
      return true;
    }
    return false;
  };
}

async function now({
  title,
  thresholds = DEFAULTS.values,
  control,
  links = [],
  ...sources
}: WindowSources): Promise<NowView> {
  const { read, troubles } = reader();
  const [plans, clusters, events] = await Promise.all([
    read('plans', sources.plans(), []),
    read('clusters', sources.clusters(), []),
    read('log events', sources.events?.(), []),
  ]);
  return {
    title,
    limits: limitsOf(thresholds),
    now: Date.now(),
    plans: plans.map(listed),
    clusters,
    events,
    control,
    links,
    troubles,
  };
}

function limitsOf({ stuckAfter, heldFor }: ThresholdValues): Limits {
  return { stuckAfterMillis: inSeconds(stuckAfter) * 1_000, heldForMillis: inSeconds(heldFor) * 1_000 };
}

async function planPage(sources: WindowSources, plan: PlanName): Promise<PlanPageView> {
  const { read, troubles } = reader();
  const [plans, explanation, spans, events] = await Promise.all([
    read('plans', sources.plans(), []),
    read('explanation', sources.explain?.(plan), undefined),
    read('trace', sources.trace?.(plan), []),
    read('log events', sources.events?.(plan), []),
  ]);
  const { namespace, cluster, id } = plan;
  const found = plans.find((each) => each.id === id && each.namespace === namespace && each.cluster === cluster);
  return { now: Date.now(), plan: found, explanation, spans, events, troubles };
}

function listed({ moves, ...plan }: PlanView): PlanView {
  const worth = moves.filter(({ status }) => status === 'moving' || status === 'failed');
  return { ...plan, moves: worth.slice(0, LISTED_MOVES) };
}

/** Reads sources so that one which fails is told of and takes nothing from the others. */
function reader() {
  const troubles: string[] = [];
  const read = async <T>(what: string, source: Promise<T> | undefined, otherwise: T): Promise<T> => {
    try {
      return (await source) ?? otherwise;
    } catch (error) {
      troubles.push(`${what}: ${(error as Error).message}`);
      return otherwise;
    }
  };
  return { read, troubles };
}
