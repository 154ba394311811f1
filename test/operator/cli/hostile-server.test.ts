import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ControlApiClient } from '../../../examples/operator/cli/control-api-client.js';
import { Failure } from '../../../examples/operator/cli/exit-codes.js';
import { SECRET, startTestApi, type TestApi } from '../api/control-api.js';
import { type Ended, startMesh } from './example-process.js';

const SOURCES = new URL('../../../../examples/operator/cli/', import.meta.url);
/** OSC 52, which fills the clipboard; C1's CSI; writing direction; no width; a tag; a filler that looks like a blank. */
const STEERING = '\u001b]52;c;ZXZpbA==\u0007\u009b2J\u202e\u2066\u200b\u200f\ufeff\u{e0041}\u3164\u2028';
/** All that is not plain: the texts of the plan besides are ASCII. */
const STEERS = /[^\n\t\x20-\x7e]/u;
const HOUR_MS = 3_600_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('mesh shards rebalance and a server that is hostile', () => {
  let answer: Answer;
  let url: string;
  let close: () => void;
  let asked: IncomingMessage[] = [];
  const serve = async (hostile: Answer) => {
    const server = createServer((request, response) => {
      response.on('error', () => {});
      hostile(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close() {
        server.close();
        server.closeAllConnections();
      },
    };
  };
  beforeEach(async () => {
    asked = [];
    ({ url, close } = await serve((request, response) => {
      asked.push(request);
      answer(request, response);
    }));
  });
  afterEach(() => close());

  const mesh = (...args: string[]): Promise<Ended> =>
    startMesh(['shards', 'rebalance', ...args], {
      MESH_CONTROL_URL: url,
      MESH_CONTROL_TOKEN: SECRET,
      USER: 'ada',
    }).end();
  const json = (value: unknown, status = 200, type = 'application/json'): Answer => {
    return (_request, response) => response.writeHead(status, { 'content-type': type }).end(JSON.stringify(value));
  };
  const isOneLine = ({ code, stdout, stderr }: Ended, hint: string, expected = 3) => {
    expect({ code, stdout }, stderr).to.deep.equal({ code: expected, stdout: '' });
    expect(stderr)
      .to.match(/^error: [^\n]+\n$/)
      .and.to.include(hint);
  };

  const hostilePlan = () => {
    const mark = (name: string) => `${name}${STEERING}`;
    return {
      id: mark('id'),
      namespace: mark('namespace'),
      cluster: mark('cluster'),
      state: mark('state'),
      stateSince: Date.now(),
      trigger: mark('trigger'),
      approvalMode: mark('mode'),
      dryRun: false,
      createdAt: Date.now(),
      requestedBy: mark('by'),
      changeTicket: mark('ticket'),
      approval: { requestedAt: Date.now(), expiresAt: Date.now() + HOUR_MS },
      decision: { decision: mark('approved'), actor: mark('actor'), at: Date.now(), reason: mark('reason') },
      cancellation: { actor: mark('canceller'), at: Date.now(), reason: mark('reason') },
      held: [{ reason: mark('guardrail'), waitsFor: mark('wait'), since: Date.now() }],
      shards: 4,
      shardsRemaining: 4,
      shardsMoving: 0,
      drains: [{ node: mark('node'), shards: 4, shardsRemaining: 4, bytes: 1 }],
      moves: [
        {
          shard: mark('shard'),
          source: mark('source'),
          target: mark('target'),
          status: 'failed',
          since: Date.now(),
          errorType: mark('error'),
        },
      ],
      outcome: 'failed',
      errorType: mark('error'),
      more: mark('more'),
    };
  };
  const where = ['-n', 'payments', '--cluster', 'eu-1'];
  /** Every command that prints something of the server's. */
  const commands = [
    ['list'],
    ['list', '-o', 'wide'],
    ['show', 'p'],
    ['plan', ...where],
    ['approve', 'p'],
    ['reject', 'p'],
    ['cancel', 'p'],
    ['pause', ...where],
    ['watch', 'p'],
  ];

  it('prints nothing that steers a terminal or deceives its reader, as text or as JSON', async () => {
    const plan = hostilePlan();
    answer = ({ url: path = '', method }, response) => {
      if (path.includes('/events')) {
        const { id: planId, namespace, cluster } = plan;
        const event = {
          event: 'planFinished',
          namespace,
          cluster,
          planId,
          time: 1,
          outcome: 'failed',
          error: STEERING,
        };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        // When the plan has been shown.
        setTimeout(() => response.end(`data: ${JSON.stringify(event)}\n\n`), 500);
      } else if (path.includes('controllers')) {
        json({ namespace: plan.namespace, cluster: plan.cluster, paused: true })({} as never, response);
      } else {
        const isList = path.split('?')[0]?.endsWith('/rebalance-plans') && method === 'GET';
        json(isList ? { plans: [plan] } : plan)({} as never, response);
      }
    };
    const runs = [...commands, ...commands.filter((args) => !args.includes('wide')).map((args) => [...args, '--json'])];
    await Promise.all(
      runs.map(async (args) => {
        const { code, stdout, stderr } = await mesh(...args);
        expect({ code, stderr }, args.join(' ')).to.deep.equal({ code: 0, stderr: '' });
        expect(stdout, args.join(' ')).to.match(/(id|namespace)(\?|\\u)/);
        expect(stdout, args.join(' ')).to.not.match(STEERS);
      }),
    );
    // Programs get what it is.
    expect(JSON.parse((await mesh('show', 'p', '--json')).stdout)).to.include({ id: plan.id, more: plan.more });
    const words = ['__complete', '--', 'shards', 'rebalance', 'approve', ''];
    const completed = await startMesh(words, { MESH_CONTROL_URL: url }).end();
    expect(completed.stdout).to.not.match(STEERS);
    answer = json({ type: 'about:blank', title: 'x', status: 409, detail: STEERING }, 409, 'application/problem+json');
    for (const format of [[], ['--json']]) {
      const { code, stderr } = await mesh('approve', 'p', ...format);
      expect(code).to.equal(1);
      expect(stderr).to.not.match(STEERS);
    }
  });

  it('has one way out', () => {
    const writers = readdirSync(SOURCES)
      .filter(
        (file) => file.endsWith('.ts') && /\.write\(|console\./.test(readFileSync(new URL(file, SOURCES), 'utf8')),
      )
      .sort();
    expect(writers).to.deep.equal(['live-area.ts', 'output.ts']);
  });

  it('follows no redirect, with what it was to carry', async () => {
    const elsewhere = await startTestApi();
    try {
      answer = ({ url: path }, response) => response.writeHead(307, { location: elsewhere.url + path }).end();
      const id = elsewhere.waitingPlan();
      for (const args of [['approve', id], ['watch']]) {
        isOneLine(await mesh(...args), `which leads to ${elsewhere.url}`);
      }
      expect(elsewhere.payments.plans()[0]?.decision).to.equal(undefined);
    } finally {
      await elsewhere.close();
    }
  });

  const endless = (response: ServerResponse, part: string) => {
    const send = () => {
      while (!response.destroyed && response.write(part));
    };
    response.on('drain', send);
    send();
  };
  const large = ' '.repeat(1 << 20);
  const type = { 'content-type': 'application/json' };
  const answers: Record<string, Answer> = {
    'no JSON': (_request, response) => response.writeHead(200, type).end('<html>'),
    'half of it': (_request, response) => response.writeHead(200, type).end('{"plans":['),
    'JSON of another kind': json({ plans: [{ id: 7 }] }),
    nothing: json(null),
    'JSON too deep to print': (_request, response) =>
      response.writeHead(200, type).end(`{"plans":[],"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`),
    'JSON without an end': (_request, response) => endless(response.writeHead(200, type), large),
    'a problem without an end': (_request, response) =>
      endless(response.writeHead(409, { 'content-type': 'application/problem+json' }), large),
    'an error page without an end': (_request, response) => endless(response.writeHead(500), large),
    'a redirect without an end': (_request, response) => endless(response.writeHead(302, { location: '/' }), large),
  };
  it('says in one line that it is no control API where it is none', async () => {
    await Promise.all(
      Object.values(answers).map(async (hostile) => {
        const other = await serve(hostile);
        try {
          isOneLine(await mesh('list', '--url', other.url), 'is no control API');
        } finally {
          other.close();
        }
      }),
    );
  });

  it('waits for no answer that stays out, or stays half', async () => {
    for (const late of [
      () => {},
      (_request, response) => response.writeHead(200, type).write('{"plans":'),
    ] as Answer[]) {
      answer = late;
      const client = new ControlApiClient(new URL(url), { answerWithinMs: 300 });
      const ask = [client.list(), client.events({}, new AbortController().signal)];
      // A stream may be quiet for long once it is there.
      for (const asking of late.length === 0 ? ask : ask.slice(0, 1)) {
        const error = await asking.catch((failure: Error) => failure);
        expect(error).to.be.instanceOf(Failure).with.property('message').that.includes('no answer in time');
      }
    }
  });

  const event = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' });
  it('ends watch with one line where an event is none', async () => {
    const streams: ((response: ServerResponse) => void)[] = [
      (response) => endless(event(response), `data: ${large}`),
      (response) => event(response).write('data: {"eve\n\n'),
      (response) => event(response).write('data: {"event":7}\n\n'),
    ];
    await Promise.all(
      streams.map(async (hostile) => {
        const plan = json({ ...hostilePlan(), outcome: undefined });
        const other = await serve((request, response) =>
          request.url?.includes('/events') ? hostile(response) : plan(request, response),
        );
        try {
          const { code, stderr } = await mesh('watch', 'p', '--url', other.url);
          expect(code, stderr).to.equal(3);
          expect(stderr)
            .to.match(/^error: [^\n]+\n$/)
            .and.to.include('is no control API');
        } finally {
          other.close();
        }
      }),
    );
  });

  it('sends the token unencrypted to this machine only, without --insecure', async () => {
    // Names below .invalid are never there.
    const elsewhere = ['--url', 'http://control.invalid:7070'];
    isOneLine(await mesh('approve', 'p', ...elsewhere), '--insecure', 2);
    isOneLine(await mesh('watch', ...elsewhere), '--insecure', 2);
    isOneLine(await mesh('approve', 'p', '--insecure', ...elsewhere), 'No control API at');
    isOneLine(await mesh('list', ...elsewhere), 'No control API at');
    answer = json({ plans: [] });
    await mesh('list');
    expect(asked[0]?.headers).to.not.have.property('authorization');
  });

  it('refuses a token that is empty', async () => {
    for (const token of ['', ' ']) {
      const ended = await startMesh(['shards', 'rebalance', 'list'], { MESH_CONTROL_TOKEN: token }).end();
      isOneLine(ended, 'MESH_CONTROL_TOKEN is empty', 2);
    }
  });

  describe('ids', () => {
    let api: TestApi;
    beforeEach(async () => {
      api = await startTestApi();
    });
    afterEach(() => api.close());

    it('are refused where they would be the path of something else', async () => {
      answer = json({});
      const lines = [
        ...['.', '..', '', ' '].map((id) => ['approve', '--', id]),
        ['show', '..'],
        ['pause', '-n', 'payments', '--cluster', '..'],
      ];
      for (const ended of await Promise.all(lines.map((line) => mesh(...line))))
        isOneLine(ended, 'neither empty nor', 2);
      expect(asked).to.deep.equal([]);
    });

    it('are ids behind --, whatever they look like', async () => {
      for (const id of [`--url=${url}`, '--json', '-h']) {
        const ended = await startMesh(['shards', 'rebalance', 'approve', '--reason', 'x', '--', id], {
          MESH_CONTROL_URL: api.url,
          MESH_CONTROL_TOKEN: SECRET,
        }).end();
        isOneLine(ended, `There is no plan "${id}"`, 1);
      }
      expect(asked).to.deep.equal([]);
    });

    it('stand behind -- in what is printed, and are one word for a shell', async () => {
      const id = "--url=http://evil'$(id)";
      answer = json({ ...hostilePlan(), id });
      const { stdout } = await mesh('plan', ...where);
      expect(stdout).to.include(`mesh shards rebalance approve -- '--url=http://evil'\\''$(id)'`);
    });
  });
});
