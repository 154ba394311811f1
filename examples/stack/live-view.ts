import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from '../operator/api/controlled.js';
import { streamedEvent } from '../operator/api/streamed-event.js';
import { subscribe } from '../operator/api/subscribe.js';
import { isInteractive } from '../operator/cli/live-area.js';
import { PlanBars } from '../operator/cli/plan-bars.js';
import { endReason, eventLine } from '../operator/cli/watch-output.js';

const REFRESH_MS = 250;
/** Events that are shown. Progress is what the bars and the metrics are for. */
const SHOWN: readonly RebalanceEventName[] = [
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
    return subscribe(controllers, SHOWN, (...event) => stdout.write(`${eventLine(streamedEvent(...event))}\n`));
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
  const unsubscribe = subscribe(controllers, SHOWN, (...emitted) => {
    const event = streamedEvent(...emitted);
    const reason = endReason(event);
    // The bars show the end of a plan themselves.
    if (event.event !== 'planFinished') bars.print(eventLine(event));
    else if (event.planId !== undefined && reason !== undefined) bars.because(event.planId, reason);
  });
  return () => {
    unsubscribe();
    clearInterval(timer);
    bars.close();
  };
}
