import type { AlertRule } from '../../rules/rule.js';
import { pendingMinutes } from './alerts.js';
import { headerOf } from './header.js';
import { stepsOf, withOutputs, withSection } from './page.js';
import { Rehearsal } from './rehearsal.js';
import type { Shell } from './shell.js';

/** What came of carrying out a page. */
export interface Rehearsed {
  /** The page as it should be: with the outputs that came, and the header of its rules. */
  readonly page: string;
  /** Severities with which its alert fires at the minute that the page begins with; undefined where no time has passed. */
  readonly firing: readonly string[] | undefined;
}

/** Carries out every command of a page in its order. */
export async function rehearse(page: string, rules: readonly AlertRule[], shell: Shell): Promise<Rehearsed> {
  const rehearsal = new Rehearsal(shell);
  const outputs: string[] = [];
  let header: string | undefined;
  const firing: string[] = [];
  let hasHistory = false;
  try {
    for (const step of stepsOf(page)) {
      const output = await rehearsal.follow(step);
      if (output !== undefined) outputs.push(output);
      if (step.kind !== 'run' || header !== undefined) continue;
      const { plans, answers } = rehearsal.setting;
      header = headerOf(rules, answers ? plans : undefined);
      for (const rule of rules) {
        const holds = await rehearsal.setting.holds(rule.expr, pendingMinutes(rule));
        if (holds === undefined) continue;
        hasHistory = true;
        if (holds) firing.push(rule.labels.severity);
      }
    }
  } finally {
    await rehearsal.close();
  }
  const told = withOutputs(page, outputs);
  return { page: withSection(told, 'alert', header ?? headerOf(rules, [])), firing: hasHistory ? firing : undefined };
}
