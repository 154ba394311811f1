import { setTimeout } from 'node:timers/promises';
import type { Prometheus } from '../support/prometheus.js';

/** Longest that a round may take. */
const PATIENCE_MS = 30_000;
/** Asked more often, Prometheus would write down its alerts instead of evaluating them. */
const PAUSE_MS = 500;

/** A group of rules, as Prometheus tells of it. */
interface Group {
  readonly name: string;
  readonly evaluationTime: number;
  readonly lastEvaluation: string;
  readonly rules: readonly Rule[];
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly evaluationTime: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Seconds that the evaluations of a group took, and of its rules. */
export interface GroupTimes {
  readonly name: string;
  readonly rounds: number[];
  readonly rules: ReadonlyMap<string, readonly number[]>;
}

/** How long evaluations took. @throws Error for a rule that fails, and when no group is evaluated for long */
export async function ruleTimes(
  prometheus: Prometheus,
  rounds: number,
  tell: (what: string) => void,
): Promise<GroupTimes[]> {
  const times = new Map<string, GroupTimes & { readonly rules: Map<string, number[]> }>();
  const seen = new Set<string>();
  let least = 0;
  let since = performance.now();
  while (least < rounds) {
    if (performance.now() - since > PATIENCE_MS) throw new Error(`no round of all rules within ${PATIENCE_MS} ms`);
    await setTimeout(PAUSE_MS);
    const { groups } = await prometheus.get<{ groups: readonly Group[] }>('rules');
    for (const { name, evaluationTime, lastEvaluation, rules } of groups) {
      const failed = rules.find(({ health }) => health === 'err');
      if (failed !== undefined) throw new Error(`${name}: ${failed.lastError}`);
      const evaluation = `${name} ${lastEvaluation}`;
      if (seen.has(evaluation) || rules.some(({ health }) => health !== 'ok')) continue;
      seen.add(evaluation);
      const group = times.get(name) ?? { name, rounds: [], rules: new Map<string, number[]>() };
      times.set(name, group);
      group.rounds.push(evaluationTime);
      for (const rule of rules) {
        group.rules.set(nameOf(rule), [...(group.rules.get(nameOf(rule)) ?? []), rule.evaluationTime]);
      }
    }
    const done = Math.min(...groups.map(({ name }) => times.get(name)?.rounds.length ?? 0));
    if (done === least) continue;
    least = done;
    since = performance.now();
    tell(`round ${done} of ${rounds}`);
  }
  return [...times.values()];
}

function nameOf({ name, labels }: Rule): string {
  return [name, labels?.['severity'] ?? ''].join(' ').trim();
}
