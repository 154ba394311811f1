import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from './controlled.js';
import type { StreamedEvent } from './wire.js';

/**
 * Makes of what a controller emitted what is streamed.
 *
 * @param now milliseconds since the Unix epoch, for an event that carries no time
 */
export function streamedEvent(
  controller: ControlledController,
  event: RebalanceEventName,
  payload: Readonly<Record<string, unknown>> = {},
  now = Date.now(),
): StreamedEvent {
  const { namespace = controller.namespace, cluster = controller.cluster, time = now, ...facts } = payload;
  return {
    event,
    namespace: String(namespace),
    cluster: String(cluster),
    time: Number(time),
    ...facts,
  };
}

/** One message of a stream of server-sent events. */
export function serverSentMessage(event: StreamedEvent): string {
  const data = JSON.stringify(event, (_key, value) => (value instanceof Error ? value.message : value));
  return `event: ${event.event}\ndata: ${data}\n\n`;
}
