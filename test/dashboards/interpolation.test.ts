import { expect } from 'chai';
import { selectorsOf } from '../support/promql.js';
import { HOUR } from '../support/time.js';
import { readDashboard, type Variable } from './dashboard-files.js';
import { ALL, anyChoice, type Choice, interpolate, referencesOf, stepFor } from './interpolation.js';
import { panelQueries } from './queries.js';

const ODD_NAMES = [
  "o'brien-drain",
  'say "hi"',
  'a.b(1)|c',
  'back\\slash',
  '$HOME ${x}',
  '<img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  'a/b?c=d&e#f%25',
  '^[x]*+{2}$',
  'é 漢字',
  'x'.repeat(256),
];

const MULTI: Variable = { name: 'cluster', type: 'query', multi: true, includeAll: true, allValue: '.+' };
const SINGLE: Variable = { name: 'plan_id', type: 'query' };
const CHOICE: Choice = { from: 0, to: 6 * HOUR, step: 30_000, scrape: 15_000, values: {} };

function put(text: string, values: Choice['values'], choice: Partial<Choice> = {}): string {
  return interpolate(text, [MULTI, SINGLE], { ...CHOICE, ...choice, values });
}

describe('variables of a dashboard, as Grafana puts them into PromQL', () => {
  it('makes one value of a multi-value variable an expression that matches only itself', () => {
    expect(put('up{cluster=~"$cluster"}', { cluster: ['eu.1'] })).to.equal('up{cluster=~"eu\\\\.1"}');
  });

  it('makes several values an alternative', () => {
    expect(put('up{cluster=~"${cluster}"}', { cluster: ['eu-1', 'eu-2'] })).to.equal('up{cluster=~"(eu-1|eu-2)"}');
  });

  it('puts the custom value for All in as it is', () => {
    expect(put('up{cluster=~"$cluster"}', { cluster: ALL })).to.equal('up{cluster=~".+"}');
  });

  it('leaves the value of a variable with one value as it is', () => {
    expect(put('up{plan_id="$plan_id"}', { plan_id: 'a.b(1)' })).to.equal('up{plan_id="a.b(1)"}');
  });

  it('knows the formats of a link', () => {
    expect(put('/d/x?${cluster:queryparam}', { cluster: ['a b', 'c'] })).to.equal(
      '/d/x?var-cluster=a%20b&var-cluster=c',
    );
    expect(put('${cluster:pipe}', { cluster: ['a', 'b'] })).to.equal('a|b');
    expect(put('${cluster:regex}', { cluster: ['a.b', 'c'] })).to.equal('(a\\.b|c)');
  });

  it('refuses a variable that does not exist', () => {
    expect(() => put('up{job="$job"}', {})).to.throw('no value for $job');
  });

  it('gives $__rate_interval four scrapes at least, and one more than the step', () => {
    expect(put('$__rate_interval', {})).to.equal('60s');
    expect(put('$__rate_interval', {}, { scrape: 60_000 })).to.equal('240s');
    expect(put('$__rate_interval', {}, { step: 300_000 })).to.equal('315s');
  });

  it('gives the chosen time', () => {
    expect(put('$__range ${__range_s} $__interval $__from $__to', {})).to.equal(`21600s 21600 30s 0 ${6 * HOUR}`);
  });

  it('finds every reference to a variable', () => {
    expect(referencesOf('a{b="$x"}[${y:regex}] [[z]] ${__data.fields.n}')).to.deep.equal(['x', 'y', 'z', '__data']);
  });

  it('chooses the steps that Grafana chooses', () => {
    expect(stepFor(0, 6 * HOUR, 1_000, 15_000)).to.equal(20_000);
    expect(stepFor(0, HOUR, 1_000, 15_000)).to.equal(15_000);
    expect(stepFor(0, 720 * HOUR, 1_000, 15_000)).to.equal(HOUR / 2);
  });

  it('finds a plan by whatever it is called, and no other, with Grafana as it comes', () => {
    const { templating, ...plan } = readDashboard('mesh-rebalance-plan');
    const [query] = panelQueries({ templating, ...plan });
    for (const name of ODD_NAMES) {
      const values = { ...anyChoice(templating.list).values, plan_id: name };
      const expr = interpolate(query?.expr ?? '', templating.list, { ...CHOICE, values });
      const selected = selectorsOf(expr).flatMap(({ matchers }) => matchers.filter(({ label }) => label === 'plan_id'));
      expect(selected, name).to.not.be.empty;
      for (const { op, value } of selected) {
        expect(op).to.equal('=~');
        expect(name).to.match(new RegExp(`^(?:${value})$`, 's'));
        expect(`${name}x`).to.not.match(new RegExp(`^(?:${value})$`, 's'));
      }
    }
  });
});
