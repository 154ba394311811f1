import { expect } from 'chai';
import { PayloadReader } from '../lib/intake/payload-reader.js';
import { isSafeId, MAX_ID_LENGTH, sanitizeId } from '../lib/intake/safe-id.js';
import { OverlapTimer } from '../lib/ledger/overlap-timer.js';
import { BoundedLabel } from '../lib/metrics/bounded-label.js';
import { SteadyTime } from '../lib/metrics/steady-time.js';
import { ZeroFirstCounter } from '../lib/metrics/zero-first-counter.js';
import { formatTraceparent, parseTraceparent } from '../lib/otel/traceparent.js';

describe('ZeroFirstCounter', () => {
  it('is 0 until it is ripe, however often it was read before', () => {
    const counter = new ZeroFirstCounter(1_000, 61_000);
    counter.increment();
    for (const at of [1_000, 60_999, 60_999]) expect(counter.read(at)).to.equal(0);
    expect(counter.read(61_000)).to.equal(1);
  });
});

describe('SteadyTime', () => {
  it('passes as its clock does', () => {
    const time = new SteadyTime(1_000);
    expect(time.follow(5_000)).to.equal(5_000);
    expect(time.at(9_000)).to.equal(9_000);
    expect(time.follow(6_000)).to.equal(6_000);
  });

  it('goes on from where it was after the clock was set back, as soon as it follows', () => {
    const time = new SteadyTime(900_000);
    expect(time.at(1_000)).to.equal(900_000);
    expect(time.follow(1_000)).to.equal(900_000);
    expect(time.at(61_000)).to.equal(960_000);
    expect(time.follow(61_000)).to.equal(960_000);
  });
});

describe('OverlapTimer', () => {
  it('counts overlapping runs once', () => {
    const watch = new OverlapTimer();
    watch.start(0);
    watch.start(1_000);
    watch.stop(3_000);
    expect(watch.seconds(4_000)).to.equal(4);
    watch.stop(5_000);
    expect(watch.seconds(60_000)).to.equal(5);
    watch.start(60_000);
    expect(watch.seconds(61_000)).to.equal(6);
  });

  it('never runs backwards and ignores a stop without a start', () => {
    const watch = new OverlapTimer();
    watch.stop(1_000);
    watch.start(5_000);
    expect(watch.seconds(1_000)).to.equal(0);
    watch.stop(1_000);
    expect(watch.seconds(9_000)).to.equal(0);
  });
});

describe('BoundedLabel', () => {
  it('keeps the first values and folds the rest', () => {
    const words = new BoundedLabel(2);
    expect(['timeout', 'io', 'late', 'timeout', undefined].map((word) => words.resolve(word))).to.deep.equal([
      'timeout',
      'io',
      '_OTHER',
      'timeout',
      '_OTHER',
    ]);
  });

  it('never lets free text become a label', () => {
    const words = new BoundedLabel(20);
    for (const text of ['cannot reach 10.0.0.1', 'a"b', 'a\nb', '', 'ä', 'x'.repeat(65)]) {
      expect(words.resolve(text), text).to.equal('_OTHER');
    }
  });
});

describe('identifiers', () => {
  it('are safe unless too long, reserved, or with characters that break a text format', () => {
    for (const id of ['plan-1', 'a"b\\c', 'Müller', '日本', '😀', 'x'.repeat(MAX_ID_LENGTH), '__proto__']) {
      expect(isSafeId(id), id).to.equal(true);
    }
    for (const id of ['a\nb', 'a\u0000', '\u0085', '\u2028', '\ud800', '_OTHER', 'x'.repeat(MAX_ID_LENGTH + 1)]) {
      expect(isSafeId(id), JSON.stringify(id)).to.equal(false);
    }
  });

  it('of any type are bounded, and a list that is null is absent', () => {
    const read = new PayloadReader();
    read.begin();
    for (const id of [10n ** 400n, 10 ** 400, 7, 7n]) {
      expect((read.id(id, 'planId') ?? '').length, String(id)).to.be.within(1, MAX_ID_LENGTH);
    }
    expect(read.id(10n ** 400n, 'planId')).not.to.equal(read.id(10n ** 400n + 1n, 'planId'));
    const problems: unknown[] = [];
    read.report(() => {}, 'planCreated', {}, true);
    expect(read.ids(null, 'nodes')).to.equal(undefined);
    read.report((problem) => problems.push(problem), 'planCreated', {}, true);
    expect(problems).to.deep.equal([]);
  });

  it('stay distinct when they are mended', () => {
    const ids = ['a\nb', 'a\rb', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`, '_OTHER'];
    const mended = ids.map(sanitizeId);
    expect(new Set(mended).size).to.equal(ids.length);
    for (const id of mended) expect(isSafeId(id), id).to.equal(true);
  });
});

describe('traceparent', () => {
  const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('is read and written', () => {
    const spanContext = parseTraceparent(valid);
    expect(spanContext).to.deep.equal({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      isRemote: true,
    });
    expect(spanContext && formatTraceparent(spanContext)).to.equal(valid);
    expect(parseTraceparent(valid.replace(/01$/, '00'))?.traceFlags).to.equal(0);
    expect(parseTraceparent(valid.replace(/^00/, '01').concat('-later'))?.traceFlags).to.equal(1);
  });

  it('is refused when it is malformed', () => {
    const zero = valid.replace(/-[\da-f]{32}-/, `-${'0'.repeat(32)}-`);
    for (const text of ['', 'x', valid.toUpperCase(), `${valid}-x`, valid.replace(/^00/, 'ff'), zero, ` ${valid}`]) {
      expect(parseTraceparent(text), text).to.equal(undefined);
    }
  });
});
