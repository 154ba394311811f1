import type { ServerResponse } from 'node:http';
import { REBALANCE_EVENT_NAMES } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { ControlledController } from './controlled.js';
import { Problem } from './problem.js';
import { serverSentMessage, streamedEvent } from './streamed-event.js';
import { type Listener, subscribe } from './subscribe.js';
import type { StreamedEvent } from './wire.js';

/** Bounds of what streams may cost. */
export interface StreamLimits {
  /** Between two comments that keep proxies from closing a quiet stream. */
  readonly keepAliveMs: number;
  /** Bytes that may wait for a client that reads slowly before it is cut off; it can connect again. */
  readonly maxBacklogBytes: number;
  readonly maxStreams: number;
  /** Streams that clients without the token may hold of them, so that they cannot shut those out that have it. */
  readonly maxOpenStreams: number;
}

/** Decides which events a client gets. */
export type EventFilter = (event: StreamedEvent) => boolean;

interface Stream {
  readonly filter: EventFilter;
  /** The client has shown the token. */
  readonly isHolder: boolean;
}

/** Streams the events of the controllers to all clients. Listens to the controllers only while there is a client. */
export class EventStreams {
  readonly #controllers: readonly ControlledController[];
  readonly #limits: StreamLimits;
  readonly #clock: () => number;
  readonly #streams = new Map<ServerResponse, Stream>();
  #stopListening: (() => void) | undefined;

  /** @param clock milliseconds since the Unix epoch, for events that carry no time */
  constructor(controllers: readonly ControlledController[], limits: StreamLimits, clock: () => number) {
    this.#controllers = controllers;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Makes a response a stream until either side closes it. */
  open(response: ServerResponse, isHolder: boolean, filter: EventFilter): void {
    this.#requireRoom(isHolder);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      // Or nginx collects events until its buffer is full.
      'x-accel-buffering': 'no',
    });
    response.write(': connected\n\n');
    // It is quiet for as long as the controllers are.
    response.socket?.setTimeout(0);
    this.#streams.set(response, { filter, isHolder });
    this.#stopListening ??= this.#listen();
    response.on('close', () => this.#forget(response));
  }

  close(): void {
    for (const response of this.#streams.keys()) {
      response.end();
      this.#forget(response);
    }
  }

  #requireRoom(isHolder: boolean): void {
    const { maxStreams, maxOpenStreams } = this.#limits;
    const later = { 'retry-after': '5' };
    if (this.#streams.size >= maxStreams) {
      throw new Problem(503, `There are ${maxStreams} streams already; close one.`, later);
    }
    const open = [...this.#streams.values()].filter((stream) => !stream.isHolder).length;
    if (isHolder || open < maxOpenStreams) return;
    throw new Problem(503, `There are ${maxOpenStreams} streams without the token already; show it.`, later);
  }

  #listen(): () => void {
    const unsubscribe = subscribe(this.#controllers, REBALANCE_EVENT_NAMES, this.#stream);
    const keepAlive = setInterval(() => this.#send(': keep-alive\n\n', () => true), this.#limits.keepAliveMs);
    return () => {
      clearInterval(keepAlive);
      unsubscribe();
    };
  }

  readonly #stream: Listener = (controller, name, payload) => {
    try {
      const event = streamedEvent(controller, name, payload, this.#clock());
      this.#send(serverSentMessage(event), (filter) => filter(event));
    } catch (error) {
      // A payload that JSON cannot carry, or that is larger than what may wait, must not hurt the controller, which emits it.
      console.error(`control API: an event ${name} is not streamed:`, error);
    }
  };

  #send(message: string, isFor: (filter: EventFilter) => boolean): void {
    const { maxBacklogBytes } = this.#limits;
    const size = Buffer.byteLength(message);
    if (size > maxBacklogBytes) throw new Error(`it has ${size} bytes, and at most ${maxBacklogBytes} may wait`);
    // One copy for all who are to get it.
    const bytes = Buffer.from(message);
    for (const [response, { filter }] of this.#streams) {
      if (!isFor(filter)) continue;
      if (response.writableLength + size <= maxBacklogBytes) {
        response.write(bytes);
      } else {
        // The socket itself: a response that waits for its turn has none yet.
        response.req.socket.destroy();
        this.#forget(response);
      }
    }
  }

  #forget(response: ServerResponse): void {
    this.#streams.delete(response);
    if (this.#streams.size > 0) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }
}
