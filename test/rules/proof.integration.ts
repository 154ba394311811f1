import { expect } from 'chai';
import { ALERT_PREFIX } from '../../rules/alert-definition.js';
import type { AlertRule } from '../../rules/rule.js';
import { withLabels } from '../support/label-template.js';
import type { AlertHistory } from './alert-history.js';
import { evaluate, RELEASES, type Release } from './evaluation.js';
import { expectPeriods } from './expected-periods.js';
import type { FiringAlert } from './promtool-output.js';
import { type Firing, PROOF, type ProofRun } from './proof.js';
import { ALERT_NAMES, ALERT_RULES } from './rule-files.js';

const RULE_OF = (alert: string, severity: string): AlertRule => {
  const rule = ALERT_RULES.find((candidate) => candidate.alert === alert && candidate.labels.severity === severity);
  if (rule === undefined) throw new Error(`no rule ${alert} of severity ${severity}`);
  return rule;
};

/** What the rules make of a run in a release. All releases work on it side by side. */
async function historyIn(release: Release, run: ProofRun): Promise<AlertHistory> {
  const histories = await Promise.all(RELEASES.map((each) => evaluate(run, each)));
  return histories[RELEASES.indexOf(release)] as AlertHistory;
}

async function expectFiring(alert: string, { run, periods, says }: Firing, release: Release): Promise<void> {
  const history = await historyIn(release, run);
  expectPeriods(
    history.periods.filter((period) => period.alert === alert),
    periods,
  );
  if (says === undefined) return;
  const said: readonly FiringAlert[] =
    history.texts.find((text) => text.alert === alert && text.minute === says.minute)?.firing ?? [];
  expect(said.map(({ annotations }) => annotations['description'])).to.have.members(says.descriptions);
  for (const { labels, annotations } of said) {
    const { description: _, ...others } = annotations;
    const rule = RULE_OF(alert, labels['severity'] as string);
    expect(others).to.deep.equal(rendered(rule, labels));
    expect(JSON.stringify(annotations)).not.to.match(/\{\{|<no value>|<error/);
  }
}

/** The annotations of a rule for an alert, as a template with nothing but labels in it comes out. */
function rendered({ annotations }: AlertRule, labels: Readonly<Record<string, string>>): Record<string, string> {
  const { description: _, ...others } = annotations;
  return Object.fromEntries(Object.entries(others).map(([name, template]) => [name, withLabels(template, labels)]));
}

for (const release of RELEASES) {
  describe(`alerts in Prometheus ${release}`, () => {
    for (const alert of ALERT_NAMES) {
      const proof = PROOF[alert.slice(ALERT_PREFIX.length)];
      if (proof === undefined) continue;
      const { fires, alsoFires = [], silent, restart } = proof;

      it(`${alert} fires when it should, for nobody else, and says what it should`, () =>
        expectFiring(alert, fires, release));

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
  const { scenario, restartAt, journals } = run;
  if (restartAt === undefined) return scenario;
  return `${scenario}, restarted in minute ${restartAt}${journals ? ' with a journal' : ''}`;
}
