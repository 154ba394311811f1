/** An alert that fires, as `promtool test rules` shows it. */
export interface FiringAlert {
  /** Without `alertname` and what Prometheus adds; `severity` included. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What was found by the queries and alert tests of a run, all of which expect nothing. */
export interface PromtoolFindings {
  /** Label sets by expression and second. */
  readonly samples: readonly { readonly expression: string; readonly second: number; readonly labels: LabelSet[] }[];
  readonly alerts: readonly { readonly name: string; readonly second: number; readonly firing: FiringAlert[] }[];
}

type LabelSet = Readonly<Record<string, string>>;

const QUERY = /^ {4}expr: (".*"), time: (\S+),$/;
const ALERT = /^ {4}alertname: (\S+), time: (\S+), ?$/;
const GOT = /^ {8}got: ?/;
const SET = /\{(?:\w+="(?:[^"\\]|\\.)*"(?:, )?)*\}/g;
const PAIR = /(\w+)=("(?:[^"\\]|\\.)*")/g;
const SECONDS: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };

/**
 * Reads what `promtool test rules` prints about tests that expected nothing and found something.
 *
 * @throws Error when there is anything else in it, such as a mistake in a rule file
 */
export function readFindings(output: string): PromtoolFindings {
  const samples: PromtoolFindings['samples'][number][] = [];
  const alerts: PromtoolFindings['alerts'][number][] = [];
  let current: FiringAlert[] | undefined;
  let query: { expression: string; second: number } | undefined;
  for (const line of output.split('\n')) {
    const [, expression, at = ''] = QUERY.exec(line) ?? [];
    const [, name, time = ''] = ALERT.exec(line) ?? [];
    if (expression !== undefined) {
      query = { expression: JSON.parse(expression), second: secondsOf(at) };
      current = undefined;
    } else if (name !== undefined) {
      current = [];
      alerts.push({ name, second: secondsOf(time), firing: current });
    } else if (GOT.test(line) && query !== undefined) {
      samples.push({ ...query, labels: [...line.matchAll(SET)].map(([set]) => labelSet(set)) });
      query = undefined;
    } else if (/^\s+Labels: ?\{/.test(line)) {
      current?.push({ labels: labelSet(line), annotations: {} });
    } else if (/^\s+Annotations: ?\{/.test(line)) {
      const last = current?.pop();
      if (last !== undefined) current?.push({ labels: last.labels, annotations: labelSet(line) });
    } else if (!KNOWN.test(line)) {
      throw new Error(`promtool printed what was not expected: ${line}\n${output.slice(0, 2_000)}`);
    }
  }
  return { samples, alerts };
}

/** Lines that say nothing of their own. */
const KNOWN =
  /^(?:\s*|(?:Unit Testing|Processing test file): .*| {2}(?:FAILED:|SUCCESS)| {8}exp: ?(?:nil|\[\],?) ?| {8}got: ?\[| +\d+: ?| +\]|.*level=.*)$/;

function labelSet(text: string): LabelSet {
  return Object.fromEntries([...text.matchAll(PAIR)].map(([, name, value]) => [name, JSON.parse(value as string)]));
}

/** `1h20m` in seconds. */
function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (SECONDS[unit] ?? 0),
    0,
  );
}
