import { EventEmitter } from 'node:events';
import { metrics, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  instrument,
  REBALANCE_EVENT_NAMES,
  type RebalanceInstrumentationOptions,
  rebalanceMetricProducer,
} from '../../../lib/index.js';
import { differences, resolveOptions } from '../../../lib/instrument/options.js';
import { ClusterMetricProducer } from '../../../lib/metrics/producer.js';
import { TestClock } from '../../support/clock.js';
import { TestController } from '../../support/controller.js';
import { diagMessages } from '../../support/diag.js';
import { sampleValue, select } from '../../support/exposition.js';
import { hasGlobalLoggerProvider, setGlobalLoggerProvider } from '../../support/global-logs.js';
import { beginPlan, completePlan } from '../../support/life.js';
import { TestSdk } from '../../support/sdk.js';

describe('instrument()', () => {
  it('returns the handle a controller already has', () => {
    const sdk = new TestSdk();
    const controller = new TestController();
    const handle = instrument(controller, sdk.options);
    expect(instrument(controller)).to.equal(handle);
    handle.disable();
    const next = instrument(controller, sdk.options);
    expect(next).to.not.equal(handle);
    next.disable();
  });

  it('leaves no listener behind when disabled, no series of the producer for long, and may be disabled twice', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    const handle = instrument(controller, { ...sdk.options, clock: clock.read });
    beginPlan(controller);
    expect(controller.eventNames()).to.have.length(REBALANCE_EVENT_NAMES.length);
    handle[Symbol.dispose]();
    handle.disable();
    expect(controller.eventNames()).to.deep.equal([]);
    clock.advance(60);
    const { resourceMetrics } = await sdk.metricProducer.collect();
    expect(resourceMetrics.scopeMetrics).to.deep.equal([]);
    completePlan(controller);
    expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_plans_finished_total', { outcome: 'completed' })).to.equal(
      0,
    );
  });

  it('takes a namespace and cluster from the event, else the controller, else the options', async () => {
    const sdk = new TestSdk();
    const controller = new EventEmitter();
    instrument(controller, { ...sdk.options, namespace: 'from-options', cluster: 'from-options' });
    const half = Object.assign(new EventEmitter(), { cluster: 'own' });
    instrument(half, { ...sdk.options, namespace: 'from-options' });
    controller.emit('heartbeat', { cluster: 'from-event' });
    half.emit('heartbeat', { namespace: 'from-event' });
    const paused = select(await sdk.scrape(), 'mesh_rebalance_paused').map(({ labels }) => labels);
    expect(paused).to.deep.equal([
      { namespace: 'from-options', cluster: 'from-options' },
      { namespace: 'from-options', cluster: 'own' },
      { namespace: 'from-options', cluster: 'from-event' },
      { namespace: 'from-event', cluster: 'own' },
    ]);
  });

  it('sees running plans at once through snapshot(), and counts nothing twice', async () => {
    const sdk = new TestSdk();
    const clock = new TestClock();
    const controller = new TestController();
    const startedAt = clock.now - 600_000;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    controller.snapshot = () => ({
      state: 'draining',
      paused: true,
      maxConcurrentMoves: 4,
      nodes: { a: 3, b: 5 },
      plans: [
        {
          planId: 'running',
          time: startedAt,
          trigger: 'node_added',
          approvalMode: 'auto',
          shards: 10,
          shardsRemaining: 4,
          state: 'draining',
          stateSince: startedAt + 60_000,
          traceparent,
          drains: [{ node: 'a', shards: 10, shardsRemaining: 4, startedAt: startedAt + 60_000 }],
          moves: [{ shard: 's', source: 'a', target: 'b', startedAt: clock.now - 5_000 }],
        },
        { planId: 'waiting', time: startedAt, state: 'rebalancePending', approvalRequestedAt: startedAt },
      ],
    });
    const handle = instrument(controller, { ...sdk.options, clock: clock.read });
    const samples = await sdk.scrape();
    const running = { plan_id: 'running' };
    const value = (name: string, labels = {}) => sampleValue(samples, `mesh_rebalance_${name}`, labels);
    expect(sampleValue(samples, 'mesh_rebalance_plan_shards_remaining', running)).to.equal(4);
    expect(value('drain_shards_remaining', running)).to.equal(4);
    expect(value('shards_moving', running)).to.equal(1);
    expect(value('duration_seconds', { ...running, phase: 'total' })).to.equal(600);
    expect(value('duration_seconds', { ...running, phase: 'drain' })).to.equal(540);
    expect(value('plan_state_since_timestamp_seconds', running)).to.equal(startedAt / 1000 + 60);
    expect(value('approval_oldest_pending_timestamp_seconds')).to.equal(startedAt / 1000);
    expect(value('paused')).to.equal(1);
    expect(value('shards_moving_limit')).to.equal(4);
    expect(value('node_shards', { node: 'b' })).to.equal(5);
    expect(handle.traceparent('running')).to.equal(traceparent);
    expect(samples.filter(({ name, value: count }) => name.endsWith('_total') && count > 0)).to.deep.equal([]);
    controller.tell('moveFinished', { planId: 'running', shard: 's', outcome: 'completed' });
    clock.advance(60);
    const later = await sdk.scrape();
    expect(sampleValue(later, 'mesh_rebalance_plan_shards_remaining', running)).to.equal(3);
    expect(sampleValue(later, 'mesh_rebalance_phase_duration_seconds_sum', { phase: 'move' })).to.equal(5);
  });

  it('takes one snapshot a cluster, and survives a broken one', async () => {
    const sdk = new TestSdk();
    const several = new TestController();
    several.snapshot = () => [{ cluster: 'a', paused: true }, { cluster: 'b' }, null as never];
    instrument(several, sdk.options);
    const broken = new TestController('payments', 'broken');
    broken.snapshot = () => {
      throw new Error('not now');
    };
    instrument(broken, sdk.options);
    broken.tell('heartbeat', undefined);
    const partly = new TestController('payments', 'partly');
    partly.snapshot = () => ({
      plans: [
        {
          planId: 'a',
          get shards(): number {
            throw new Error('not now');
          },
        },
        { planId: 'b' },
      ],
    });
    instrument(partly, sdk.options);
    const torn = new TestController('payments', 'torn');
    const trap = () => {
      throw new Error('not now');
    };
    torn.snapshot = () => ['state', 'namespace'].map((field) => Object.defineProperty({}, field, { get: trap }));
    const messages = await diagMessages(() => instrument(torn, sdk.options));
    expect(messages.map((message) => message.replace(/^\S+ /, ''))).to.deep.equal([
      'snapshot: reading it threw: not now; the snapshot was dropped [unreadable]',
      'snapshot: reading namespace threw: not now; it was dropped [unreadable]',
    ]);
    const samples = await sdk.scrape();
    expect(sampleValue(samples, 'mesh_rebalance_paused', { cluster: 'a' })).to.equal(1);
    expect(sampleValue(samples, 'mesh_rebalance_paused', { cluster: 'b' })).to.equal(0);
    const invalid = (cluster: string, reason: string) =>
      sampleValue(samples, 'mesh_rebalance_invalid_events_total', { cluster, reason });
    expect(invalid('broken', 'unreadable')).to.equal(1);
    expect(invalid('eu-1', 'wrong_type')).to.equal(1);
    expect(invalid('partly', 'unreadable')).to.equal(1);
    expect(invalid('torn', 'unreadable')).to.equal(2);
    expect(select(samples, 'mesh_rebalance_plan_info', { cluster: 'partly', plan_id: 'b' })).to.have.length(1);
  });

  it('does not even listen to steps until somebody could see them, and then takes the snapshot', async () => {
    const sdk = new TestSdk();
    const { metricProducer, ...providers } = sdk.options;
    const controller = new TestController('asleep', 'asleep');
    let snapshots = 0;
    controller.snapshot = () => {
      snapshots += 1;
      return { plans: [{ planId: 'plan-1', shards: 4, shardsRemaining: 2 }] };
    };
    // Nothing in this process has asked for this producer yet, unlike the one that all tests share.
    const producer = new ClusterMetricProducer();
    const handle = instrument(controller, { metricProducer: producer });
    expect(controller.listenerCount('moveStarted')).to.equal(0);
    controller.tell('planCreated', { planId: 'plan-1', trigger: 'imbalance', shards: 4 });
    expect(snapshots).to.equal(0);
    producer.activate();
    expect(controller.listenerCount('moveStarted')).to.equal(1);
    expect(snapshots).to.equal(1);
    const { resourceMetrics } = await producer.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const remaining = metrics.find(({ descriptor }) => descriptor.name === 'mesh_rebalance_plan_shards_remaining');
    expect(remaining?.dataPoints[0]?.value).to.equal(2);
    handle.disable();
    expect(controller.eventNames()).to.deep.equal([]);
    expect(instrument(new TestController('awake', 'awake'), providers)).to.be.an('object');
  });

  it('listens to steps as soon as one signal can be seen: of the options, or of the process at the next event', async () => {
    expect(await diagMessages(listenToEach)).to.deep.equal([]);
  });

  function listenToEach(): void {
    const { meterProvider, tracerProvider, loggerProvider } = new TestSdk();
    const listening = (options: RebalanceInstrumentationOptions, before: number, register?: () => () => void) => {
      const controller = new TestController('seen', 'by-one');
      const handle = instrument(controller, { metricProducer: new ClusterMetricProducer(), ...options });
      expect(controller.listenerCount('moveStarted')).to.equal(before);
      const takeBack = register?.();
      controller.tell('heartbeat', undefined);
      takeBack?.();
      expect(controller.listenerCount('moveStarted')).to.equal(register === undefined ? before : 1);
      handle.disable();
    };
    listening({}, 0);
    for (const provider of [{ meterProvider }, { tracerProvider }, { loggerProvider }]) listening(provider, 1);
    listening({ metricProducer: new ClusterMetricProducer().activate() }, 1);
    listening({}, 0, () => {
      metrics.setGlobalMeterProvider(meterProvider);
      return () => metrics.disable();
    });
    listening({}, 0, () => {
      trace.setGlobalTracerProvider(tracerProvider);
      return () => trace.disable();
    });
    listening({}, 0, () => {
      trace.setGlobalTracerProvider(tracerProvider);
      // As an older API has it, without its proxy.
      const api = globalThis as unknown as Record<symbol, { trace?: unknown }>;
      Object.assign(api[Symbol.for('opentelemetry.js.api.1')] ?? {}, { trace: tracerProvider });
      return () => trace.disable();
    });
    if (hasGlobalLoggerProvider) listening({}, 0, () => setGlobalLoggerProvider(loggerProvider));
  }

  it('keeps no process alive by its timer', () => {
    const { setInterval } = globalThis;
    const timers: NodeJS.Timeout[] = [];
    const kept = (action: () => void, millis: number) => {
      const timer = setInterval(action, millis);
      timers.push(timer);
      return timer;
    };
    Object.assign(globalThis, { setInterval: kept });
    try {
      instrument(new TestController(), new TestSdk().options);
    } finally {
      Object.assign(globalThis, { setInterval });
    }
    expect(timers.map((timer) => timer.hasRef())).to.deep.equal([false]);
  });

  it('says once how to collect the producer when nobody does', async () => {
    const clock = new TestClock();
    const { meterProvider, metricProducer } = new TestSdk();
    const messages = await diagMessages(() => {
      for (const cluster of ['a', 'b']) {
        const controller = new TestController('unread', cluster);
        instrument(controller, { meterProvider, metricProducer, clock: clock.read });
        controller.tell('heartbeat', undefined);
        for (const seconds of [60, 60]) {
          clock.advance(seconds);
          controller.tell('heartbeat', undefined);
        }
      }
    });
    const hints = messages.filter((message) => message.includes('metricProducers: [rebalanceMetricProducer()]'));
    expect(hints).to.have.length(1);
  });

  it('is one producer for the whole process', () => {
    expect(rebalanceMetricProducer()).to.equal(rebalanceMetricProducer());
    expect(ClusterMetricProducer.is(rebalanceMetricProducer())).to.equal(true);
  });

  it('survives a controller that cannot be listened to or wrapped, and says so', async () => {
    const sdk = new TestSdk();
    const controller = Object.freeze({
      namespace: 'payments',
      cluster: 'frozen',
      on(event: string) {
        if (event === 'heartbeat') throw new Error('no heartbeats');
      },
      off() {},
      executeStep() {},
    });
    const messages = await diagMessages(() => instrument(controller, sdk.options).disable());
    expect(messages.some((message) => message.includes('listening to heartbeat failed: no heartbeats'))).to.equal(true);
    expect(messages.some((message) => message.includes('wrapping executeStep failed'))).to.equal(true);
  });
});

describe('options', () => {
  const cases: readonly [options: unknown, message: RegExp][] = [
    [3, /options must be an object/],
    [{ retenton: 1 }, /unknown option "retenton"\. The options are namespace, /],
    [
      { retentionMilis: 1 },
      /unknown option "retentionMilis"\. Did you mean retentionMillis\? The options are namespace, /,
    ],
    [{ retentionMillis: '15m' }, /option retentionMillis must be a whole number from 0/],
    [{ retentionMillis: -1 }, /option retentionMillis must be/],
    [{ zeroForMillis: Number.NaN }, /option zeroForMillis must be/],
    [{ maxPlans: 0 }, /option maxPlans must be a whole number from 1/],
    [{ maxPlans: 1.5 }, /option maxPlans must be/],
    [{ spanEvents: 'yes' }, /option spanEvents must be a boolean/],
    [{ namespace: '' }, /option namespace must be a non-empty string/],
    [{ meterProvider: {} }, /option meterProvider must be an object with getMeter\(\)/],
    [{ tracerProvider: null }, /option tracerProvider must be an object with getTracer\(\)/],
    [{ loggerProvider: 'x' }, /option loggerProvider must be an object with getLogger\(\)/],
    [{ metricProducer: {} }, /option metricProducer must be a producer of createRebalanceMetricProducer\(\)/],
    [null, /options must be an object/],
    [{ namespace: 7 }, /option namespace must be a non-empty string/],
    [{ metricProducer: null }, /option metricProducer must be a producer/],
    [{ metricProducer: 'x' }, /option metricProducer must be a producer/],
    [{ journal: { read() {} } }, /option journal must be an object with write\(\)/],
    [{ journal: { write() {} } }, /option journal must be an object with read\(\)/],
    [{ redact: [['actor']] }, /option redact names a field .* that is no text/],
    [{ clock: 5 }, /option clock must be a function that gives milliseconds/],
    [{ clock: () => 'now' }, /option clock must be/],
  ];
  for (const [options, message] of cases) {
    it(`are refused at construction with a TypeError that names the option: ${message.source}`, () => {
      const controller = new TestController();
      expect(() => instrument(controller, options as RebalanceInstrumentationOptions)).to.throw(TypeError, message);
      expect(controller.eventNames()).to.deep.equal([]);
    });
  }

  const day = 86_400_000;
  const ranges: readonly (readonly [name: string, least: number, most: number])[] = [
    ['retentionMillis', 0, 7 * day],
    ['zeroForMillis', 0, day],
    ['maxPlans', 1, 100_000],
    ['maxNodes', 1, 100_000],
    ['maxClusters', 1, 10_000],
    ['maxLabelValues', 1, 1_000],
    ['maxSpansPerPlan', 0, 100_000],
    ['holdForMillis', 1_000, 7 * day],
    ['stepTimeoutMillis', 1_000, 365 * day],
  ];
  for (const [name, least, most] of ranges) {
    it(`are whole numbers within bounds: ${name}`, () => {
      for (const value of [least, most]) expect(resolveOptions({ [name]: value })).to.have.property(name, value);
      for (const value of [least - 1, most + 1]) {
        const says = `option ${name} must be a whole number from ${least} to ${most}, got ${value}`;
        expect(() => resolveOptions({ [name]: value })).to.throw(TypeError, says);
      }
    });
  }

  it('differ from those in force by any of them', () => {
    expect(resolveOptions()).to.include({ stepTimeoutMillis: 2 * day, spanEvents: false });
    const given = {
      namespace: 'n',
      cluster: 'c',
      ...Object.fromEntries(ranges.map(([name, least]) => [name, least])),
      spanEvents: true,
      meterProvider: {},
      tracerProvider: {},
      loggerProvider: {},
      metricProducer: {},
      journal: {},
      redact: [],
      clock: () => 0,
    };
    const found = differences(resolveOptions(), given as unknown as RebalanceInstrumentationOptions);
    expect(found.map((text) => text.split(' ')[0])).to.deep.equal(Object.keys(given));
  });

  it('may be undefined one by one', async () => {
    const names = [
      'namespace',
      'cluster',
      'retentionMillis',
      'zeroForMillis',
      'maxPlans',
      'maxNodes',
      'maxClusters',
      'clock',
    ];
    names.push('maxLabelValues', 'maxSpansPerPlan', 'stepTimeoutMillis', 'spanEvents');
    for (const name of names) {
      const sdk = new TestSdk();
      const controller = new TestController();
      instrument(controller, { ...sdk.options, [name]: undefined } as RebalanceInstrumentationOptions);
      beginPlan(controller);
      const drain = { namespace: 'payments', cluster: 'eu-1', plan_id: 'plan-1', node: 'node-a' };
      expect(sampleValue(await sdk.scrape(), 'mesh_rebalance_drain_shards', drain), name).to.equal(4);
      completePlan(controller);
      expect(sdk.spans(), name).to.have.length(5);
    }
  });

  it('do not make a controller of what cannot be listened to', () => {
    for (const controller of [undefined, null, {}, { on() {} }, 'x']) {
      expect(() => instrument(controller as never)).to.throw(TypeError, /controller must have on\(\) and off\(\)/);
    }
  });
});
