import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { instrument, REBALANCE_EVENT_NAMES, type RebalanceInstrumentationOptions } from '../../../lib/index.js';
import { nearest } from '../../../lib/intake/nearest.js';
import { BAD_EVENTS, describePayload } from '../../support/bad-events.js';
import { BrowserTimers } from '../../support/browser-timers.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { beginPlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

const SCOPE = /^opentelemetry-instrumentation-mesh-rebalance /;

/** What is told while `action` runs, without the name of the component. */
async function told(action: () => unknown): Promise<string[]> {
  return (await diagMessages(action)).map((message) => message.replace(SCOPE, ''));
}

function setUp(options: RebalanceInstrumentationOptions = {}) {
  const sdk = new TestSdk();
  const controller = new TestController();
  const handle = instrument(controller, { ...sdk.options, clock: new TestClock().read, zeroForMillis: 0, ...options });
  return { sdk, controller, handle };
}

describe('a message about a bad event', () => {
  it('says that the event was dropped where it was, and only there', async () => {
    for (const [reason, event, payload] of BAD_EVENTS) {
      const { sdk, controller } = setUp();
      const known = async () => (await sdk.scrapeText()).replaceAll(/^mesh_rebalance_invalid_events_total.*\n/gm, '');
      const before = await known();
      const messages = await told(() => controller.tellRaw(event, payload));
      const title = `${reason} ${event} ${describePayload(payload)}: ${messages}`;
      expect(messages, title).to.have.length(1);
      expect(messages[0], title).to.match(new RegExp(`^${event}: .*; .*\\[${reason}\\]$`));
      if ((await known()) === before) expect(messages[0], title).to.match(/was dropped|left out/);
      else expect(messages[0], title).to.not.match(/was dropped/);
    }
  });

  it('says what came, what is allowed, what became of it, and what was probably meant', async () => {
    const messages = await told(() => {
      const { controller } = setUp({ maxNodes: 2 });
      controller.tellRaw('planCreated', { planID: 'p' });
      controller.tellRaw('planCreated', { planId: 7, shards: -1 });
      controller.tellRaw('planFinished', { planId: 'p', outcome: 'complete' });
      controller.tellRaw('planCreated', { planId: 'p', state: 'asleep' });
      controller.tellRaw('heartbeat', { time: 1_700_000_000 });
      controller.tellRaw('planCreated', 'plan-1');
      controller.tellRaw('planCreated', { planId: 'two\nlines', nodes: ['a', null] });
      controller.tellRaw('ownershipChanged', { nodes: { a: 1, b: 2, c: 3, d: 4 } });
    });
    expect(messages).to.deep.equal([
      'planCreated: planId is missing; the event was dropped. It has "planID": did you mean planId? [missing_field]',
      'planCreated: planId is 7, not text; it was kept as "7" [wrong_type]',
      'planCreated: shards is -1, not a whole number from 0 up; it was left out [invalid_number]',
      'planFinished: outcome is "complete", not one of completed, failed, cancelled; the event was dropped. ' +
        'Did you mean completed? [unknown_value]',
      'planCreated: state is "asleep", not one of steady, investigating, draining, rebalancePending, rebalancing, ' +
        'completed, failed; it was left out [unknown_value]',
      'heartbeat: time is 1700000000, not a Date or milliseconds since the Unix epoch, at most 5 min ahead and ' +
        '10 years past; the time of arrival was used [invalid_time]',
      'planCreated: payload is "plan-1", not an object; the event was dropped [wrong_type]',
      'planCreated: planId is "two lines", which is reserved or holds characters that no label can have; it was kept ' +
        'as "two\ufffdlines~edc8c1284585" [unsafe_id]',
      'planCreated: an entry of nodes is missing; it was left out [missing_field]',
      'ownershipChanged: 4 nodes came, and maxNodes is 2; the rest is summed up as node _OTHER [limit]',
    ]);
  });

  it('without namespace or cluster says under which name it was kept', async () => {
    const emitter = new EventEmitter();
    const { options } = new TestSdk();
    const messages = await told(() => {
      instrument(emitter, options);
      emitter.emit('heartbeat');
      instrument(Object.assign(new EventEmitter(), { namespace: 'n', cluster: 'c' }), options).disable();
      const half = Object.assign(new EventEmitter(), { namespace: 'n' });
      instrument(half, options);
      half.emit('heartbeat', { cluster: 7 });
      half.emit('heartbeat', { namespace: '', cluster: 'c' });
    });
    expect(messages).to.deep.equal([
      'heartbeat: namespace is missing; the event was kept under namespace unknown; set it on the controller, in the ' +
        'options, or on each event [missing_field]',
      'heartbeat: cluster is 7, not text; it was kept as "7" [wrong_type]',
      'heartbeat: namespace is empty; the event was kept under "n" [missing_field]',
    ]);
  });

  it('out of order or past a limit says what stands in its way', async () => {
    const messages = await told(() => {
      const { controller } = setUp({ maxPlans: 1, maxClusters: 1 });
      beginPlan(controller);
      controller.tell('approvalDecided', { planId: 'plan-1', decision: 'rejected' });
      beginPlan(controller);
      controller.tell('planFinished', { planId: 'plan-1', outcome: 'completed' });
      controller.tell('drainProgressed', { planId: 'plan-1', node: 'node-a', shardsRemaining: 1 });
      controller.tell('heartbeat', { cluster: 'another' });
      for (let i = 0; i < 21; i += 1) controller.tell('planCreated', { planId: `more-${i}` });
    });
    expect(messages).to.deep.equal([
      'approvalDecided: plan "plan-1" has been decided, and no request has been made since; the event was dropped ' +
        '[out_of_order]',
      'drainStarted: the drain of "node-a" has started already; the event was dropped [out_of_order]',
      'moveStarted: the move of "s-1" has started already; the event was dropped [out_of_order]',
      'drainProgressed: plan "plan-1" has ended; the event was dropped [out_of_order]',
      'heartbeat: cluster "another" of "payments" is one too many: maxClusters is 1; the event was dropped [limit]',
      'planCreated: 20 plans are tracked already, 20 for each of maxPlans; they have not ended; the event was dropped [limit]',
    ]);
  });

  it('of a snapshot names the part', async () => {
    const controller = new TestController();
    controller.snapshot = () => ({ plans: [{ planID: 'p' } as never, null as never], nodes: { a: 1 } });
    const messages = await told(() => instrument(controller, new TestSdk().options));
    expect(messages).to.deep.equal([
      'snapshot, as planCreated: planId is missing; this part of the snapshot was dropped. It has "planID": did you ' +
        'mean planId? [missing_field]',
      'snapshot: an entry of plans is null, not an object; it was left out [wrong_type]',
    ]);
  });

  it('stays on one short line, whatever came', async () => {
    const nasty = `\u202e\u001b[2J\n${'x'.repeat(9_999)}`;
    for (const payload of [{ planId: 'p', state: nasty }, { planId: nasty }, { [`planID${nasty}`]: 1 }, nasty]) {
      const [message = ''] = await told(() => setUp().controller.tellRaw('planCreated', payload));
      expect(message.length, message).to.be.within(1, 600);
      expect(message).to.not.match(/[\p{Cc}\u2028\u202e]/u);
    }
  });
});

describe('nearest()', () => {
  it('finds what was meant, and nothing where nothing is near', () => {
    const cases: [wrong: string, right: string | undefined][] = [
      ['planCreate', 'planCreated'],
      ['plan-created', 'planCreated'],
      ['plan_created', 'planCreated'],
      ['PLANCREATED', 'planCreated'],
      ['plancraeted', 'planCreated'],
      ['moveStart', 'moveStarted'],
      ['hearbeat', 'heartbeat'],
      ['drainProgress', 'drainProgressed'],
      ['resume', 'resumed'],
      ['error', undefined],
      ['', undefined],
      ['newListener', undefined],
      ['x'.repeat(100_000), undefined],
    ];
    for (const [wrong, right] of cases) {
      expect(nearest(wrong, REBALANCE_EVENT_NAMES), wrong.slice(0, 20)).to.equal(right);
    }
  });

  it('takes one letter of three for a slip, and a name with something added', () => {
    const long = 'x'.repeat(64);
    const cases: [wrong: string, name: string, isNear: boolean][] = [
      ['abx', 'abc', true],
      ['axbc', 'abc', true],
      ['ac', 'abc', true],
      ['acb', 'abc', true],
      ['bac', 'abc', true],
      ['A', 'a', true],
      ['a-b_c', 'abc', true],
      ['ab12', 'ab34', false],
      ['aab', 'aca', false],
      ['aab', 'abc', false],
      ['xy', 'abc', false],
      ['abxy', 'abcd', false],
      ['acbx', 'abcy', false],
      ['xabcx', 'abc', false],
      ['abc', 'xabcx', false],
      ['plan', 'planCreated', true],
      ['pla', 'planCreated', false],
      ['pausedSinceMillis', 'paused', true],
      ['sinceMillisPaused', 'paused', false],
      ['created', 'planCreated', false],
      [`${long}${'a'.repeat(64)}`, `${long}${'b'.repeat(64)}`, true],
    ];
    for (const [wrong, name, isNear] of cases) {
      expect(nearest(wrong, [name]), `${wrong} for ${name}`).to.equal(isNear ? name : undefined);
    }
    expect(nearest('moved', ['mover', 'moves']), 'the first of two').to.equal('mover');
    expect(nearest('moved', ['moverx', 'moves']), 'the nearest').to.equal('moves');
  });
});

describe('instrumenting again', () => {
  it('with other options is told once, and changes nothing', async () => {
    const { sdk, controller, handle } = setUp();
    const other = new TestSdk();
    const messages = await told(() => {
      for (let i = 0; i < 2; i += 1) {
        expect(
          instrument(controller, { retentionMillis: 5, maxPlans: 500, tracerProvider: other.tracerProvider }),
        ).to.equal(handle);
      }
    });
    expect(messages).to.deep.equal([
      'a controller was instrumented again with other options, which are not used: retentionMillis 5 (in force: 900000), ' +
        'another tracerProvider; disable() its handle before instrumenting it anew',
    ]);
    beginPlan(controller);
    expect(other.spans()).to.have.length(0);
    expect(sdk.spans()).to.not.have.length(0);
  });

  it('with none, with undefined ones or with the same is silent', async () => {
    const { sdk, controller } = setUp();
    const messages = await told(() => {
      instrument(controller);
      instrument(controller, { retentionMillis: undefined });
      instrument(controller, { ...sdk.options, zeroForMillis: 0 });
    });
    expect(messages).to.deep.equal([]);
  });
});

describe('a silent emitter', () => {
  const options = () => {
    const { meterProvider, metricProducer } = new TestSdk();
    return { meterProvider, metricProducer };
  };

  it('is told once after two minutes, with the event names that were probably meant', async () => {
    const timers = new BrowserTimers();
    const emitter = new EventEmitter();
    for (const name of ['plan-created', 'hearbeat', 'error', 'planFinished']) emitter.on(name, () => {});
    const turns: string[][] = [];
    timers.during(() => instrument(emitter, { ...options(), namespace: 'payments', cluster: 'eu-1' }));
    emitter.emit('plan-created', { planId: 'p' });
    for (let i = 0; i < 6; i += 1) turns.push(await told(() => timers.turn()));
    expect(turns.map(({ length }) => length)).to.deep.equal([0, 0, 0, 1, 0, 0]);
    expect(turns[3]?.[0]).to.equal(
      'the controller of "payments/eu-1" has emitted nothing for 120 s. Is it the emitter of your events, and are they ' +
        `named as in the contract: ${REBALANCE_EVENT_NAMES.join(', ')}? Something else listens to it for ` +
        '"plan-created" (did you mean planCreated?), "hearbeat" (did you mean heartbeat?). ' +
        'A controller that emits heartbeat from its loop is never silent.',
    );
  });

  it('is not told of one that spoke, was disabled, or whose process stood still', async () => {
    const timers = new BrowserTimers();
    const speaking = new TestController('spoke', 'once');
    const disabled = new TestController('was', 'disabled');
    const messages = await told(() => {
      timers.during(() => {
        instrument(speaking, options());
        const handle = instrument(disabled, options());
        instrument(new TestController('stood', 'still'), options());
        timers.turn();
        speaking.tell('heartbeat', undefined);
        handle.disable();
        // However late the second and third turn come: an emitter cannot speak while its process is suspended.
        timers.turn();
        timers.turn();
      });
    });
    expect(messages).to.deep.equal([]);
    timers.during(() => timers.turn());
  });

  it('of another kind than Node\u2019s is told without a hint', async () => {
    for (const [eventNames, isReadable] of [
      [undefined, true],
      [() => [Symbol('s'), 7], true],
      [
        () => {
          throw new Error('no names');
        },
        false,
      ],
    ] as const) {
      const timers = new BrowserTimers();
      timers.during(() => instrument({ on() {}, off() {}, eventNames } as never, options()));
      const messages = await told(() => {
        for (let i = 0; i < 4; i += 1) timers.turn();
      });
      expect(messages).to.have.length(1);
      expect(messages[0])
        .to.include('"unknown/unknown"')
        .and.not.match(/did you mean|Something else/);
      const hint = isReadable ? '' : ' (The names that others listen for could not be read: no names.)';
      expect(messages[0]).to.include(`${REBALANCE_EVENT_NAMES.at(-1)}?${hint} A controller that emits`);
    }
  });

  it('is told with no more hints than there are events', async () => {
    const timers = new BrowserTimers();
    const emitter = new EventEmitter();
    for (const name of REBALANCE_EVENT_NAMES) {
      for (const wrong of [name.toUpperCase(), `${name}s`]) emitter.on(wrong, () => {});
    }
    timers.during(() => instrument(emitter, options()));
    const messages = await told(() => {
      for (let i = 0; i < 4; i += 1) timers.turn();
    });
    expect(messages[0]?.match(/did you mean/g)).to.have.length(REBALANCE_EVENT_NAMES.length);
  });
});
