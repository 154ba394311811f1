import type { AlertRule } from '../../rules/rule.js';
import { pendingMinutes } from './alerts.js';
import { firesText } from './header.js';
import { stepsOf, withFires, withOutputs } from './page.js';
import { Rehearsal } from './rehearsal.js';
import type { Labels, Setting } from './setting.js';
import type { Shell } from './shell.js';

/** What came of carrying out a page. */
export interface Rehearsed {
  /** The page as it should be: with the outputs that came, and when its rules fire. */
  readonly page: string;
  /** Severities with which its alert fires at the minute that the page begins with; undefined where no time has passed. */
  readonly firing: readonly string[] | undefined;
  /** Labels of the alert as it fires then. */
  readonly labels: Labels;
  /** What the commands of the section "Look" print, in their order. */
  readonly looks: readonly string[];
  /** Severities that still fire when the page has been followed to its end. */
  readonly left: readonly string[];
}

/** Carries out every command of a page in its order. */
export async function rehearse(page: string, rules: readonly AlertRule[], shell: Shell): Promise<Rehearsed> {
  const rehearsal = new Rehearsal(shell);
  const outputs: string[] = [];
  const looks: string[] = [];
  let section = '';
  let fires = firesText(rules, []);
  let firing: string[] | undefined;
  let labels: Labels = {};
  try {
    for (const [index, step] of stepsOf(page).entries()) {
      const output = await rehearsal.follow(step);
      if (output !== undefined) {
        outputs.push(output);
        if (section === 'Look') looks.push(output);
      }
      if (step.kind === 'section') section = step.text;
      if (index > 0 || step.kind !== 'run') continue;
      const { setting } = rehearsal;
      fires = firesText(rules, setting.answers ? setting.plans : undefined);
      const alerts = await firingNow(setting, rules);
      firing = alerts && [...alerts.keys()];
      labels = [...(alerts?.values() ?? [])][0] ?? {};
      rehearsal.labels = labels;
    }
    const left = [...((await firingNow(rehearsal.setting, rules))?.keys() ?? [])];
    return { page: withFires(withOutputs(page, outputs), fires), firing, labels, looks, left };
  } finally {
    await rehearsal.close();
  }
}

/** Labels of the first alert of each severity; undefined where no time has passed. */
async function firingNow(setting: Setting, rules: readonly AlertRule[]): Promise<Map<string, Labels> | undefined> {
  const alerts = new Map<string, Labels>();
  for (const rule of rules) {
    const held = await setting.holds(rule.expr, pendingMinutes(rule));
    if (held === undefined) return undefined;
    if (held[0] !== undefined) alerts.set(rule.labels.severity, held[0]);
  }
  return alerts;
}
