import { expect } from 'chai';
import { alertGroups } from '../../rules/alert-groups.js';
import { inSeconds, secondsOf } from '../../rules/duration.js';
import { recordingGroups } from '../../rules/recording.js';
import type { AlertRule, RecordingRule } from '../../rules/rule.js';
import { DEFAULTS, runbookUrl, withThresholds } from '../../rules/settings.js';
import { SettingsError } from '../../rules/settings-error.js';
import { THRESHOLDS, type Threshold, type ThresholdName, type ThresholdValues } from '../../rules/thresholds.js';

const NAMES = Object.keys(THRESHOLDS) as ThresholdName[];
/** What only the dashboards draw. */
const OF_DASHBOARDS: readonly ThresholdName[] = ['durationObjective'];
/** Values that no default has and that every check lets pass. */
const OTHER: Readonly<Record<Threshold['unit'], string>> = { duration: '217m', count: '4', ratio: '0.77' };
const EXCEPTIONS: Partial<Record<ThresholdName, string>> = {
  restartTolerance: '4m',
  heldTooLong: '9h',
  approvalOverdue: '9h',
  movesExcess: '1.77',
  durationGoal: '8h',
};

/** Rules in the order of their names, without the layout of times in their texts, which is made of numbers. */
const rulesWith = (values: ThresholdValues) =>
  [...recordingGroups({ ...DEFAULTS, values }), ...alertGroups({ ...DEFAULTS, values })]
    .flatMap(({ rules }): readonly (AlertRule | RecordingRule)[] => rules)
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
    .map((rule) => JSON.stringify(rule).replaceAll('2006-01-02 15:04', ''));

const nameOf = (rule: AlertRule | RecordingRule) =>
  'alert' in rule ? `${rule.alert} ${rule.labels.severity}` : rule.record;

/** The alerts that are evaluated seldom. */
const ofHours = (changes: readonly string[] = []) =>
  alertGroups({ ...DEFAULTS, values: withThresholds(changes) })
    .filter(({ interval }) => interval === '2m')
    .flatMap(({ rules }) => rules.map(nameOf));

describe('the thresholds', () => {
  it('link an alert to a page in a folder, or to an address that has its name anywhere', () => {
    const name = 'MeshRebalanceStuck';
    expect(runbookUrl(DEFAULTS, name)).to.equal(`${DEFAULTS.runbooks}/${name}`);
    expect(runbookUrl({ runbooks: 'https://git.example.com/runbooks/{name}.md' }, name)).to.equal(
      'https://git.example.com/runbooks/MeshRebalanceStuck.md',
    );
  });

  for (const name of NAMES) {
    it(`${name} changes the rules and texts that it stands in, and nothing else`, () => {
      const { value, unit }: Threshold = THRESHOLDS[name];
      const other = EXCEPTIONS[name] ?? OTHER[unit];
      const before = rulesWith(DEFAULTS.values);
      const after = rulesWith(withThresholds([`${name}=${other}`]));
      const changed = before.flatMap((rule, index) => {
        const now = after[index] as string;
        return rule === now ? [] : [{ rule, now }];
      });
      expect(changed.length > 0).to.equal(!OF_DASHBOARDS.includes(name));
      for (const { rule, now } of changed) {
        // With the old value in the place of the new one, the rule is what it was.
        const seconds = [secondsOf(other), secondsOf(value)];
        const restored = now
          .replaceAll(other, value)
          .replaceAll(
            unit === 'duration' ? String(seconds[0]) : other,
            unit === 'duration' ? String(seconds[1]) : value,
          );
        expect(restored).to.equal(rule);
      }
    });
  }

  it('have alerts that wait for an hour or longer evaluated seldom, and no other', () => {
    expect(ofHours()).to.have.members([
      'MeshRebalanceStateBudgetExceeded warning',
      'MeshRebalancePaused info',
      'MeshRebalanceRunningTooLong warning',
      'MeshRebalancePlanHeld info',
      'MeshRebalancePlanHeld warning',
      'MeshRebalanceApprovalPending info',
      'MeshRebalanceApprovalPending warning',
      'MeshRebalanceImbalanceWhileSteady info',
    ]);
    const short = ['stateBudget', 'pausedNotice', 'workBudget', 'heldFor', 'approvalNotice', 'imbalanceConfirm'];
    expect(ofHours(short.map((name) => `${name}=59m`))).to.deep.equal([]);
    expect(ofHours(['absentConfirm=1h'])).to.include('MeshRebalanceMetricsAbsent critical');
  });

  it('have alerts evaluated so often that what they were is still shown where Prometheus has left one evaluation out', () => {
    const shown = 300;
    for (const { name, interval = '30s' } of alertGroups(DEFAULTS)) {
      expect(2 * inSeconds(interval), name).to.be.below(shown);
    }
  });

  it('have values that pass the checks, in every size of fleet', () => {
    for (const size of ['small', 'large'] as const) {
      const changes = Object.entries<Threshold>(THRESHOLDS).map(([name, one]) => `${name}=${one[size] ?? one.value}`);
      expect(() => withThresholds(changes)).not.to.throw();
    }
  });

  for (const [change, message] of [
    ['stuckafter=45m', 'no threshold "stuckafter"; --list shows all'],
    ['stuckAfter', 'must be a duration such as 30m, not ""'],
    ['toString=45m', 'no threshold "toString"'],
    ['stuckAfter=45', 'must be a duration such as 30m, not "45"'],
    ['stuckAfter=', 'must be a duration'],
    ['stuckAfter=0m', 'must be a duration'],
    ['stuckAfter=1h)) or vector(1', 'must be a duration'],
    ['failuresWarning=2.5', 'must be a whole number above 0'],
    ['failuresWarning=5', 'failuresCritical must be above failuresWarning'],
    ['approvalNotice=4h', 'approvalOverdue must be longer than approvalNotice'],
    ['heldFor=4h', 'heldTooLong must be longer than heldFor'],
    ['restartTolerance=6m', 'restartTolerance must not be longer than workConfirm'],
    ['movesExcess=0.9', 'movesExcess must be at least 1'],
    ['queueFull=1', 'queueFull must be below 1'],
    ['imbalance=-1', 'must be a number above 0'],
    ['durationGoal=3h', 'durationGoal must be a bound of the histogram'],
  ] as const) {
    it(`refuse ${change}`, () => {
      expect(() => withThresholds([change])).to.throw(SettingsError, message);
    });
  }

  it('may be written in several units', () => {
    expect(secondsOf('1h30m')).to.equal(5_400);
    expect(secondsOf('1d')).to.equal(86_400);
    expect(secondsOf('30x')).to.equal(undefined);
    expect(secondsOf('')).to.equal(undefined);
  });
});
