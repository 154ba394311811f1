import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from './controlled.js';

/** An event as a controller emits it. */
export type Listener = (
  controller: ControlledController,
  name: RebalanceEventName,
  payload: Readonly<Record<string, unknown>> | undefined,
) => void;

/**
 * Listens to events of several controllers.
 *
 * @returns removes every listener
 */
export function subscribe(
  controllers: readonly ControlledController[],
  names: readonly RebalanceEventName[],
  listener: Listener,
): () => void {
  const removals = controllers.flatMap((controller) =>
    names.map((name) => {
      const listen = (payload?: Record<string, unknown>) => listener(controller, name, payload);
      controller.on(name, listen);
      return () => controller.off(name, listen);
    }),
  );
  return () => {
    for (const remove of removals) remove();
  };
}
