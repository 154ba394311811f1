import { expect } from 'chai';
import { program } from '../../tools/program.js';
import { alertHistory } from './alert-history.js';
import { RELEASES } from './evaluation.js';
import { readFindings } from './promtool-output.js';

describe('what is read out of promtool', () => {
  it('takes label sets apart, with commas, quotes and braces in their values', () => {
    const output = [
      'Unit Testing:  test.yml',
      '  FAILED:',
      '    expr: "ALERTS{alertstate=\\"firing\\"}", time: 1h5m30s,',
      '        exp: nil',
      String.raw`        got: {__name__="ALERTS", a="x} 1, {b=\"c\", "} 1E+00, {a="\\é"} 1E+00`,
      '',
    ].join('\n');
    expect(readFindings(output).samples).to.deep.equal([
      {
        expression: 'ALERTS{alertstate="firing"}',
        second: 3_930,
        labels: [{ __name__: 'ALERTS', a: 'x} 1, {b="c", ' }, { a: '\\é' }],
      },
    ]);
  });

  it('does not take a mistake in a file for silence', () => {
    const output = 'Unit Testing:  test.yml\n  FAILED:\ntest.yml: yaml: line 3: mapping values are not allowed\n';
    expect(() => readFindings(output)).to.throw(Error, 'mapping values are not allowed');
  });

  for (const release of RELEASES) {
    it(`finds nothing where nothing fires, and fails on series that Prometheus ${release} cannot read`, async () => {
      const promtool = await program(`promtool-${release}`);
      const quiet = 'interval: 1m\ninput_series:\n  - series: up{job="x"}\n    values: 1+0x5';
      expect(await alertHistory(promtool, quiet, 5)).to.deep.equal({ periods: [], texts: [] });
      const failure = await alertHistory(promtool, quiet.replace('1+0x5', 'many'), 5).catch((error: Error) => error);
      expect(failure).to.be.instanceOf(Error).with.property('message').that.includes('promtool printed');
    });
  }
});
