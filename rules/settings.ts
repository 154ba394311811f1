import { PHASE_DURATION_BOUNDS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { inSeconds, secondsOf } from './duration.js';
import { EVERYTHING, type Scope } from './scope.js';
import { SettingsError } from './settings-error.js';
import { THRESHOLDS, type Threshold, type ThresholdName, type ThresholdValues } from './thresholds.js';

/** Input of the rules and the dashboards. */
export interface Settings extends Scope {
  readonly values: ThresholdValues;
  /** Address under which Grafana is reached, without a slash at its end. */
  readonly grafana: string;
  /** Address of the runbooks' folder, without a slash at its end, or with `{name}` in the place of an alert's name. */
  readonly runbooks: string;
}

const NAMES = Object.keys(THRESHOLDS) as ThresholdName[];

/** The sets of thresholds that there are. */
export const PRESETS = ['small', 'default', 'large'] as const;
/** Thresholds for fleets of one size. */
export type Preset = (typeof PRESETS)[number];

function presetValues(preset: Preset): ThresholdValues {
  const valueIn = ({ value, small = value, large = value }: Threshold) => ({ small, default: value, large })[preset];
  return Object.fromEntries(NAMES.map((name) => [name, valueIn(THRESHOLDS[name])])) as ThresholdValues;
}

/** The defaults: where the stack of `examples/stack` has its Grafana and its runbooks. */
export const DEFAULTS: Settings = {
  ...EVERYTHING,
  values: presetValues('default'),
  grafana: 'http://localhost:3000',
  runbooks: 'http://localhost:7071/runbooks',
};

/** The address of an alert's runbook. */
export function runbookUrl({ runbooks }: Pick<Settings, 'runbooks'>, alertName: string): string {
  return runbooks.includes('{name}') ? runbooks.replaceAll('{name}', alertName) : `${runbooks}/${alertName}`;
}

/**
 * The thresholds of a preset with some of them changed.
 *
 * @param changes such as `stuckAfter=45m`
 * @throws SettingsError
 */
export function withThresholds(changes: readonly string[], preset: Preset = 'default'): ThresholdValues {
  const values: Record<ThresholdName, string> = { ...presetValues(preset) };
  for (const change of changes) {
    const [, name = change, value = ''] = /^(\w+)=(.*)$/.exec(change) ?? [];
    if (!isThreshold(name)) throw new SettingsError(`no threshold "${name}"; --list shows all`);
    checkUnit(name, value);
    values[name] = value;
  }
  checkTogether(values);
  return values;
}

function isThreshold(name: string): name is ThresholdName {
  return Object.hasOwn(THRESHOLDS, name);
}

function checkUnit(name: ThresholdName, value: string): void {
  const { unit }: Threshold = THRESHOLDS[name];
  if (unit === 'duration') {
    if (!((secondsOf(value) ?? 0) > 0))
      throw new SettingsError(`${name} must be a duration such as 30m, not "${value}"`);
  } else if (unit === 'count') {
    if (!/^[1-9]\d*$/.test(value)) throw new SettingsError(`${name} must be a whole number above 0, not "${value}"`);
  } else if (!/^\d+(\.\d+)?$/.test(value) || Number(value) === 0) {
    throw new SettingsError(`${name} must be a number above 0, not "${value}"`);
  }
}

function checkTogether(values: ThresholdValues): void {
  const seconds = (name: ThresholdName) => inSeconds(values[name]);
  if (Number(values.failuresCritical) <= Number(values.failuresWarning)) {
    throw new SettingsError('failuresCritical must be above failuresWarning');
  }
  if (seconds('approvalOverdue') <= seconds('approvalNotice')) {
    throw new SettingsError('approvalOverdue must be longer than approvalNotice');
  }
  if (seconds('heldTooLong') <= seconds('heldFor')) {
    throw new SettingsError('heldTooLong must be longer than heldFor');
  }
  for (const confirm of ['workConfirm', 'stuckConfirm'] as const) {
    // A plan that has retired is seen for so long without its end.
    if (seconds('restartTolerance') > seconds(confirm)) {
      throw new SettingsError(`restartTolerance must not be longer than ${confirm}`);
    }
  }
  if (Number(values.movesExcess) < 1) throw new SettingsError('movesExcess must be at least 1');
  for (const name of ['queueFull', 'durationObjective'] as const) {
    if (Number(values[name]) >= 1) throw new SettingsError(`${name} must be below 1`);
  }
  if (!(PHASE_DURATION_BOUNDS as readonly number[]).includes(seconds('durationGoal'))) {
    const bounds = PHASE_DURATION_BOUNDS.map((bound) => `${bound}s`).join(', ');
    throw new SettingsError(`durationGoal must be a bound of the histogram: ${bounds}`);
  }
}
