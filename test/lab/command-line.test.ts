import { expect } from 'chai';
import { HELP, readCommandLine, UsageError } from '../../examples/lab/command-line.js';
import { SCENARIOS } from '../../examples/lab/scenarios/index.js';

describe('the command line of the lab', () => {
  it('takes the numbers of the scenario unless told otherwise', () => {
    expect(readCommandLine(['healthy'])).to.deep.include({ hours: 6, clusters: 3, seed: 1, ruleInterval: 60_000 });
    const told = readCommandLine([
      'fleet',
      '--hours',
      '0.5',
      '--clusters',
      '3',
      '--seed',
      '9',
      '--nodes',
      '6',
      '--out',
      'x',
    ]);
    expect(told).to.deep.include({ hours: 0.5, clusters: 3, seed: 9, folder: 'x' });
    expect(told?.scenario.mesh).to.include({ nodes: 6, shards: 96 });
    expect(told?.restartAt).to.equal(undefined);
    expect(readCommandLine(['healthy', '--restart-at', '40'])?.restartAt).to.equal(40);
  });

  it('shows help that names every scenario', () => {
    expect(readCommandLine(['--help'])).to.equal(undefined);
    for (const { name, shows } of SCENARIOS) expect(HELP).to.include(name).and.to.include(shows);
  });

  const wrong: [string[], RegExp][] = [
    [[], /name a scenario:\n {2}healthy/],
    [['nope'], /no scenario nope; there are:\n {2}healthy/],
    [['healthy', 'fleet'], /one scenario at a time/],
    [['healthy', '--hours', 'six'], /--hours must be a number above 0/],
    [['healthy', '--restart-at', 'noon'], /--restart-at must be a number above 0/],
    [['healthy', '--seed', '1.5'], /--seed must be a whole number/],
    [['healthy', '--rule-interval', '7s'], /15s or 1m/],
    [['healthy', '--frobnicate'], /frobnicate/],
  ];
  for (const [args, message] of wrong) {
    it(`says what is wrong with: lab ${args.join(' ')}`, () => {
      expect(() => readCommandLine(args)).to.throw(UsageError, message);
    });
  }
});
