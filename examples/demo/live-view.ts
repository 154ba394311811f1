import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import { PlanBars } from '../cli/plan-bars.js';
import { eventLine } from '../cli/watch-output.js';
import type { ControlledController } from '../control-api/controlled.js';
import { streamedEvent } from '../control-api/streamed-event.js';

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
/** Bars tell the end of a plan themselves. */
const TOLD_ABOVE_BARS = TOLD.filter((name) => name !== 'planFinished');

/**
 * Shows what the controllers do: on a terminal as bars with what happens above them, else as lines.
 *
 * @returns takes the view away again
 */
export function showPlans(controllers: readonly ControlledController[], stdout: NodeJS.WriteStream): () => void {
  if (!stdout.isTTY) return tell(controllers, TOLD, (line) => stdout.write(`${line}\n`));
  const bars = new PlanBars(stdout);
  const show = () =>
    bars.show(
      controllers.flatMap((controller) => controller.plans()),
      Date.now(),
    );
  const timer = setInterval(show, REFRESH_MS);
  const stopTelling = tell(controllers, TOLD_ABOVE_BARS, (line) => bars.print(line));
  return () => {
    stopTelling();
    clearInterval(timer);
    bars.close();
  };
}

function tell(
  controllers: readonly ControlledController[],
  names: readonly RebalanceEventName[],
  print: (line: string) => void,
): () => void {
  const removals = controllers.flatMap((controller) =>
    names.map((name) => {
      const listener = (payload: Record<string, unknown>) => print(eventLine(streamedEvent(controller, name, payload)));
      controller.on(name, listener);
      return () => controller.off(name, listener);
    }),
  );
  return () => {
    for (const remove of removals) remove();
  };
}
