import type { PlanView } from '../controllable.js';
import { type Handler, sendJson } from './call.js';
import type { ControlledController } from './controlled.js';
import { controllerOf, controllersOf } from './controllers.js';
import type { EventStreams } from './event-streams.js';
import { Problem } from './problem.js';
import { readJsonObject } from './request-body.js';
import { allowOnly, readPlanFields, readReason } from './request-fields.js';
import { MAX_NAME_LENGTH, PLANS_PATH, type PlanList, STATE_FILTERS } from './wire.js';

/** Handlers of requests about plans, by name. */
export function planHandlers(controllers: readonly ControlledController[], streams: EventStreams) {
  /** The controller of a plan, and the plan. */
  function find(planId: string): readonly [ControlledController, PlanView] {
    if (planId.length <= MAX_NAME_LENGTH) {
      for (const controller of controllers) {
        const plan = controller.plans().find(({ id }) => id === planId);
        if (plan !== undefined) return [controller, plan];
      }
    }
    throw new Problem(404, `There is no plan "${planId.slice(0, MAX_NAME_LENGTH)}". GET ${PLANS_PATH} lists all.`);
  }

  return {
    list({ response, query }) {
      allowOnly(query, ['namespace', 'cluster', 'state']);
      const { namespace, cluster, state } = query;
      if (state !== undefined && !(STATE_FILTERS as readonly string[]).includes(state)) {
        throw new Problem(400, `"${state}" is no state. The states are ${STATE_FILTERS.join(', ')}.`);
      }
      const plans = controllersOf(controllers, namespace, cluster)
        .flatMap((controller) => controller.plans())
        .filter((plan) => state === undefined || state === plan.state || state === plan.outcome)
        .sort((a, b) => b.createdAt - a.createdAt);
      sendJson(response, 200, { plans } satisfies PlanList);
    },

    show({ response, planId }) {
      sendJson(response, 200, find(planId)[1]);
    },

    async create({ request, response, actor }) {
      const { namespace, cluster, ...fields } = readPlanFields(await readJsonObject(request));
      const plan = controllerOf(controllers, namespace, cluster, 422).propose({ ...fields, requestedBy: actor });
      response.setHeader('location', `${PLANS_PATH}/${encodeURIComponent(plan.id)}`);
      sendJson(response, 201, plan);
    },

    async approve({ request, response, planId, actor }) {
      const reason = readReason(await readJsonObject(request));
      sendJson(response, 200, find(planId)[0].approve(planId, actor, reason));
    },

    async reject({ request, response, planId, actor }) {
      const reason = readReason(await readJsonObject(request));
      sendJson(response, 200, find(planId)[0].reject(planId, actor, reason));
    },

    async cancel({ request, response, planId, actor }) {
      const reason = readReason(await readJsonObject(request));
      sendJson(response, 200, find(planId)[0].cancel(planId, actor, reason));
    },

    events({ response, query, isHolder }) {
      allowOnly(query, ['namespace', 'cluster', 'plan']);
      const { namespace, cluster, plan } = query;
      streams.open(
        response,
        isHolder,
        (event) =>
          (namespace ?? event.namespace) === event.namespace &&
          (cluster ?? event.cluster) === event.cluster &&
          (plan === undefined || plan === event.planId),
      );
    },
  } satisfies Record<string, Handler>;
}
