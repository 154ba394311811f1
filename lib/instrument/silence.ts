import type { RebalanceController } from '../contract/controller.js';
import { REBALANCE_EVENT_NAMES } from '../contract/events.js';
import { describe } from '../intake/describe.js';
import { nearest } from '../intake/nearest.js';

const CONTRACT: ReadonlySet<string> = new Set(REBALANCE_EVENT_NAMES);

/** The message about a controller that has emitted nothing, with the event names that are probably meant for it. */
export function silenceOf(controller: RebalanceController, name: string, seconds: number): string {
  const hints = misspelt(controller).map(([wrong, right]) => `${describe(wrong)} (did you mean ${right}?)`);
  const listened = hints.length === 0 ? '' : ` Something else listens to it for ${hints.join(', ')}.`;
  return (
    `the controller of ${describe(name)} has emitted nothing for ${seconds} s. Is it the emitter of your events, and are ` +
    `they named as in the contract: ${REBALANCE_EVENT_NAMES.join(', ')}?${listened} ` +
    'A controller that emits heartbeat from its loop is never silent.'
  );
}

/** Names near one of the contract that somebody else listens for: what is emitted cannot be seen from outside. */
function misspelt(controller: RebalanceController): [wrong: string, right: string][] {
  const found: [string, string][] = [];
  for (const wrong of listenedFor(controller)) {
    if (typeof wrong !== 'string' || CONTRACT.has(wrong)) continue;
    const right = nearest(wrong, CONTRACT);
    if (right !== undefined) found.push([wrong, right]);
    if (found.length === CONTRACT.size) break;
  }
  return found;
}

function listenedFor(controller: RebalanceController): Iterable<unknown> {
  try {
    const { eventNames } = controller as { eventNames?(): Iterable<unknown> };
    return eventNames === undefined ? [] : Reflect.apply(eventNames, controller, []);
  } catch {
    // Only the hint is lost: an emitter need not have this method, nor have Node's.
    return [];
  }
}
