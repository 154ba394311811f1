import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Guard } from '../otel/guard.js';
import { PlainTexts } from './plain-texts.js';
import { SharedTexts } from './shared-texts.js';
import type { SharedTurn } from './shared-turn.js';
import type { ScrapeText } from './text-maker.js';
import { writeAnswer } from './write-answer.js';

/** Answers requests for the metrics, wherever a server has them. */
export class ScrapeHandler {
  readonly #texts: SharedTexts<undefined, ScrapeText>;
  readonly #turn: SharedTurn;

  readonly #guard: Guard;

  constructor(make: () => Promise<ScrapeText>, turn: SharedTurn, guard: Guard) {
    this.#texts = new SharedTexts(make, turn);
    this.#turn = turn;
    this.#guard = guard;
  }

  handle({ method }: IncomingMessage, response: ServerResponse): void {
    if (method === 'HEAD') response.writeHead(200, { 'content-type': PlainTexts.contentType }).end();
    else if (method !== 'GET') refuse(response, 405, 'only GET and HEAD are allowed', { allow: 'GET, HEAD' });
    else {
      this.#texts.request('', undefined, {
        cut: () => response.destroy(),
        read: (text) => this.#write(text, response),
      });
    }
  }

  async #write({ status, contentType, chunks }: ScrapeText, response: ServerResponse): Promise<void> {
    try {
      const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      response.writeHead(status, { 'content-type': contentType, 'content-length': length });
      await writeAnswer(response, chunks, this.#turn);
    } catch (error) {
      // Such as that the app has answered the request itself.
      this.#guard.failed('answering a scrape', error);
    }
  }
}

/** Says why a request gets nothing. */
export function refuse(response: ServerResponse, status: number, why: string, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${why}\n`);
}
