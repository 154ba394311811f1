import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from '../operator/api/controlled.js';
import { streamedEvent } from '../operator/api/streamed-event.js';
import type { StreamedEvent } from '../operator/api/wire.js';
import { isInteractive } from '../operator/cli/live-area.js';
import { PlanBars } from '../operator/cli/plan-bars.js';
import { endReason, eventLine } from '../operator/cli/watch-output.js';

const REFRESH_MS = 250;
/** What a reader wants to be told. Progress is what the bars and the metrics are for. */
const TOLD: readonly RebalanceEventName[] = [
  'planCreated',
  'approvalDecided',
  'drainStarted',
  'drainFinished',
  'guardrailTripped',
  'planFinished',
];

/**
 * Prints an introduction, then shows what the controllers do: on a terminal as bars with what happens above them, else as lines.
 *
 * @returns takes the view away again
 */
export function showPlans(
  introduction: string,
  controllers: readonly ControlledController[],
  stdout: NodeJS.WriteStream,
): () => void {
  if (!isInteractive(stdout)) {
    stdout.write(introduction);
    return tell(controllers, TOLD, (event) => stdout.write(`${eventLine(event)}\n`));
  }
  const bars = new PlanBars(stdout);
  bars.printVerbatim(introduction.trimEnd().split('\n'));
  bars.print('');
  const show = () =>
    bars.show(
      controllers.flatMap((controller) => controller.plans()),
      Date.now(),
    );
  const timer = setInterval(show, REFRESH_MS);
  const stopTelling = tell(controllers, TOLD, (event) => {
    const reason = endReason(event);
    // The bars tell the end of a plan themselves.
    if (event.event !== 'planFinished') bars.print(eventLine(event));
    else if (event.planId !== undefined && reason !== undefined) bars.because(event.planId, reason);
  });
  return () => {
    stopTelling();
    clearInterval(timer);
    bars.close();
  };
}

function tell(
  controllers: readonly ControlledController[],
  names: readonly RebalanceEventName[],
  print: (event: StreamedEvent) => void,
): () => void {
  const removals = controllers.flatMap((controller) =>
    names.map((name) => {
      const listener = (payload: Record<string, unknown>) => print(streamedEvent(controller, name, payload));
      controller.on(name, listener);
      return () => controller.off(name, listener);
    }),
  );
  return () => {
    for (const remove of removals) remove();
  };
}
