import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SELDOM_COLLECTED } from '../support/process.js';
import { type FiringAlert, readFindings } from './promtool-output.js';
import { RULE_FILES } from './rule-files.js';

const FIRING = 'ALERTS{alertstate="firing"}';

/** One period in which an alert fired. */
export interface FiringPeriod {
  readonly alert: string;
  readonly severity: string;
  /** Without `alertname`, `alertstate` and `severity`. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first and the last minute. */
  readonly firing: readonly [from: number, to: number];
}

/** An alert at one minute, with its texts. */
export interface Moment {
  readonly alert: string;
  readonly minute: number;
}

/** What the rules made of some series. */
export interface AlertHistory {
  readonly periods: readonly FiringPeriod[];
  /** What fired at the moments that were asked for. */
  readonly texts: readonly (Moment & { readonly firing: readonly FiringAlert[] })[];
}

/**
 * Evaluates the committed rules over series, minute by minute, as a Prometheus does that evaluates them every minute:
 * `promtool test rules` runs the same engine, `for` and `keep_firing_for` included. It is asked for all alerts in every
 * minute and told to expect none, so that it prints those that fire.
 *
 * @param promtool path of the program
 * @param series `interval` and `input_series` of a rule test, as the lab writes them
 */
export async function alertHistory(
  promtool: string,
  series: string,
  minutes: number,
  moments: readonly Moment[] = [],
): Promise<AlertHistory> {
  const folder = mkdtempSync(join(tmpdir(), 'alert-history-'));
  try {
    const file = join(folder, 'test.yml');
    const queries = Array.from({ length: minutes + 1 }, (_, minute) => ({
      expr: FIRING,
      eval_time: `${minute}m`,
      exp_samples: [],
    }));
    const texts = moments.map(({ alert, minute }) => ({ eval_time: `${minute}m`, alertname: alert, exp_alerts: [] }));
    writeFileSync(
      file,
      [
        // JSON is YAML.
        `rule_files: ${JSON.stringify(Object.values(RULE_FILES))}`,
        'evaluation_interval: 1m',
        'tests:',
        `  - promql_expr_test: ${JSON.stringify(queries)}`,
        `    alert_rule_test: ${JSON.stringify(texts)}`,
        series.trimEnd().replaceAll(/^/gm, '    '),
      ].join('\n'),
    );
    const { samples, alerts } = readFindings(await outputOf(promtool, ['test', 'rules', file]));
    return {
      periods: periodsOf(samples),
      texts: alerts.map(({ name, second, firing }) => ({ alert: name, minute: second / 60, firing })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a program prints that ends with a failure, as promtool does here as soon as any alert fires. */
function outputOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { maxBuffer: 1 << 30, env: { ...process.env, ...SELDOM_COLLECTED } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else resolve(`${stdout}${stderr}`);
      },
    );
  });
}

function periodsOf(samples: readonly { second: number; labels: Readonly<Record<string, string>>[] }[]): FiringPeriod[] {
  const minutes = new Map<string, number[]>();
  for (const { second, labels } of samples) {
    for (const { __name__, alertstate, ...rest } of labels) {
      const key = JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
      const seen = minutes.get(key);
      if (seen === undefined) minutes.set(key, [second / 60]);
      else seen.push(second / 60);
    }
  }
  return [...minutes].flatMap(([key, seen]) => {
    const { alertname = '', severity = '', ...labels } = Object.fromEntries(JSON.parse(key)) as Record<string, string>;
    return runsOf(seen).map((firing) => ({ alert: alertname, severity, labels, firing }));
  });
}

/** First and last of each run of minutes without a gap. */
function runsOf(minutes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const minute of minutes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === minute - 1) last[1] = minute;
    else runs.push([minute, minute]);
  }
  return runs;
}
