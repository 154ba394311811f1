import { expect } from 'chai';
import { helpText, readCommandLine, UsageError } from '../../examples/lab/command-line.js';
import { SCENARIOS } from '../../examples/lab/scenarios.js';

describe('the command line of the lab', () => {
  it('takes the numbers of the scenario by default', () => {
    expect(readCommandLine(['healthy'])).to.deep.include({ hours: 6, clusters: 3, seed: 1, ruleInterval: 60_000 });
    const seen = readCommandLine([
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
    expect(seen).to.deep.include({ hours: 0.5, clusters: 3, seed: 9, folder: 'x' });
    expect(seen?.scenario.mesh).to.include({ nodes: 6, shards: 96 });
    expect(seen).to.deep.include({ restartAt: undefined, journals: undefined });
    expect(readCommandLine(['healthy', '--restart-at', '40'])?.restartAt).to.equal(40);
    expect(readCommandLine(['healthy', '--journals'])?.journals).to.equal(true);
  });

  it('shows help that names every scenario', () => {
    expect(readCommandLine(['--help'])).to.equal(undefined);
    expect(readCommandLine(['-h'])).to.equal(undefined);
    for (const { name, shows } of SCENARIOS) expect(helpText()).to.include(name).and.to.include(shows);
  });

  const wrong: [string[], RegExp][] = [
    [[], /^Name a scenario\. There are healthy, slow-but-moving, /],
    [['nope'], /'nope'.* There are healthy, [^?]*$/],
    [['stuk-drain'], /'stuk-drain'.* There are healthy, .* Did you mean stuck-drain\?/],
    [['healthy', 'fleet'], /Too many arguments\. Expected 1 argument but got 2/],
    [['healthy', '--hours', 'six'], /--hours <n>.* 'six' .* a number above 0/],
    [['healthy', '--hours', '0'], /a number above 0/],
    [['healthy', '--restart-at', 'noon'], /'noon'.* a number above 0/],
    [['healthy', '--restart-at', '999'], /^--restart-at 999 comes after the end: give a minute below 360\.$/],
    [['healthy', '--hours', '1', '--restart-at', '60'], /below 60/],
    [['healthy', '--seed', '1.5'], /'1\.5'.* a whole number above 0/],
    [['healthy', '--rule-interval', '7s'], /15s, 1m/],
    [['healthy', '--frobnicate'], /Unknown option '--frobnicate'/],
    [['healthy', '--hour', '1'], /Unknown option '--hour'\. Did you mean --hours\?/],
  ];
  for (const [args, message] of wrong) {
    it(`says what is wrong with: lab ${args.join(' ')}`, () => {
      expect(() => readCommandLine(args))
        .to.throw(UsageError, message)
        .with.property('message')
        .that.does.not.include('\n');
    });
  }
});
