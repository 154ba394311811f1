import type { RebalanceController } from '../contract/controller.js';
import { REBALANCE_EVENT_NAMES } from '../contract/events.js';
import { describe } from '../intake/describe.js';
import { nearest } from '../intake/nearest.js';
import { messageOf } from '../otel/diagnostics.js';

const CONTRACT: ReadonlySet<string> = new Set(REBALANCE_EVENT_NAMES);

/** The message about a controller that has emitted nothing, with the event names that are probably meant for it. */
export function silenceOf(controller: RebalanceController, name: string, seconds: number): string {
  return (
    `the controller of ${describe(name)} has emitted nothing for ${seconds} s. Is it the emitter of your events, and are ` +
    `they named as in the contract: ${REBALANCE_EVENT_NAMES.join(', ')}?${hint(controller)} ` +
    'A controller that emits heartbeat from its loop is never silent.'
  );
}

/** A sentence with the names that somebody else listens for: what is emitted cannot be seen from outside. */
function hint(controller: RebalanceController): string {
  try {
    const hints = misspelt(controller).map(([wrong, right]) => `${describe(wrong)} (did you mean ${right}?)`);
    return hints.length === 0 ? '' : ` Something else listens to it for ${hints.join(', ')}.`;
  } catch (error) {
    // An emitter need not have Node's method of this name.
    return ` (The names that others listen for could not be read: ${messageOf(error)}.)`;
  }
}

/** Names near one of the contract. */
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
  const { eventNames } = controller as { eventNames?(): Iterable<unknown> };
  return eventNames === undefined ? [] : Reflect.apply(eventNames, controller, []);
}
