import type { RebalanceEventName } from '../contract/events.js';
import { EVENT_FIELDS } from './event-fields.js';
import type { ParsedEvent } from './parsed-event.js';
import type { PayloadReader } from './payload-reader.js';

/** Any row of the table. The compiler cannot see that the row of an event meets no other event. */
type AnyRow = (read: unknown, raw: unknown, event: RebalanceEventName, at: number) => ParsedEvent;

/**
 * Reads one event that may hold anything into a {@link ParsedEvent}, or into nothing when a required field is unusable.
 *
 * @param now milliseconds since the Unix epoch
 * @throws whatever a getter or proxy of the payload throws
 */
export function parseEvent(
  read: PayloadReader,
  event: RebalanceEventName,
  payload: unknown,
  now: number,
): ParsedEvent | undefined {
  const raw: { readonly time?: unknown } | undefined = read.begin(payload);
  if (raw === undefined) return undefined;
  const at = read.time(raw.time, now);
  const parsed = (EVENT_FIELDS[event] as AnyRow)(read, raw, event, at);
  return read.isRefused ? undefined : parsed;
}
