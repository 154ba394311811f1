import type { PlanFields } from '../api/request-fields.js';
import {
  ACTOR_HEADER,
  CONTROLLERS_PATH,
  type ControllerList,
  type ControllerView,
  EVENTS_PATH,
  PLANS_PATH,
  type PlanList,
  type ProblemDocument,
  type StreamedEvent,
} from '../api/wire.js';
import type { PlanView } from '../controllable.js';
import { readEvents } from './event-stream.js';
import { Failure } from './exit-codes.js';
import { ServerClock } from './server-clock.js';

const ANSWER_WITHIN_MS = 10_000;

/** Verbs for a plan. */
export type Verb = 'approve' | 'reject' | 'cancel';

/** Verbs for a controller. */
export type HoldVerb = 'pause' | 'resume';

type Filter = Readonly<Record<string, string | undefined>>;

/** The control API as seen from a client. Every method throws a {@link Failure} that says what to do. */
export class ControlApiClient {
  /** Clock of the control API. */
  readonly clock = new ServerClock();
  readonly #url: URL;
  readonly #answerWithinMs: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: URL, token: string | undefined, answerWithinMs = ANSWER_WITHIN_MS) {
    this.#url = url;
    this.#answerWithinMs = answerWithinMs;
    const { USER: user = '' } = process.env;
    this.#headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      // Headers carry ASCII. Without a name, the one of the token is recorded.
      ...(/^[!-~]+$/.test(user) && { [ACTOR_HEADER]: user }),
    };
  }

  get origin(): string {
    return this.#url.origin;
  }

  async list(filter: Filter = {}): Promise<PlanList> {
    return this.#json(await this.#get(PLANS_PATH, filter));
  }

  async show(planId: string): Promise<PlanView> {
    return this.#json(await this.#get(planPath(planId), {}), planId);
  }

  async create(fields: PlanFields): Promise<PlanView> {
    return this.#json(await this.#post(PLANS_PATH, fields));
  }

  async decide(planId: string, verb: Verb, reason: string | undefined): Promise<PlanView> {
    return this.#json(await this.#post(`${planPath(planId)}/${verb}`, { reason }), planId);
  }

  async controllers(): Promise<ControllerList> {
    return this.#json(await this.#get(CONTROLLERS_PATH, {}));
  }

  async hold(namespace: string, cluster: string, verb: HoldVerb): Promise<ControllerView> {
    const path = [CONTROLLERS_PATH, encodeURIComponent(namespace), encodeURIComponent(cluster), verb].join('/');
    return this.#json(await this.#post(path, {}));
  }

  /** Events from now on, until either side ends the stream. */
  async events(filter: Filter, signal: AbortSignal): Promise<AsyncIterable<StreamedEvent>> {
    const response = await this.#fetch(EVENTS_PATH, filter, { signal });
    if (!response.ok || response.body === null) throw await this.#failure(response);
    return readEvents(response.body);
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
        headers: { ...this.#headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(this.#answerWithinMs),
      },
    );
  }

  async #fetch(path: string, filter: Filter, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const url = new URL(path, this.#url);
    for (const [name, value] of Object.entries(filter)) if (value !== undefined) url.searchParams.set(name, value);
    try {
      const response = await fetch(url, init);
      this.clock.read(response);
      return response;
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw this.#unreachable(error as Error);
    }
  }

  async #json<T>(response: Response, planId?: string): Promise<T> {
    if (!response.ok) throw await this.#failure(response, planId);
    return (await response.json()) as T;
  }

  #unreachable({ name, message, cause }: Error): Failure {
    const reason = name === 'TimeoutError' ? 'no answer in time' : ((cause as NodeJS.ErrnoException)?.code ?? message);
    return new Failure(
      'unreachable',
      `There is no control API at ${this.#url.origin} (${reason}). Give its address with --url or MESH_CONTROL_URL.`,
    );
  }

  async #failure(response: Response, planId?: string): Promise<Failure> {
    if (response.headers.get('content-type') !== 'application/problem+json') {
      const found = `What answers at ${this.#url.origin} is no control API (HTTP status ${response.status}).`;
      return new Failure('unreachable', `${found} Give the right address with --url or MESH_CONTROL_URL.`);
    }
    const { status, detail } = (await response.json()) as ProblemDocument;
    if (status === 401) {
      const what = 'authorization' in this.#headers ? 'The token is not the right one.' : 'This needs the token.';
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
