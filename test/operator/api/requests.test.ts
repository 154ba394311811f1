import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import {
  CONTROLLERS_PATH,
  EVENTS_PATH,
  PLANS_PATH,
  type PlanList,
  type ProblemDocument,
} from '../../../examples/operator/api/wire.js';
import type { PlanView } from '../../../examples/operator/controllable.js';
import { until } from '../../support/until.js';
import { SECRET, startTestApi, type TestApi } from './control-api.js';

const NEW_PLAN = { namespace: 'payments', cluster: 'eu-1', drain: ['node-a', 'node-b'] };

describe('the control API', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(async () => {
    // Whatever the test did, the API still answers.
    expect((await fetch(api.url + PLANS_PATH)).status).to.equal(200);
    await api.close();
  });

  const get = (path: string) => fetch(api.url + path);
  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(api.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const verb = (planId: string, name: string, body?: unknown) => post(`${PLANS_PATH}/${planId}/${name}`, body);

  /** Checks that a request was refused as RFC 9457 has it, and gives the sentence that says why. */
  async function refusal(response: Response, status: number): Promise<string> {
    const document = (await response.json()) as ProblemDocument;
    expect(response.status, document.detail).to.equal(status);
    expect(response.headers.get('content-type')).to.equal('application/problem+json');
    expect(document.status).to.equal(status);
    expect(document.title).to.not.equal('');
    return document.detail;
  }

  describe('reading', () => {
    it('lists the plans of all clusters, and those that a filter asks for', async () => {
      const first = api.waitingPlan();
      api.search.propose({ drain: ['node-x'], dryRun: false, approvalMode: 'auto', requestedBy: 'test' });
      api.payments.approve(first, 'ada');
      const ids = async (query: string) =>
        ((await (await get(`${PLANS_PATH}${query}`)).json()) as PlanList).plans.map(({ id }) => id);
      expect((await ids('')).sort()).to.deep.equal(['eu-1-plan-1', 'us-1-plan-1']);
      expect(await ids('?namespace=search')).to.deep.equal(['us-1-plan-1']);
      expect(await ids('?cluster=eu-1')).to.deep.equal(['eu-1-plan-1']);
      expect(await ids('?state=rebalancing')).to.deep.equal(['eu-1-plan-1']);
      expect(await ids('?state=rebalancing&cluster=us-1')).to.deep.equal([]);
    });

    it('refuses a filter that is not known, and a state that is none', async () => {
      expect(await refusal(await get(`${PLANS_PATH}?stat=failed`), 400)).to.include('namespace, cluster, state');
      expect(await refusal(await get(`${PLANS_PATH}?state=moving`), 400)).to.include('rebalancePending');
    });

    it('shows one plan, and says where all are when it is not known', async () => {
      const id = api.waitingPlan();
      const plan = (await (await get(`${PLANS_PATH}/${id}`)).json()) as PlanView;
      expect(plan).to.include({ id, namespace: 'payments', cluster: 'eu-1', state: 'rebalancePending' });
      expect(await refusal(await get(`${PLANS_PATH}/nope`), 404)).to.include(PLANS_PATH);
      await refusal(await get(`${PLANS_PATH}/${'x'.repeat(5_000)}`), 404);
      await refusal(await get(`${PLANS_PATH}/%zz`), 400);
    });
  });

  describe('changing', () => {
    it('creates a plan in the name of who asks', async () => {
      const response = await post(PLANS_PATH, { ...NEW_PLAN, changeTicket: 'CHG-7' }, { 'x-mesh-actor': 'ada' });
      const plan = (await response.json()) as PlanView;
      expect(response.status).to.equal(201);
      expect(response.headers.get('location')).to.equal(`${PLANS_PATH}/${plan.id}`);
      expect(plan).to.include({ requestedBy: 'ada', changeTicket: 'CHG-7', approvalMode: 'manual', shards: 8 });
      expect(api.payments.plans()).to.have.length(1);
    });

    it('shows what a dry run would do', async () => {
      const response = await post(PLANS_PATH, { ...NEW_PLAN, dryRun: true });
      const plan = (await response.json()) as PlanView;
      expect(response.status).to.equal(201);
      expect(plan.moves).to.have.length(2);
      await refusal(await verb(plan.id, 'approve'), 409);
    });

    for (const [name, fields, named] of [
      ['no cluster', { namespace: 'payments' }, '"cluster"'],
      ['an empty namespace', { ...NEW_PLAN, namespace: '' }, '"namespace"'],
      ['a name that is too long', { ...NEW_PLAN, changeTicket: 'x'.repeat(257) }, '"changeTicket"'],
      ['a control character', { ...NEW_PLAN, drain: ['node-\u001b[2J'] }, '"drain[0]"'],
      ['a node that is no text', { ...NEW_PLAN, drain: [7] }, '"drain[0]"'],
      ['nodes that are no list', { ...NEW_PLAN, drain: 'node-a' }, '"drain"'],
      ['too many nodes', { ...NEW_PLAN, drain: Array(1_001).fill('node-a') }, '"drain"'],
      ['a dry run that is no truth value', { ...NEW_PLAN, dryRun: 'yes' }, '"dryRun"'],
      ['an unknown approval mode', { ...NEW_PLAN, approvalMode: 'none' }, '"approvalMode"'],
      ['a misspelt field', { ...NEW_PLAN, dryrun: true }, '"dryrun"'],
    ] as const) {
      it(`refuses a plan with ${name}, and names the field`, async () => {
        expect(await refusal(await post(PLANS_PATH, fields), 400)).to.include(named);
        expect(api.payments.plans()).to.deep.equal([]);
      });
    }

    it('refuses a plan for a cluster or node that is not there, and one that would do nothing', async () => {
      expect(await refusal(await post(PLANS_PATH, { ...NEW_PLAN, cluster: 'eu-9' }), 422)).to.include('payments/eu-1');
      expect(await refusal(await post(PLANS_PATH, { ...NEW_PLAN, drain: ['host-1'] }), 422)).to.include('"host-1"');
      await refusal(await post(PLANS_PATH, { ...NEW_PLAN, drain: [] }), 409);
    });

    it('approves once, in the name of the token where nobody is named', async () => {
      const id = api.waitingPlan();
      const plan = (await (await verb(id, 'approve')).json()) as PlanView;
      expect(plan.state).to.equal('rebalancing');
      expect(plan.decision).to.include({ decision: 'approved', actor: 'operator' });
      await refusal(await verb(id, 'approve'), 409);
    });

    it('approves in the context of the request, where its span is active', async () => {
      const context = new AsyncLocalStorage<string>();
      const enter = () => context.enterWith('the request');
      subscribe('http.server.request.start', enter);
      try {
        let seen: string | undefined;
        api.payments.on('approvalDecided', () => {
          seen = context.getStore();
        });
        await verb(api.waitingPlan(), 'approve', {});
        expect(seen).to.equal('the request');
      } finally {
        unsubscribe('http.server.request.start', enter);
      }
    });

    it('rejects and cancels once', async () => {
      const rejected = api.waitingPlan();
      const plan = (await (await verb(rejected, 'reject', { reason: 'freeze' })).json()) as PlanView;
      expect(plan.decision?.decision).to.equal('rejected');
      await refusal(await verb(rejected, 'cancel'), 409);
      const cancelled = api.waitingPlan();
      expect((await verb(cancelled, 'cancel', { reason: 'wrong node' })).status).to.equal(200);
      await refusal(await verb(cancelled, 'cancel'), 409);
    });

    it('approves with a reason, which is kept and passed on', async () => {
      let seen: unknown;
      api.payments.on('approvalDecided', ({ reason }) => {
        seen = reason;
      });
      const plan = (await (await verb(api.waitingPlan(), 'approve', { reason: 'disk is in' })).json()) as PlanView;
      expect([plan.decision?.reason, seen]).to.deep.equal(['disk is in', 'disk is in']);
    });

    it('pauses and resumes a controller, once', async () => {
      const hold = (cluster: string, name: string) => post(`${CONTROLLERS_PATH}/payments/${cluster}/${name}`);
      const paused = { namespace: 'payments', cluster: 'eu-1', paused: true };
      expect(await (await hold('eu-1', 'pause')).json()).to.deep.equal(paused);
      const { controllers } = (await (await get(CONTROLLERS_PATH)).json()) as { controllers: unknown[] };
      expect(controllers).to.deep.equal([paused, { namespace: 'search', cluster: 'us-1', paused: false }]);
      expect(await refusal(await hold('eu-1', 'pause'), 409)).to.include('paused already');
      expect((await hold('eu-1', 'resume')).status).to.equal(200);
      expect(await refusal(await hold('eu-1', 'resume'), 409)).to.include('not paused');
      expect(await refusal(await hold('eu-9', 'pause'), 404)).to.include('payments/eu-1');
      await refusal(await post(`${CONTROLLERS_PATH}/payments/eu-1/pause`, { why: 'x' }), 400);
      await refusal(await fetch(`${api.url}${CONTROLLERS_PATH}/payments/eu-1/pause`, { method: 'POST' }), 401);
      expect(api.payments.paused).to.equal(false);
    });

    it('refuses to approve after expiry, and what is not known', async () => {
      const id = api.waitingPlan();
      api.payments.expire(id);
      await refusal(await verb(id, 'approve'), 409);
      for (const name of ['approve', 'reject', 'cancel']) await refusal(await verb('nope', name), 404);
      await refusal(await verb(id, 'cancel', { reason: 'x'.repeat(1_025) }), 400);
      expect(await refusal(await verb(id, 'approve', { reson: 'misspelt' }), 400)).to.include('"reson"');
    });
  });

  describe('access', () => {
    const attempts: Record<string, string | undefined> = {
      'no token': undefined,
      'a wrong token': 'Bearer wrong',
      'a token that only begins right': `Bearer ${SECRET.slice(0, -1)}`,
      'another scheme': `Basic ${SECRET}`,
    };
    for (const [name, authorization] of Object.entries(attempts)) {
      it(`refuses every change with ${name}, whether the plan is there or not`, async () => {
        const id = api.waitingPlan();
        for (const path of ['', `/${id}/approve`, `/${id}/reject`, `/${id}/cancel`, '/nope/approve']) {
          const headers = authorization === undefined ? undefined : { authorization };
          const response = await fetch(api.url + PLANS_PATH + path, { method: 'POST', ...(headers && { headers }) });
          expect(response.headers.get('www-authenticate')).to.match(/^Bearer realm=/);
          expect(await refusal(response, 401)).to.include('authorization: Bearer');
        }
        expect(api.payments.plans()[0]?.state).to.equal('rebalancePending');
      });
    }

    it('refuses an actor that is too long, or that would steer a terminal', async () => {
      for (const actor of ['x'.repeat(257), 'ada\u009b2J']) {
        const headers = { 'x-mesh-actor': actor };
        expect(await refusal(await post(PLANS_PATH, NEW_PLAN, headers), 400)).to.include('x-mesh-actor');
      }
    });
  });

  describe('routes', () => {
    it('refuses paths that are not there', async () => {
      for (const path of ['/', '/metrics', `${PLANS_PATH}/`, `${PLANS_PATH}/a/b`, `${PLANS_PATH}/a/approve/b`]) {
        await refusal(await get(path), 404);
      }
    });

    it('refuses methods that a path does not take, and says which it takes', async () => {
      for (const [method, path, allow] of [
        ['DELETE', PLANS_PATH, 'GET, POST'],
        ['PUT', `${PLANS_PATH}/x`, 'GET'],
        ['POST', EVENTS_PATH, 'GET'],
        ['GET', `${PLANS_PATH}/x/approve`, 'POST'],
        ['POST', CONTROLLERS_PATH, 'GET'],
        ['GET', `${CONTROLLERS_PATH}/a/b/pause`, 'POST'],
      ] as const) {
        const response = await fetch(api.url + path, { method });
        expect(response.headers.get('allow')).to.equal(allow);
        await refusal(response, 405);
      }
    });
  });

  describe('bodies', () => {
    it('refuses what is not JSON', async () => {
      expect(await refusal(await post(PLANS_PATH, '{"namespace":'), 400)).to.include('not JSON');
      for (const body of ['[]', 'null', '"text"']) await refusal(await post(PLANS_PATH, body), 400);
      await refusal(await post(PLANS_PATH, 'namespace=payments', { 'content-type': 'text/plain' }), 415);
    });

    it('refuses 10 MB, announced or not', async () => {
      const large = JSON.stringify({ ...NEW_PLAN, changeTicket: 'x'.repeat(10 << 20) });
      await refusal(await post(PLANS_PATH, large), 413);
      const chunked = httpRequest(api.url + PLANS_PATH, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      });
      for (let at = 0; at < large.length; at += 1 << 20) chunked.write(large.slice(at, at + (1 << 20)));
      chunked.end();
      const [response] = await once(chunked, 'response');
      expect(response.statusCode).to.equal(413);
      response.resume();
      // The rest is not taken: the connection is cut, with what the client would still send.
      await new Promise((resolve) => chunked.on('error', () => {}).once('close', resolve));
      expect(api.payments.plans()).to.deep.equal([]);
    });

    it('takes 64 KiB', async () => {
      const padded = JSON.stringify(NEW_PLAN).padEnd(64 * 1024);
      expect((await post(PLANS_PATH, padded)).status).to.equal(201);
      await refusal(await post(PLANS_PATH, `${padded} `), 413);
    });

    it('is unharmed by a request that is cut off in its body, or that is no HTTP', async () => {
      const id = api.waitingPlan();
      const { port, hostname } = new URL(api.url);
      const cutOff = connect(Number(port), hostname);
      const head = [
        `POST ${PLANS_PATH}/${id}/approve HTTP/1.1`,
        'host: localhost',
        `authorization: Bearer ${SECRET}`,
        'content-type: application/json',
        'content-length: 100',
        'expect: 100-continue',
      ];
      cutOff.write(`${head.join('\r\n')}\r\n\r\n`);
      // It is in the middle of reading the body now.
      await once(cutOff, 'data');
      cutOff.resetAndDestroy();
      const noHttp = connect(Number(port), hostname);
      noHttp.write('\u0000\u0001\r\n\r\n');
      const [answer] = await once(noHttp, 'data');
      expect(String(answer)).to.match(/^HTTP\/1.1 400/);
      await until(async () => (await get(PLANS_PATH)).ok);
      expect(api.payments.plans()[0]?.state).to.equal('rebalancePending');
    });
  });

  it('hides a failure of the controller, and goes on', async () => {
    const logged: unknown[][] = [];
    const { error } = console;
    console.error = (...parts) => logged.push(parts);
    try {
      api.payments.propose = () => {
        throw new Error('a password');
      };
      expect(await refusal(await post(PLANS_PATH, NEW_PLAN), 500)).to.not.include('password');
    } finally {
      console.error = error;
    }
    expect(String(logged[0]?.[1])).to.equal('Error: a password');
  });
});
