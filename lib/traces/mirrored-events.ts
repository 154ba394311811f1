import type { Attributes, Span } from '@opentelemetry/api';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { hrTime } from '../otel/hr-time.js';
import { logEventOf } from './log-record.js';

/** Span limit of the SDK: a span keeps its last 128 events. */
const MAX_EVENTS = 128;

/** Transitions whose log events are span events too: the others are a span's own start or end. */
const MIRRORED: ReadonlySet<Transition['type']> = new Set([
  'stateChanged',
  'approvalOpened',
  'approvalClosed',
  'drainProgressed',
  'guardrailTripped',
] as const);

interface SpanEvent {
  readonly name: string;
  readonly attributes: Attributes;
  readonly at: number;
}

/** Log events of a plan that are repeated as span events. Those of no open step wait for the span of the plan. */
export class MirroredEvents {
  readonly #waiting: SpanEvent[] = [];

  /** @param span that of the step that the transition is about, if it is open */
  add(transition: Transition, span: Span | undefined): void {
    const event = MIRRORED.has(transition.type) ? logEventOf(transition) : undefined;
    if (event === undefined) return;
    const mirrored = { name: event.name, attributes: definedAttributes(...event.attributes), at: transition.at };
    if (span !== undefined) {
      addTo(span, mirrored);
      return;
    }
    this.#waiting.push(mirrored);
    if (this.#waiting.length > MAX_EVENTS) this.#waiting.shift();
  }

  /** Adds what waits to the span of the plan. */
  flush(span: Span): void {
    for (const event of this.#waiting.splice(0)) addTo(span, event);
  }
}

function addTo(span: Span, { name, attributes, at }: SpanEvent): void {
  span.addEvent(name, attributes, hrTime(at));
}
