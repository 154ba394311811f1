import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClusterName } from '../metrics/producer.js';
import type { Guard } from '../otel/guard.js';
import { acceptsGzip, negotiate } from './accept.js';
import { compress, pays } from './compress.js';
import { type Selection, selectionOf } from './selection.js';
import { SharedTexts } from './shared-texts.js';
import type { SharedTurn } from './shared-turn.js';
import type { Form, ScrapeText } from './text-maker.js';
import { SpareMemory, type TextMemory } from './text-memory.js';
import { writeAnswer } from './write-answer.js';

/** What makes the answers. */
export interface Texts {
  /** Never rejects. */
  make(form: Form, memory: TextMemory): Promise<ScrapeText>;
  /** Undefined where it is not known which there are. */
  clusters(): readonly ClusterName[] | undefined;
}

/** Text that several answers share; it is compressed when the first of them wants that. */
interface SharedText extends ScrapeText {
  /** What its bytes are in. */
  readonly memory: TextMemory;
  readonly compressed: () => Promise<readonly Buffer[]>;
}

/** Answers requests for the metrics, wherever a server has them. */
export class ScrapeHandler {
  readonly #texts: Texts;
  readonly #shared: SharedTexts<Form, SharedText>;
  readonly #turn: SharedTurn;
  readonly #guard: Guard;

  constructor(texts: Texts, turn: SharedTurn, guard: Guard) {
    this.#texts = texts;
    const spare = new SpareMemory();
    this.#shared = new SharedTexts(
      {
        make: async (form) => {
          const memory = spare.lend();
          return shared(await texts.make(form, memory), memory);
        },
        letGo: ({ memory }) => spare.takeBack(memory),
      },
      turn,
    );
    this.#turn = turn;
    this.#guard = guard;
  }

  /** Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#guard.run('answering a scrape', () => this.#handle(request, response));
  }

  #handle({ method, url = '', headers, socket }: IncomingMessage, response: ServerResponse): void {
    if (method !== 'GET' && method !== 'HEAD') {
      return refuse(response, 405, 'only GET and HEAD are allowed', { allow: 'GET, HEAD' });
    }
    const query = queryOf(url);
    const selection = query && selectionOf(query, this.#texts.clusters());
    if (typeof selection === 'string') return refuse(response, 400, selection);
    const { format, contentType } = negotiate(headers.accept);
    const answerHeaders = { 'content-type': contentType, vary: 'accept, accept-encoding' };
    if (method === 'HEAD') {
      response.writeHead(200, answerHeaders).end();
      return;
    }
    const peer = acceptsGzip(headers['accept-encoding']?.toString()) ? { address: socket?.remoteAddress } : undefined;
    this.#shared.request(
      keyOf(format, selection),
      { format, selection },
      {
        cut: () => response.destroy(),
        read: async (text) => {
          try {
            await this.#write(text, response, answerHeaders, peer);
            // Whatever stands between, as a piece of the app that compresses, may hold the bytes until then. HTTP/2 never says.
            return response.writableFinished === true;
          } catch (error) {
            // Such as that the app has answered the request itself.
            this.#guard.failed('answering a scrape', error);
            response.destroy();
            return false;
          }
        },
      },
    );
  }

  /** @param gzipPeer who takes gzip */
  async #write(
    { status, chunks, compressed }: SharedText,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    gzipPeer: { readonly address: string | undefined } | undefined,
  ): Promise<void> {
    const isCompressed = gzipPeer !== undefined && pays(lengthOf(chunks), gzipPeer.address);
    const written = isCompressed ? await compressed() : chunks;
    response.writeHead(status, {
      ...headers,
      'content-length': lengthOf(written),
      ...(isCompressed && { 'content-encoding': 'gzip' }),
      ...(status !== 200 && { 'content-type': 'text/plain; charset=utf-8' }),
    });
    await writeAnswer(response, written, this.#turn);
  }
}

/** Says why a request gets nothing. */
export function refuse(
  response: ServerResponse,
  status: number,
  why: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${why}\n`);
}

function shared(text: ScrapeText, memory: TextMemory): SharedText {
  let compressed: Promise<readonly Buffer[]> | undefined;
  return {
    ...text,
    memory,
    compressed: () => {
      compressed ??= compress(text.chunks);
      return compressed;
    },
  };
}

function queryOf(url: string): URLSearchParams | undefined {
  const start = url.indexOf('?');
  return start === -1 ? undefined : new URLSearchParams(url.slice(start + 1));
}

/** Requests with one key get one text. */
function keyOf(format: string, selection: Selection | undefined): string {
  if (selection === undefined) return format;
  const { cluster, namespace, names } = selection;
  return JSON.stringify([format, cluster ?? null, namespace ?? null, names ? [...names].sort() : null]);
}

function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
