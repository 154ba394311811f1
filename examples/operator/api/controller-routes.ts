import { type Call, type Handler, sendJson } from './call.js';
import type { ControlledController } from './controlled.js';
import { controllerOf } from './controllers.js';
import { Problem } from './problem.js';
import { readJsonObject } from './request-body.js';
import { allowOnly } from './request-fields.js';
import type { ControllerList, ControllerView } from './wire.js';

/** Handlers of requests about controllers, by name. */
export function controllerHandlers(controllers: readonly ControlledController[]) {
  /** The controller in the path, which has to be in the opposite state. */
  async function find({ request, namespace, cluster }: Call, paused: boolean): Promise<ControlledController> {
    allowOnly(await readJsonObject(request), []);
    const controller = controllerOf(controllers, namespace, cluster, 404);
    if (controller.paused !== paused) return controller;
    throw new Problem(409, `The controller of ${namespace}/${cluster} is ${paused ? 'paused already' : 'not paused'}.`);
  }

  return {
    listControllers({ response, query }) {
      allowOnly(query, []);
      sendJson(response, 200, { controllers: controllers.map(viewOf) } satisfies ControllerList);
    },

    async pause(call) {
      const controller = await find(call, true);
      controller.pause();
      sendJson(call.response, 200, viewOf(controller));
    },

    async resume(call) {
      const controller = await find(call, false);
      controller.resume();
      sendJson(call.response, 200, viewOf(controller));
    },
  } satisfies Record<string, Handler>;
}

function viewOf({ namespace, cluster, paused }: ControlledController): ControllerView {
  return { namespace, cluster, paused };
}
