import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import type { AlertRule } from '../../rules/rule.js';
import { withLabels } from '../support/label-template.js';
import type { AlertHistory, FiringPeriod } from './alert-history.js';
import { evaluate, RELEASES, type Release } from './evaluation.js';
import type { FiringAlert } from './promtool-output.js';
import { type ExpectedPeriod, type Firing, PROOF, type ProofRun } from './proof.js';
import { ALERT_NAMES, ALERT_RULES } from './rule-files.js';

/** By how many minutes the two releases, whose ranges do not begin at the same sample, may differ. */
const TOLERANCE = 1;

const RULE_OF = (alert: string, severity: string): AlertRule => {
  const rule = ALERT_RULES.find((candidate) => candidate.alert === alert && candidate.labels.severity === severity);
  if (rule === undefined) throw new Error(`no rule ${alert} of severity ${severity}`);
  return rule;
};

function identity({ severity, labels, firing }: ExpectedPeriod | FiringPeriod): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([severity, sorted, firing[0] < 1_000 ? String(firing[0]).padStart(4, '0') : firing[0]]);
}

function expectPeriods(found: readonly FiringPeriod[], expected: readonly ExpectedPeriod[]): void {
  const sorted = <T extends ExpectedPeriod | FiringPeriod>(periods: readonly T[]) =>
    [...periods].sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
  const wanted = sorted(expected);
  const near = sorted(found).map(({ severity, labels, firing }, index) => ({
    severity,
    labels,
    firing: firing.map((minute, end) => {
      const goal = wanted[index]?.firing[end] ?? Number.NaN;
      return Math.abs(minute - goal) <= TOLERANCE ? goal : minute;
    }),
  }));
  expect(near).to.deep.equal(wanted);
}

/** What the rules make of a run in a release. All releases work on it side by side. */
async function historyIn(release: Release, run: ProofRun): Promise<AlertHistory> {
  const histories = await Promise.all(RELEASES.map((each) => evaluate(run, each)));
  return histories[RELEASES.indexOf(release)] as AlertHistory;
}

async function expectFiring(alert: string, { run, periods }: Firing, release: Release): Promise<void> {
  const history = await historyIn(release, run);
  expectPeriods(
    history.periods.filter((period) => period.alert === alert),
    periods,
  );
}

/** The annotations of a rule for an alert, as a template with nothing but labels in it comes out. */
function rendered({ annotations }: AlertRule, labels: Readonly<Record<string, string>>): Record<string, string> {
  const { description: _, ...others } = annotations;
  return Object.fromEntries(Object.entries(others).map(([name, template]) => [name, withLabels(template, labels)]));
}

for (const release of RELEASES) {
  describe(`alerts in Prometheus ${release}`, function () {
    this.timeout(120_000);

    for (const alert of ALERT_NAMES) {
      const proof = PROOF[alert.slice(ALERT_PREFIX.length)];
      if (proof === undefined) continue;
      const { fires, alsoFires = [], silent, restart } = proof;

      it(`${alert} fires when it should, for nobody else, and says what it should`, async () => {
        const { minute, descriptions } = fires.says;
        const { periods, texts } = await historyIn(release, fires.run);
        expectPeriods(
          periods.filter((period) => period.alert === alert),
          fires.periods,
        );
        const said: readonly FiringAlert[] =
          texts.find((text) => text.alert === alert && text.minute === minute)?.firing ?? [];
        expect(said.map(({ annotations }) => annotations['description'])).to.have.members(descriptions);
        for (const { labels, annotations } of said) {
          const { description: _, ...others } = annotations;
          const rule = RULE_OF(alert, labels['severity'] as string);
          expect(others).to.deep.equal(rendered(rule, labels));
          expect(JSON.stringify(annotations)).not.to.include('{{').and.not.to.include('<no value>');
        }
      });

      for (const also of alsoFires) {
        it(`${alert} fires also in ${nameOf(also.run)}`, () => expectFiring(alert, also, release));
      }

      for (const { run, because } of silent) {
        it(`${alert} is silent in ${nameOf(run)}: ${because}`, () =>
          expectFiring(alert, { run, periods: [] }, release));
      }

      it(`${alert} takes a restart with another version and instance: ${nameOf(restart.run)}`, () =>
        expectFiring(alert, restart, release));
    }
  });
}

describe('the proof of the alerts', () => {
  it('has every alert of the rule files, and no other', () => {
    expect(Object.keys(PROOF).map((name) => `${ALERT_PREFIX}${name}`)).to.have.members(ALERT_NAMES);
  });

  it('shows every severity of every alert firing', () => {
    for (const { alert, labels } of ALERT_RULES) {
      const { fires, alsoFires = [] } = PROOF[alert.slice(ALERT_PREFIX.length)] ?? expect.fail(alert);
      const severities = [fires, ...alsoFires].flatMap(({ periods }) => periods.map(({ severity }) => severity));
      expect(severities, alert).to.include(labels.severity);
    }
  });
});

function nameOf(run: ProofRun): string {
  if ('file' in run) return `${run.file}.yaml`;
  if ('story' in run) return run.story;
  const { scenario, restartAt } = run;
  return restartAt === undefined ? scenario : `${scenario}, restarted in minute ${restartAt}`;
}
