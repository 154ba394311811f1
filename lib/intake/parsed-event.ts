import type { EventBase, Failure, RebalanceEventName, RebalanceEvents } from '../contract/events.js';

/** Why something failed, in values that are safe to keep. */
export interface ParsedFailure {
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
}

/** A value of the contract as it is kept: a record becomes a map, and a flag that is absent has its default. */
type ParsedValue<V> = boolean extends V
  ? boolean
  : V extends Readonly<Record<string, number>>
    ? ReadonlyMap<string, number>
    : V;

/** The fields of a payload of the contract as they are kept: each of them is there, be it with `undefined`. */
export type ParsedFields<P> = {
  readonly [K in keyof P as K extends keyof EventBase | keyof Failure ? never : K]-?: ParsedValue<P[K]>;
} & ('error' extends keyof P ? { readonly failure: ParsedFailure | undefined } : unknown);

/** The payload of an event as the contract has it. */
export type PayloadOf<E extends RebalanceEventName> = NonNullable<RebalanceEvents[E]>;

/** One event in values that are safe to keep: right types, bounded lengths, `at` in ms since the Unix epoch. */
export type ParsedEvent = {
  [E in RebalanceEventName]: { readonly event: E; readonly at: number } & ParsedFields<PayloadOf<E>>;
}[RebalanceEventName];

/** An event of this name. */
export type EventOf<E extends RebalanceEventName> = Extract<ParsedEvent, { event: E }>;
