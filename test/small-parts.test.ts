import { expect } from 'chai';
import { isSafeId, MAX_ID_LENGTH, mendId } from '../lib/intake/safe-id.js';
import { Vocabulary } from '../lib/ledger/bounded-label.js';
import { Stopwatch } from '../lib/ledger/overlap-timer.js';
import { ZeroFirstCounter } from '../lib/ledger/zero-first-counter.js';
import { formatTraceparent, parseTraceparent } from '../lib/otel/traceparent.js';

describe('ZeroFirstCounter', () => {
  it('is 0 until it was collected once and zeroFor has passed', () => {
    const counter = new ZeroFirstCounter(1_000);
    counter.increment();
    expect(counter.collect(1_000, 60_000)).to.equal(0);
    expect(counter.collect(60_999, 60_000)).to.equal(0);
    expect(counter.collect(61_000, 60_000)).to.equal(1);
  });

  it('is 0 at the first collection however late that comes', () => {
    const counter = new ZeroFirstCounter(0);
    counter.increment();
    counter.increment();
    expect(counter.collect(9e6, 60_000)).to.equal(0);
    expect(counter.collect(9e6, 60_000)).to.equal(2);
  });

  it('waits zeroFor once more after the clock was set back, not until the clock has caught up', () => {
    const counter = new ZeroFirstCounter(9e6);
    counter.increment();
    expect(counter.collect(1_000, 60_000)).to.equal(0);
    expect(counter.collect(61_000, 60_000)).to.equal(1);
  });
});

describe('Stopwatch', () => {
  it('counts overlapping runs once', () => {
    const watch = new Stopwatch();
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
    const watch = new Stopwatch();
    watch.stop(1_000);
    watch.start(5_000);
    expect(watch.seconds(1_000)).to.equal(0);
    watch.stop(1_000);
    expect(watch.seconds(9_000)).to.equal(0);
  });
});

describe('Vocabulary', () => {
  it('keeps the first values and folds the rest', () => {
    const words = new Vocabulary(2);
    expect(['timeout', 'io', 'late', 'timeout', undefined].map((word) => words.admit(word))).to.deep.equal([
      'timeout',
      'io',
      '_OTHER',
      'timeout',
      '_OTHER',
    ]);
  });

  it('never lets free text become a label', () => {
    const words = new Vocabulary(20);
    for (const text of ['cannot reach 10.0.0.1', 'a"b', 'a\nb', '', 'ä', 'x'.repeat(65)]) {
      expect(words.admit(text), text).to.equal('_OTHER');
    }
  });
});

describe('identifiers', () => {
  it('are safe unless too long, reserved, or with characters that break a text format', () => {
    for (const id of ['plan-1', 'a"b\\c', 'Müller', '日本', '😀', 'x'.repeat(MAX_ID_LENGTH), '__proto__']) {
      expect(isSafeId(id), id).to.equal(true);
    }
    for (const id of ['a\nb', 'a\u0000', '\u0085', '\u2028', '\ud800', '_other', 'x'.repeat(MAX_ID_LENGTH + 1)]) {
      expect(isSafeId(id), JSON.stringify(id)).to.equal(false);
    }
  });

  it('stay distinct when they are mended', () => {
    const ids = ['a\nb', 'a\rb', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`, '_other'];
    const mended = ids.map(mendId);
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
