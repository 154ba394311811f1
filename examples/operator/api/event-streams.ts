import type { ServerResponse } from 'node:http';
import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from './controlled.js';
import { Problem } from './problem.js';
import { EVENT_NAMES, serverSentMessage, streamedEvent } from './streamed-event.js';
import type { StreamedEvent } from './wire.js';

/** Bounds of what streams may cost. */
export interface StreamLimits {
  /** Between two comments that keep proxies from closing a quiet stream. */
  readonly keepAliveMs: number;
  /** What may wait for a client that reads slowly, before it is cut off; it can connect again. */
  readonly maxBacklogBytes: number;
  readonly maxStreams: number;
}

/** Which events a client wants. */
export type EventFilter = (event: StreamedEvent) => boolean;

/** Tells all clients what the controllers emit. Listens to the controllers only while there is a client. */
export class EventStreams {
  readonly #controllers: readonly ControlledController[];
  readonly #limits: StreamLimits;
  readonly #clock: () => number;
  readonly #streams = new Map<ServerResponse, EventFilter>();
  #stopListening: (() => void) | undefined;

  /** @param clock milliseconds since the Unix epoch, for events that carry no time */
  constructor(controllers: readonly ControlledController[], limits: StreamLimits, clock: () => number) {
    this.#controllers = controllers;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Makes a response a stream until either side closes it. */
  open(response: ServerResponse, filter: EventFilter): void {
    if (this.#streams.size >= this.#limits.maxStreams) {
      throw new Problem(503, `There are ${this.#limits.maxStreams} streams already; close one.`, {
        'retry-after': '5',
      });
    }
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      // Or nginx collects events until its buffer is full.
      'x-accel-buffering': 'no',
    });
    response.write(': connected\n\n');
    this.#streams.set(response, filter);
    this.#stopListening ??= this.#listen();
    response.on('close', () => this.#forget(response));
  }

  close(): void {
    for (const response of this.#streams.keys()) {
      response.end();
      this.#forget(response);
    }
  }

  #listen(): () => void {
    const removals = this.#controllers.flatMap((controller) =>
      EVENT_NAMES.map((name) => {
        const listener = (payload?: Record<string, unknown>) => this.#tell(controller, name, payload);
        controller.on(name, listener);
        return () => controller.off(name, listener);
      }),
    );
    const keepAlive = setInterval(() => this.#send(': keep-alive\n\n', () => true), this.#limits.keepAliveMs);
    return () => {
      clearInterval(keepAlive);
      for (const remove of removals) remove();
    };
  }

  #tell(
    controller: ControlledController,
    name: RebalanceEventName,
    payload: Record<string, unknown> | undefined,
  ): void {
    try {
      const event = streamedEvent(controller, name, payload, this.#clock());
      this.#send(serverSentMessage(event), (filter) => filter(event));
    } catch {
      // A payload that JSON cannot carry is not streamed. The controller, which emits it, must not be hurt by it.
    }
  }

  #send(message: string, isFor: (filter: EventFilter) => boolean): void {
    for (const [response, filter] of this.#streams) {
      if (!isFor(filter)) continue;
      response.write(message);
      if (response.writableLength > this.#limits.maxBacklogBytes) response.destroy();
    }
  }

  #forget(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}
