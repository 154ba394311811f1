import { expect } from 'chai';
import { agrees } from './agrees.js';

const INSTALLED = '…/node_modules/@opentelemetry/api\n…/node_modules/@opentelemetry/sdk-metrics';
const ROOT = '/srv/controller/node_modules/@opentelemetry';
const ONCE = [`${ROOT}/api`, `${ROOT}/sdk-metrics`];
const NESTED = [`${ROOT}/exporter-prometheus/node_modules/@opentelemetry/sdk-metrics`];

/** What a page says, what was printed instead, and how that differs. */
const WRONG: readonly (readonly [difference: string, output: string, printed: string])[] = [
  ['a package that is there twice', INSTALLED, [...ONCE, ...NESTED].join('\n')],
  ['a package that is there four times', INSTALLED, [...ONCE, ...NESTED, ...NESTED, ...NESTED].join('\n')],
  ['lines before the first', INSTALLED, ['npm warn', ...ONCE].join('\n')],
  ['lines after the last', INSTALLED, [...ONCE, 'npm warn'].join('\n')],
  ['a line between two', INSTALLED, ONCE.join('\nnpm warn\n')],
  ['a line too few', INSTALLED, `${ROOT}/api`],
  ['lines in another order', INSTALLED, ONCE.toReversed().join('\n')],
  ['nothing at all', INSTALLED, ''],
  ['lines after an open end', 'curl: (7) Failed to connect…', 'curl: (7) Failed to connect to host\ncurl: (28) late'],
  ['lines before an open beginning', '…"exported_namespace":"payments"', '{\n"exported_namespace":"payments"'],
  ['nothing in the place of a value', 'plan_info{trace_id="…"} 1', 'plan_info{trace_id=""} 1'],
  ['nothing where the page says all is open', '…', ''],
  ['a line where the page says nothing', '', 'up 1'],
  ['another sign for one that patterns know', 'up{job="a.b"} 1', 'up{job="a-b"} 1'],
  ['more than the page says', '200', '2000'],
];

describe('what a command of a page prints', () => {
  it('agrees with the page, whatever stands in the place of each …', () => {
    expect(agrees(`${ONCE.join('\n')}\n`, { output: INSTALLED })).to.equal(true);
    expect(agrees('up{job="a"} => 1 @[17.5]\n', { output: 'up{job="a"} => 1 @[…]' })).to.equal(true);
    expect(agrees('', { output: '' })).to.equal(true);
  });

  for (const [difference, output, printed] of WRONG) {
    it(`does not agree with ${difference}`, () => expect(agrees(printed, { output })).to.equal(false));
  }
});
