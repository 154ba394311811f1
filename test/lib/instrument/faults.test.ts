import { metrics, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  createRebalanceMetricProducer,
  instrument,
  type RebalanceInstrumentationOptions,
  type RebalanceMetricProducer,
} from '../../../lib/index.js';
import type { ClusterMetricProducer } from '../../../lib/metrics/producer.js';
import { throwing } from '../../support/bad-events.js';
import { BrowserTimers } from '../../support/browser-timers.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { sampleValue, select } from '../../support/exposition.js';
import { hasGlobalLoggerProvider, setGlobalLoggerProvider } from '../../support/global-logs.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

/** What may throw while a controller is instrumented, and the message that names the cause. */
interface Fault {
  readonly name: string;
  /** False where this line of OpenTelemetry JS has nothing that could throw. */
  readonly applies?: boolean;
  readonly told: RegExp;
  readonly options?: RebalanceInstrumentationOptions;
  /** Breaks the controller, the producer or the process. Returns what mends the process. */
  readonly breaks?: (controller: TestController, producer: RebalanceMetricProducer) => (() => void) | undefined;
}

const brokenMeter = { createObservableCounter: () => ({ addCallback: throwing }) };

/** Another copy of this package, whose producer is taken as well, may be of another version. */
function breakField(producer: RebalanceMetricProducer, name: keyof ClusterMetricProducer): undefined {
  Object.defineProperty(producer, name, { get: throwing });
}

const FAULTS: readonly Fault[] = [
  {
    name: 'a global meter provider',
    told: /metrics failed: a trap/,
    breaks: () => {
      metrics.setGlobalMeterProvider({ getMeter: throwing });
      return () => metrics.disable();
    },
  },
  {
    name: 'the instruments of a global meter provider',
    told: /metrics failed: a trap/,
    breaks: () => {
      metrics.setGlobalMeterProvider({ getMeter: () => brokenMeter as never });
      return () => metrics.disable();
    },
  },
  {
    name: 'a global tracer provider',
    told: /spans failed: a trap/,
    breaks: () => {
      trace.setGlobalTracerProvider({ getTracer: throwing });
      return () => trace.disable();
    },
  },
  {
    name: 'a global tracer provider that also cannot say whether it is one',
    told: /spans failed: a trap/,
    breaks: () => {
      const proxy = { getTracer: throwing, getDelegate: throwing, getDelegateTracer: throwing };
      trace.setGlobalTracerProvider(proxy);
      return () => trace.disable();
    },
  },
  {
    name: 'a global logger provider',
    applies: hasGlobalLoggerProvider,
    told: /log events failed: a trap/,
    breaks: () => setGlobalLoggerProvider({ getLogger: throwing }),
  },
  {
    name: 'a producer that is asked whether it is read',
    told: /metrics failed: a trap/,
    breaks: (_controller, producer) => breakField(producer, 'active'),
  },
  {
    name: 'a producer that should say when it is read',
    told: /waiting for a reader failed: a trap/,
    breaks: (_controller, producer) => breakField(producer, 'onActivate'),
  },
  {
    name: 'a meter provider of the options',
    told: /metrics failed: a trap/,
    options: { meterProvider: { getMeter: throwing } },
  },
  {
    name: 'the instruments of a meter provider of the options',
    told: /metrics failed: a trap/,
    options: { meterProvider: { getMeter: () => brokenMeter as never } },
  },
  {
    name: 'a tracer provider of the options',
    told: /spans failed: a trap/,
    options: { tracerProvider: { getTracer: throwing } },
  },
  {
    name: 'a logger provider',
    told: /log events failed: a trap/,
    options: { loggerProvider: { getLogger: throwing } },
  },
  {
    name: 'a logger',
    told: /log events failed: a trap/,
    options: { loggerProvider: { getLogger: () => ({ enabled: throwing, emit: throwing }) } },
  },
  {
    name: 'setInterval',
    told: /starting the maintenance failed: a trap/,
    breaks: () => {
      const { setInterval } = globalThis;
      Object.assign(globalThis, { setInterval: throwing });
      return () => void Object.assign(globalThis, { setInterval });
    },
  },
  {
    name: 'on(), after it has taken the listener',
    told: /listening to heartbeat failed: a trap/,
    breaks: (controller) => {
      controller.on = ((event: string, listener: never) => {
        TestController.prototype.on.call(controller, event as 'heartbeat', listener);
        return event === 'heartbeat' ? throwing() : controller;
      }) as TestController['on'];
      return undefined;
    },
  },
  {
    name: 'snapshot()',
    told: / snapshot: reading snapshot\(\) threw: a trap/,
    breaks: (controller) => {
      controller.snapshot = throwing;
      return undefined;
    },
  },
  {
    name: 'the getter of executeStep',
    told: /wrapping executeStep failed: a trap/,
    breaks: (controller) => {
      Object.defineProperty(controller, 'executeStep', { configurable: true, get: throwing });
      return undefined;
    },
  },
  {
    name: 'the getter of namespace',
    told: /naming the controller failed: a trap/,
    options: { namespace: 'payments', cluster: 'eu-1' },
    breaks: (controller) => {
      Object.defineProperty(controller, 'namespace', { get: throwing });
      return undefined;
    },
  },
];

describe('what throws while a controller is instrumented', () => {
  for (const { name, told, options, breaks } of FAULTS.filter(({ applies }) => applies !== false)) {
    it(`costs only its own part, is told once with its cause, and leaves nothing behind: ${name}`, async () => {
      const timers = new BrowserTimers();
      const controller = new TestController();
      const metricProducer = createRebalanceMetricProducer();
      controller.executeStep = (_, work) => work();
      let mend: (() => void) | undefined;
      const collected = async () => {
        const { resourceMetrics, errors } = await metricProducer.collect();
        expect(errors).to.deep.equal([]);
        return resourceMetrics.scopeMetrics.flatMap((scope) =>
          scope.metrics.flatMap((metric) => [...metric.dataPoints]),
        );
      };
      const messages = await diagMessages(() =>
        timers.during(() => {
          mend = breaks?.(controller, metricProducer);
          const broken = Object.getOwnPropertyDescriptor(controller, 'executeStep');
          try {
            const handle = instrument(controller, { zeroForMillis: 0, ...options, metricProducer });
            expect(instrument(controller)).to.equal(handle);
            beginPlan(controller);
            completePlan(controller);
            expect(controller.listenerCount('moveStarted')).to.equal(1);
            handle.disable();
            expect(controller.eventNames()).to.deep.equal([]);
            expect(timers.running).to.equal(0);
            expect(Object.getOwnPropertyDescriptor(controller, 'executeStep')).to.deep.equal(broken);
            const next = instrument(controller, { zeroForMillis: 0, ...options, metricProducer });
            expect(next).to.not.equal(handle);
            beginPlan(controller);
          } finally {
            mend?.();
          }
        }),
      );
      const causes = messages.filter((message) => told.test(message));
      // Each of the two handles tells it once.
      expect(causes, messages.join('\n')).to.have.length(2);
      expect(
        messages.filter((message) => message.includes('a trap')),
        messages.join('\n'),
      ).to.have.length(2);
      expect((await collected()).some(({ attributes }) => attributes['plan_id'] === 'plan-1')).to.equal(true);
      timers.during(() => instrument(controller).disable());
      expect(await collected()).to.deep.equal([]);
    });
  }
});

/** What may throw later on, and the message that names the cause. */
interface LateFault {
  readonly name: string;
  readonly applies?: boolean;
  readonly says: RegExp;
  readonly options?: RebalanceInstrumentationOptions;
  readonly happens: (controller: TestController, timers: BrowserTimers, producer: RebalanceMetricProducer) => void;
}

const getter = (field: string, rest: object = {}) => Object.defineProperty({ ...rest }, field, { get: throwing });

const changingClock = { read: () => 7 };
let passing = 0;
const unreadableError = new Proxy(new Error('hidden'), { get: throwing });

const LATE_FAULTS: readonly LateFault[] = [
  {
    name: 'a payload that names its cluster',
    says: / heartbeat: reading namespace threw: a trap; it was dropped \[unreadable\]$/,
    happens: (controller) => controller.tellRaw('heartbeat', getter('cluster')),
  },
  {
    name: 'a field of a payload',
    says: / planCreated: reading the payload threw: a trap; the event was dropped \[unreadable\]$/,
    happens: (controller) => controller.tellRaw('planCreated', getter('planId')),
  },
  {
    name: 'the list of the fields of a payload',
    says: / planCreated: planId is missing.*Its fields cannot be listed: a trap/,
    happens: (controller) => controller.tellRaw('planCreated', new Proxy({}, { ownKeys: throwing })),
  },
  {
    name: 'the prototype of a value that is no id',
    says: / planCreated: planId is an object that cannot be read \(a trap\)/,
    happens: (controller) => controller.tellRaw('planCreated', { planId: new Proxy({}, { getPrototypeOf: throwing }) }),
  },
  {
    name: 'a step whose work begins',
    says: / executeStep: reading step threw: a trap; it was dropped \[unreadable\]$/,
    happens: (controller) => void controller.executeStep?.(getter('planId') as never, () => Promise.resolve()),
  },
  {
    name: 'a step that names its cluster',
    says: / executeStep: reading namespace threw: a trap; it was dropped \[unreadable\]$/,
    happens: (controller) => void controller.executeStep?.(getter('cluster') as never, () => Promise.resolve()),
  },
  {
    name: 'a span that ends',
    says: / spans failed: a trap$/,
    options: {
      tracerProvider: {
        getTracer: () => ({ startSpan: () => ({ end: throwing }), startActiveSpan: throwing }) as never,
      },
    },
    happens: (controller) => beginPlan(controller),
  },
  {
    name: 'a global logger provider',
    applies: hasGlobalLoggerProvider,
    says: / log events failed: a trap$/,
    happens: (controller) => {
      const takeBack = setGlobalLoggerProvider({ getLogger: throwing });
      controller.tell('stateChanged', { to: 'investigating' });
      takeBack();
    },
  },
  {
    name: 'a producer that takes the series of a cluster on',
    says: / adding series failed: a trap$/,
    happens: (controller, _timers, producer) => {
      breakField(producer, 'add');
      controller.tell('heartbeat', { cluster: 'another' });
    },
  },
  {
    name: 'a producer that takes the series of a cluster off',
    says: / taking series off failed: a trap$/,
    happens: (_controller, _timers, producer) => breakField(producer, 'close'),
  },
  {
    name: 'a producer that is asked whether it was read, in the maintenance',
    says: / maintenance failed: a trap$/,
    happens: (_controller, timers, producer) => {
      breakField(producer, 'collected');
      timers.turn();
    },
  },
  {
    name: 'the span of a step that is overdue',
    says: / spans failed: a trap$/,
    options: {
      stepTimeoutMillis: 1_000,
      clock: () => (passing += 1_000),
      tracerProvider: {
        getTracer: () =>
          ({
            startSpan: (name: string) => ({
              spanContext: () => ({ traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags: 1 }),
              setAttribute: name === 'rebalance.drain' ? throwing : () => {},
              end: () => {},
            }),
          }) as never,
      },
    },
    happens: (controller) => {
      controller.tell('drainStarted', { planId: 'p', node: 'a', shards: 1 });
      controller.tell('heartbeat', undefined);
    },
  },
  {
    name: 'the arithmetic of the ledger, with a clock that changes its type',
    says: / keeping the ledger failed: Cannot convert a BigInt value to a number$/,
    options: { clock: () => changingClock.read() },
    happens: (controller) => {
      changingClock.read = () => 7n as never;
      controller.tell('planCreated', { planId: 'p' });
    },
  },
  {
    name: 'a logger, with an error that cannot be read',
    says: / log events failed: an unreadable error$/,
    options: {
      loggerProvider: {
        getLogger: () => ({
          emit: () => {
            throw unreadableError;
          },
        }),
      },
    },
    happens: (controller) => beginPlan(controller),
  },
  {
    name: 'eventNames() of a controller that says nothing',
    says: /has emitted nothing for 120 s.*could not be read: a trap/,
    happens: (controller, timers) => {
      controller.eventNames = throwing;
      for (let turn = 0; turn < 4; turn += 1) timers.turn();
    },
  },
  {
    name: 'off()',
    says: / disabling failed: a trap$/,
    happens: (controller) => {
      controller.off = throwing;
    },
  },
];

describe('what throws once a controller is instrumented', () => {
  for (const { name, says, options, happens } of LATE_FAULTS.filter(({ applies }) => applies !== false)) {
    it(`goes no further, and is reported once with its cause: ${name}`, async () => {
      const timers = new BrowserTimers();
      const messages = await diagMessages(() =>
        timers.during(() => {
          const controller = new TestController();
          controller.executeStep = (_, work) => work();
          const metricProducer = createRebalanceMetricProducer();
          const handle = instrument(controller, { ...options, metricProducer });
          happens(controller, timers, metricProducer);
          happens(controller, timers, metricProducer);
          handle.disable();
        }),
      );
      expect(
        messages.filter((message) => says.test(message)),
        messages.join('\n'),
      ).to.have.length(1);
    });
  }

  it('is the clock of the options too: each event is lost and counted, and the first cause reported', async () => {
    let broken = false;
    const sdk = new TestSdk();
    const clock = () => (broken ? throwing() : Date.now());
    const controller = new TestController();
    const messages = await diagMessages(() => {
      const handle = instrument(controller, { ...sdk.options, clock });
      broken = true;
      controller.tell('heartbeat', {});
      controller.tell('heartbeat', {});
      broken = false;
      return handle;
    });
    expect(messages.filter((message) => message.endsWith(' receiving heartbeat failed: a trap'))).to.have.length(1);
    const invalid = select(await sdk.scrape(), 'mesh_rebalance_invalid_events_total');
    expect(invalid.find(({ labels }) => labels['reason'] === 'internal')?.value).to.equal(2);
    instrument(controller).disable();
  });

  it('is the clock at the end: the series are gone at once', async () => {
    let broken = false;
    const metricProducer = createRebalanceMetricProducer();
    const clock = () => (broken ? throwing() : Date.now());
    const messages = await diagMessages(() => {
      const handle = instrument(new TestController(), { metricProducer, clock });
      broken = true;
      handle.disable();
    });
    expect(messages.filter((message) => message.endsWith(' taking series off failed: a trap'))).to.have.length(1);
    const { resourceMetrics, errors } = await metricProducer.collect();
    expect([resourceMetrics.scopeMetrics, errors]).to.deep.equal([[], []]);
  });

  it('is the clock after the end: one collection says so, and the next has forgotten it', async () => {
    let broken = false;
    const metricProducer = createRebalanceMetricProducer();
    instrument(new TestController(), { metricProducer, clock: () => (broken ? throwing() : Date.now()) }).disable();
    broken = true;
    expect((await metricProducer.collect()).errors.map(String)).to.deep.equal(['Error: a trap']);
    expect((await metricProducer.collect()).errors).to.deep.equal([]);
  });

  it('is off(): what comes after the end changes nothing', async () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    const handle = instrument(controller, sdk.options);
    controller.off = throwing;
    handle.disable();
    beginPlan(controller);
    expect(sdk.spans()).to.deep.equal([]);
    expect(select(await sdk.scrape(), 'mesh_rebalance_plan_info')).to.deep.equal([]);
  });
});

describe('timers of a browser, as in jsdom and in Electron\u2019s renderer', () => {
  it('serve as well as those of Node: nothing throws, maintenance runs, and disable() stops it', async () => {
    const timers = new BrowserTimers();
    const sdk = new TestSdk();
    const controller = new TestController();
    let snapshots = 0;
    controller.snapshot = () => {
      snapshots += 1;
      return {};
    };
    const handles = timers.during(() => [1, 2, 3].map(() => instrument(controller, sdk.options)));
    expect(new Set(handles).size).to.equal(1);
    expect(controller.listenerCount('heartbeat')).to.equal(1);
    expect(snapshots).to.equal(1);
    expect(timers.running).to.equal(1);
    beginPlan(controller);
    timers.turn();
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_shards_moving')).to.equal(1);
    timers.during(() => handles[0]?.disable());
    expect(timers.running).to.equal(0);
    expect(controller.eventNames()).to.deep.equal([]);
  });

  it('need not have setImmediate, and faked ones hold no collection', async () => {
    const { setImmediate, setTimeout } = globalThis;
    const sdk = new TestSdk();
    const controller = new TestController();
    const { metricProducer } = sdk.options;
    instrument(controller, { metricProducer, maxPlans: 3_000 });
    for (let i = 0; i < 3_000; i += 1) controller.tell('planCreated', { planId: `plan-${i}` });
    Object.assign(globalThis, { setImmediate: undefined, setTimeout: () => 7 });
    try {
      expect(select(await sdk.scrape(), 'mesh_rebalance_plan_info')).to.have.length(3_000);
    } finally {
      Object.assign(globalThis, { setImmediate, setTimeout });
    }
  });
});

describe('the handle', () => {
  it('never throws, whatever it is asked', async () => {
    const handle = instrument(new TestController(), new TestSdk().options);
    const messages = await diagMessages(async () => {
      for (const planId of [undefined, null, 7, {}, Symbol('p'), '', 'unknown']) {
        expect(handle.traceparent(planId as string)).to.equal(undefined);
        expect(handle.traceparent(planId as string, {} as never)).to.equal(undefined);
        expect(handle.explain(planId as string)).to.equal(undefined);
        expect(handle.explain(planId as string, {} as never)).to.equal(undefined);
      }
      await handle.forceFlush();
      handle.disable();
    });
    expect(messages).to.deep.equal([]);
  });
});
