import { expect } from 'chai';
import { callsOf, groupingLabelsOf, selectorsOf } from '../support/promql.js';

describe('what is read out of PromQL', () => {
  it('finds every selector with its matchers and its range, in the order in which they are written', () => {
    const expression = `
      max by (namespace, cluster) (changes(a:b:max{state=~"draining|rebalancing",node!="x"}[30m] offset 5m)) == 0
        unless on (namespace) up{job!~'it'} > 1`;
    expect(selectorsOf(expression)).to.deep.equal([
      {
        metric: 'a:b:max',
        matchers: [
          { label: 'state', op: '=~', value: 'draining|rebalancing' },
          { label: 'node', op: '!=', value: 'x' },
        ],
        range: '30m',
      },
      { metric: 'up', matchers: [{ label: 'job', op: '!~', value: 'it' }], range: undefined },
    ]);
  });

  it('reads a metric that is named in a matcher, and quoted names', () => {
    expect(selectorsOf('{__name__=~"mesh_.*"} + {"a.b", "my label"="c"}')).to.deep.equal([
      { metric: undefined, matchers: [{ label: '__name__', op: '=~', value: 'mesh_.*' }], range: undefined },
      {
        metric: undefined,
        matchers: [
          { label: '__name__', op: '=', value: 'a.b' },
          { label: 'my label', op: '=', value: 'c' },
        ],
        range: undefined,
      },
    ]);
  });

  it('takes the escapes of the three kinds of string literal', () => {
    const values = selectorsOf("x{a=\"14400(\\\\.0)?\",b='it\\'s \\x41\\u00e9\\101\\n',c=`\\d`}")[0]?.matchers;
    expect(values?.map(({ value }) => value)).to.deep.equal(['14400(\\.0)?', "it's AéA\n", '\\d']);
  });

  it('finds the labels of by, without, on, ignoring, group_left and group_right', () => {
    const expression = `sum without (a) (x) * on (b) group_left (c) y + ignoring (d) group_right (e) avg(z) by (f, a)`;
    expect(groupingLabelsOf(expression)).to.have.members(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(groupingLabelsOf('x and on () y')).to.deep.equal([]);
  });

  it('finds the functions with their range, that of a subquery and behind an offset included', () => {
    const expression =
      'changes(max_over_time(x[5m])[1h : 5m]) + rate(y[15m] offset 1h) + round(increase(z[6h] @ end()), 1) * time()';
    expect(callsOf(expression)).to.deep.equal([
      { name: 'changes', range: '1h:5m', args: ['max_over_time(x[5m])[1h : 5m]'] },
      { name: 'max_over_time', range: '5m', args: ['x[5m]'] },
      { name: 'rate', range: '15m', args: ['y[15m] offset 1h'] },
      { name: 'round', range: undefined, args: ['increase(z[6h] @ end())', '1'] },
      { name: 'increase', range: '6h', args: ['z[6h] @ end()'] },
      { name: 'time', range: undefined, args: [] },
    ]);
  });

  it('does not take a metric for a function, nor a function for a metric', () => {
    expect(
      selectorsOf('label_replace(rate(rate_total[1m]), "a", "$1", "b", "(.*)")').map(({ metric }) => metric),
    ).to.deep.equal(['rate_total']);
    expect(callsOf('sum(x) / count(y)')).to.deep.equal([]);
  });

  for (const wrong of ['sum by (a) x', 'x{a=}', 'rate(x[5m)', 'x ==', '', 'x{a="b"} unless']) {
    it(`refuses ${JSON.stringify(wrong)} with the place of the mistake`, () => {
      expect(() => selectorsOf(wrong)).to.throw(SyntaxError, '⟨here⟩');
    });
  }
});
