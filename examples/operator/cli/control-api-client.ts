import type { PlanFields } from '../api/request-fields.js';
import {
  ACTOR_HEADER,
  CONTROLLERS_PATH,
  type ControllerList,
  type ControllerView,
  EVENTS_PATH,
  PLANS_PATH,
  type PlanList,
  type StreamedEvent,
} from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import { isLoopback } from '../loopback.js';
import { type Check, isControllerList, isControllerView, isPlan, isPlanList, isProblem } from './answers.js';
import { readJson } from './bounded-body.js';
import { readEvents } from './event-stream.js';
import { type ExitReason, Failure } from './exit-codes.js';
import { ServerClock } from './server-clock.js';

const ANSWER_WITHIN_MS = 10_000;

/** Verbs for a plan. */
export type Verb = 'approve' | 'reject' | 'cancel';

/** Verbs for a controller. */
export type HoldVerb = 'pause' | 'resume';

type Filter = Readonly<Record<string, string | undefined>>;

/** How the control API is spoken to. */
export interface ClientOptions {
  /** Undefined: only what needs none. */
  readonly token?: string | undefined;
  /** Sends the token over plain HTTP to any host. */
  readonly insecure?: boolean | undefined;
  /** Milliseconds. Default: 10 s. */
  readonly answerWithinMs?: number;
}

/** The control API as seen from a client. Every method throws a {@link Failure} that says what to do. */
export class ControlApiClient {
  /** Clock of the control API. */
  readonly clock = new ServerClock();
  readonly #url: URL;
  readonly #answerWithinMs: number;
  readonly #token: string | undefined;
  readonly #insecure: boolean;

  constructor(url: URL, { token, insecure = false, answerWithinMs = ANSWER_WITHIN_MS }: ClientOptions = {}) {
    this.#url = url;
    this.#answerWithinMs = answerWithinMs;
    this.#token = token;
    this.#insecure = insecure;
  }

  get origin(): string {
    return this.#url.origin;
  }

  async list(filter: Filter = {}): Promise<PlanList> {
    return this.#json(await this.#get(PLANS_PATH, filter), isPlanList);
  }

  async show(planId: string): Promise<PlanView> {
    return this.#json(await this.#get(planPath(planId), {}), isPlan, planId);
  }

  async create(fields: PlanFields): Promise<PlanView> {
    return this.#json(await this.#post(PLANS_PATH, fields), isPlan);
  }

  async decide(planId: string, verb: Verb, reason: string | undefined): Promise<PlanView> {
    return this.#json(await this.#post(`${planPath(planId)}/${verb}`, { reason }), isPlan, planId);
  }

  async controllers(): Promise<ControllerList> {
    return this.#json(await this.#get(CONTROLLERS_PATH, {}), isControllerList);
  }

  async hold(namespace: string, cluster: string, verb: HoldVerb): Promise<ControllerView> {
    const path = [CONTROLLERS_PATH, encodeURIComponent(namespace), encodeURIComponent(cluster), verb].join('/');
    return this.#json(await this.#post(path, {}), isControllerView);
  }

  /** Events from now on, until either side ends the stream. */
  async events(filter: Filter, signal: AbortSignal): Promise<AsyncIterable<StreamedEvent>> {
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new DOMException('no answer in time', 'TimeoutError')),
      this.#answerWithinMs,
    );
    try {
      const response = await this.#fetch(EVENTS_PATH, filter, {
        headers: this.#authorization(),
        signal: AbortSignal.any([signal, late.signal]),
      });
      if (!response.ok || response.body === null) throw await this.#failure(response);
      return readEvents(response.body, () => this.#malformed());
    } finally {
      clearTimeout(timer);
    }
  }

  #get(path: string, filter: Filter): Promise<Response> {
    return this.#fetch(path, filter, { signal: AbortSignal.timeout(this.#answerWithinMs) });
  }

  #post(path: string, body: unknown): Promise<Response> {
    return this.#fetch(
      path,
      {},
      {
        method: 'POST',
        headers: { ...this.#authorization(), ...actor(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.#answerWithinMs),
      },
    );
  }

  async #fetch(path: string, filter: Filter, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) url.searchParams.set(name, value);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual' });
      this.clock.read(response);
      return response;
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw this.#unreachable(error as Error);
    }
  }

  /** The answer, once it is known to be one. */
  async #json<T>(response: Response, isAnswer: Check<T>, planId?: string): Promise<T> {
    if (!response.ok) throw await this.#failure(response, planId);
    return this.#read(response, isAnswer);
  }

  async #read<T>(response: Response, isAnswer: Check<T>): Promise<T> {
    const value = await readJson(response).catch((error: Error) => {
      throw error.name === 'TimeoutError' ? this.#unreachable(error) : this.#malformed();
    });
    if (isAnswer(value)) return value;
    throw this.#malformed();
  }

  /** @throws Failure where the token would be read by whoever is on the way */
  #authorization(): Readonly<Record<string, string>> {
    if (this.#token === undefined) return {};
    const { protocol, hostname, origin } = this.#url;
    if (protocol === 'http:' && !isLoopback(hostname) && !this.#insecure) {
      throw new Failure(
        'usage',
        `The token would go to ${origin} unencrypted. Use https, or allow it with --insecure.`,
      );
    }
    return { authorization: `Bearer ${this.#token}` };
  }

  #malformed(): Failure {
    return this.#noControlApi('malformed', 'its answer is none of a control API');
  }

  #noControlApi(reason: ExitReason, why: string): Failure {
    const found = `What answers at ${this.#url.origin} is no control API (${why}).`;
    return new Failure(reason, `${found} Give the right address with --url or MESH_CONTROL_URL.`);
  }

  #unreachable({ name, message, cause }: Error): Failure {
    const reason = name === 'TimeoutError' ? 'no answer in time' : ((cause as NodeJS.ErrnoException)?.code ?? message);
    return new Failure(
      'unreachable',
      `No control API at ${this.#url.origin} (${reason}). Set MESH_CONTROL_URL or --url.`,
    );
  }

  async #failure(response: Response, planId?: string): Promise<Failure> {
    if (response.headers.get('content-type') !== 'application/problem+json') {
      await response.body?.cancel();
      const to = response.headers.get('location');
      const leads = to === null ? '' : `, which leads to ${to} and is not followed`;
      return this.#noControlApi('unreachable', `HTTP status ${response.status}${leads}`);
    }
    const { status, detail } = await this.#read(response, isProblem);
    if (status === 401) {
      const what = this.#token !== undefined ? 'The token is not the right one.' : 'This needs the token.';
      const how = 'Give it with MESH_CONTROL_TOKEN or --token; the demo prints it when it starts.';
      return new Failure('refused', `${what} ${how}`);
    }
    if (status === 404 && planId !== undefined) {
      return new Failure('refused', `There is no plan "${planId}". "mesh shards rebalance list" shows all.`);
    }
    return new Failure('refused', detail);
  }
}

function planPath(planId: string): string {
  return `${PLANS_PATH}/${encodeURIComponent(planId)}`;
}

/** Headers carry ASCII. Without a name, the one of the token is recorded. */
function actor(): Readonly<Record<string, string>> {
  const { USER: user = '' } = process.env;
  return /^[!-~]+$/.test(user) ? { [ACTOR_HEADER]: user } : {};
}
