import type { StreamedEvent } from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import type { ControlApiClient } from './control-api-client.js';
import { printJson, printLines } from './output.js';
import { PlanBars } from './plan-bars.js';
import { bytesText, clockTime, isLive, progressText, stateText, waitingText, whereabouts } from './plan-text.js';
import { printable } from './printable.js';

const REFRESH_MS = 250;

/** Output of `watch`. */
export interface WatchOutput {
  /** The plans that are watched, as they are when the stream opens, and opens again. */
  begin(plans: readonly PlanView[], now: number): void;
  event(event: StreamedEvent): Promise<void> | void;
  /** News of the connection. */
  notice(text: string): void;
  close(): void;
}

/** One JSON object a line, for programs: first the plans, then the events. */
export class JsonLines implements WatchOutput {
  readonly #stream: NodeJS.WritableStream;
  readonly #notices: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream, notices: NodeJS.WritableStream) {
    this.#stream = stream;
    this.#notices = notices;
  }

  begin(plans: readonly PlanView[]): void {
    for (const plan of plans) printJson({ plan }, this.#stream);
  }

  event(event: StreamedEvent): void {
    printJson(event, this.#stream);
  }

  notice(text: string): void {
    printJson({ notice: text }, this.#notices);
  }

  close(): void {}
}

/** One line an event, for logs. */
export class EventLines implements WatchOutput {
  readonly #stream: NodeJS.WritableStream;
  readonly #notices: NodeJS.WritableStream;

  constructor(stream: NodeJS.WritableStream, notices: NodeJS.WritableStream) {
    this.#stream = stream;
    this.#notices = notices;
  }

  begin(plans: readonly PlanView[], now: number): void {
    if (plans.length === 0) printLines(['No plan is live.'], this.#stream);
    for (const plan of plans) {
      const waiting = waitingText(plan, now);
      const parts = [whereabouts(plan), plan.id, stateText(plan), progressText(plan)];
      printLines([[...parts, ...(waiting === '' ? [] : [`waits for ${waiting}`])].join(' ')], this.#stream);
    }
  }

  event(event: StreamedEvent): void {
    printLines([eventLine(event)], this.#stream);
  }

  notice(text: string): void {
    printLines([text], this.#notices);
  }

  close(): void {}
}

/** An event in one line: when, where, what, and its facts. A reason that only repeats the error is said once. */
export function eventLine({ event, namespace, cluster, time, planId, ...facts }: StreamedEvent): string {
  const { error } = facts;
  const words = Object.entries(facts)
    .filter(([name, value]) => value !== undefined && value !== null && (name !== 'reason' || value !== error))
    .map(([name, value]) => `${name}=${factText(name, value)}`);
  return printable([clockTime(time), whereabouts({ namespace, cluster }), planId ?? '-', event, ...words].join(' '));
}

function factText(name: string, value: unknown): string {
  if (name === 'bytes' && typeof value === 'number') return bytesText(value).replace(' ', '');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Reason for the end of a plan, from its `planFinished`. */
export function endReason({ reason, error }: Readonly<Record<string, unknown>>): string | undefined {
  const given = reason ?? (error instanceof Error ? error.message : error);
  return given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
}

/** Bars on a terminal. An event is the moment to look; the control API says what is shown then. */
export class LiveBars implements WatchOutput {
  readonly #client: ControlApiClient;
  readonly #bars: PlanBars;
  readonly #timer: NodeJS.Timeout;
  #watched = new Set<string>();
  #plans: readonly PlanView[] = [];
  #isOutdated = false;

  constructor(terminal: NodeJS.WriteStream, client: ControlApiClient) {
    this.#client = client;
    this.#bars = new PlanBars(terminal);
    this.#timer = setInterval(() => {
      // Time left to decide goes down without any event.
      this.#bars.show(this.#plans, this.#client.clock.now());
      // If the control API is gone, the stream says so.
      if (this.#isOutdated) this.#refresh().catch(() => {});
    }, REFRESH_MS);
  }

  begin(plans: readonly PlanView[], now: number): void {
    if (plans.length === 0) this.#bars.print('No plan is live.');
    for (const plan of plans.filter((each) => !isLive(each) && !this.#watched.has(each.id))) {
      this.#bars.print(`${plan.id} ${stateText(plan)}`);
    }
    this.#watched = new Set(plans.map(({ id }) => id));
    this.#plans = plans;
    this.#bars.show(plans, now);
  }

  async event({ event, planId = '', ...facts }: StreamedEvent): Promise<void> {
    this.#watched.add(planId);
    this.#isOutdated = true;
    const reason = endReason(facts);
    if (event === 'planFinished' && reason !== undefined) this.#bars.because(planId, reason);
    // The last of these ends the command, which must not be before it is shown.
    if (event === 'planFinished') await this.#refresh();
  }

  notice(text: string): void {
    this.#bars.print(`${clockTime(this.#client.clock.now())} ${text}`);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#bars.close();
  }

  async #refresh(): Promise<void> {
    this.#isOutdated = false;
    const { plans } = await this.#client.list();
    this.#plans = plans.filter(({ id }) => this.#watched.has(id));
    this.#bars.show(this.#plans, this.#client.clock.now());
  }
}
