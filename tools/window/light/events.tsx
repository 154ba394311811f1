import { clockTime, whereabouts } from '../../../examples/operator/cli/plan-text.js';
import type { LogEventView } from '../server/wire.js';
import { planHref } from './route.js';
import { Some } from './some.js';

const SHOWN = 30;

interface EventsProps {
  readonly events: readonly LogEventView[];
  /** They are of many plans, and lead to them. */
  readonly ofAll: boolean;
}

/** Log events, one a line. */
export function Events({ events, ofAll }: EventsProps) {
  if (events.length === 0) return <p class="none">No log events yet.</p>;
  return (
    <Some of={events} most={SHOWN} what="events">
      {(shown) => (
        <ol class="events">
          {shown.map((event, index) => (
            <li key={`${event.time} ${events.length - index}`}>
              <time>{clockTime(event.time)}</time>
              {event.severity === 'WARN' && <b class="warning">warning</b>}
              <Body event={event} ofAll={ofAll} />
            </li>
          ))}
        </ol>
      )}
    </Some>
  );
}

function Body({ event, ofAll }: { readonly event: LogEventView; readonly ofAll: boolean }) {
  const { body, planId: id, namespace, cluster } = event;
  if (id === undefined) return <span>{body}</span>;
  if (ofAll) return <a href={planHref({ namespace, cluster, id })}>{body}</a>;
  // The page of a plan has its name above.
  const name = `Plan ${id} of ${whereabouts(event)}: `;
  return <span>{body.startsWith(name) ? body.slice(name.length) : body}</span>;
}
