import { expect } from 'chai';
import { acceptsGzip, negotiate } from '../../../lib/exposition/accept.js';
import { pays } from '../../../lib/exposition/compress.js';

const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';

/** What asks, and what it gets. */
const ACCEPTS: readonly (readonly [who: string, accept: string | undefined, contentType: string])[] = [
  ['nothing', undefined, PLAIN],
  ['an empty header', '', PLAIN],
  ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', PLAIN],
  [
    'Prometheus 2.42',
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    OPEN_METRICS,
  ],
  [
    'Prometheus 3',
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    OPEN_METRICS,
  ],
  ['an old one', 'application/openmetrics-text;version=0.0.1', OPEN_METRICS.replace('1.0.0', '0.0.1')],
  ['one without a version', 'application/openmetrics-text', OPEN_METRICS],
  ['one of the future', 'application/openmetrics-text;version=9.0.0', PLAIN],
  ['one that likes plain text more', 'application/openmetrics-text;q=0.3,text/plain;q=0.4', PLAIN],
  ['one that refuses OpenMetrics', 'application/openmetrics-text;q=0,*/*;q=0.1', PLAIN],
  ['one with a wrong quality', 'application/openmetrics-text;q=much', PLAIN],
  ['upper case and quotes', 'Application/OpenMetrics-Text ; Version="1.0.0" ; Q=1', OPEN_METRICS],
  ['a property of every object', 'constructor,text/plain;version=constructor', PLAIN],
];

describe('the format of an answer', () => {
  for (const [who, accept, contentType] of ACCEPTS) {
    it(`is ${contentType.split(';', 2).join(';')} for ${who}`, () => {
      expect(negotiate(accept).contentType).to.equal(contentType);
    });
  }

  it('is gzip where that is asked for', () => {
    for (const yes of ['gzip', 'deflate, gzip;q=0.5', '*', 'GZIP', 'x-gzip'])
      expect(acceptsGzip(yes), yes).to.equal(true);
    for (const no of [undefined, '', 'identity', 'gzip;q=0', '*, gzip;q=0', 'br'])
      expect(acceptsGzip(no), no).to.equal(false);
  });

  it('is gzip where that pays: large, and not within one machine', () => {
    const peers = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '10.0.0.7', 'fe80::1', undefined];
    expect(peers.filter((peer) => pays(1 << 20, peer))).to.deep.equal(['10.0.0.7', 'fe80::1', undefined]);
    expect(pays(1_000, '10.0.0.7')).to.equal(false);
  });
});
