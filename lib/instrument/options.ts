import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Journal } from '../contract/journal.js';
import type { Redact } from '../contract/redaction.js';
import { describe, listOf } from '../intake/describe.js';
import { didYouMean } from '../intake/nearest.js';
import { TEXT_FIELDS } from '../intake/text-fields.js';
import { ClusterMetricProducer, type RebalanceMetricProducer } from '../metrics/producer.js';
import type { LoggerProviderLike } from '../otel/logger.js';

/** Options of {@link instrument}. All times are in milliseconds. */
export interface RebalanceInstrumentationOptions {
  /** Namespace of events that name none, where the controller has none either. */
  namespace?: string | undefined;
  /** Cluster of events that name none, where the controller has none either. */
  cluster?: string | undefined;
  /**
   * Time for which the series of an ended plan stay, in milliseconds.
   * @default 900_000 (15 min)
   */
  retentionMillis?: number | undefined;
  /**
   * Time in milliseconds for which a new counter series is exported at 0, so that `increase()` sees its first event, and
   * for which the last values stay after `disable()`. At least two intervals of the slowest reader.
   * @default 60_000
   */
  zeroForMillis?: number | undefined;
  /**
   * Most plans of one cluster that have series of their own. Past it ended plans retire early; then live ones are
   * folded into `plan_id="_OTHER"`.
   * @default 500
   */
  maxPlans?: number | undefined;
  /**
   * Most nodes of one cluster that have a series of their own, and most drains of one plan.
   * @default 1_000
   */
  maxNodes?: number | undefined;
  /**
   * Most pairs of namespace and cluster that one controller may speak of.
   * @default 100
   */
  maxClusters?: number | undefined;
  /**
   * Most values of each of `error_type`, `trigger` and `guardrail` in one cluster; later ones become `_OTHER`.
   * @default 20
   */
  maxLabelValues?: number | undefined;
  /**
   * Most drain and move spans of one plan; later steps are counted on the drain and plan spans.
   * @default 2_000
   */
  maxSpansPerPlan?: number | undefined;
  /**
   * Time in milliseconds after which a guardrail that was tripped, and not again since, no longer holds a plan back.
   * @default 600_000 (10 min)
   */
  holdForMillis?: number | undefined;
  /**
   * Time in milliseconds after which the span of a step that never ends is closed, with `error.type` `mesh_rebalance.step_timeout`. Its series
   * stay.
   * @default 172_800_000 (48 h)
   */
  stepTimeoutMillis?: number | undefined;
  /**
   * Repeats log events as span events, for trace back ends that show nothing else.
   * @default false
   */
  spanEvents?: boolean | undefined;
  /**
   * Provider of the ordinary instruments.
   * @default the globally registered provider, also when it is registered later
   */
  meterProvider?: MeterProvider | undefined;
  /**
   * Provider of spans.
   * @default the globally registered provider, also when it is registered later
   */
  tracerProvider?: TracerProvider | undefined;
  /**
   * Provider of log events.
   * @default the globally registered provider of `@opentelemetry/api` 1.10 and later; none before
   */
  loggerProvider?: LoggerProviderLike | undefined;
  /**
   * The producer that exports this controller's plan, node and gauge series.
   * @default rebalanceMetricProducer()
   */
  metricProducer?: RebalanceMetricProducer | undefined;
  /**
   * Keeps what is known of live plans across a crash or restart of the process; one for each controller. `fileJournal()` of
   * `opentelemetry-instrumentation-mesh-rebalance/journal` keeps it in a file.
   * @default none: a restarted process knows what `snapshot()` tells
   */
  journal?: Journal | undefined;
  /**
   * Text that does not leave the process, nor reach the journal: `'personal'` for every field that may tell of a person or
   * hold a secret, a list of fields, or a function.
   * @default none: all text is kept
   */
  redact?: Redact | undefined;
  /**
   * Milliseconds since the Unix epoch; called once at construction to check it. With a clock of your own no timer is
   * started: retirement and step timeouts then happen at the next event, and silence is not reported.
   * @default Date.now
   */
  clock?: (() => number) | undefined;
}

type Defaulted =
  | 'retentionMillis'
  | 'zeroForMillis'
  | 'maxPlans'
  | 'maxNodes'
  | 'maxClusters'
  | 'maxLabelValues'
  | 'maxSpansPerPlan'
  | 'holdForMillis'
  | 'stepTimeoutMillis'
  | 'spanEvents';

/** Options after validation. */
export type ResolvedOptions = RebalanceInstrumentationOptions & {
  [O in Defaulted]: NonNullable<RebalanceInstrumentationOptions[O]>;
};

const DAY = 86_400_000;

/** Default and accepted range of each number. */
const NUMBERS = {
  retentionMillis: { default: 900_000, min: 0, max: 7 * DAY },
  zeroForMillis: { default: 60_000, min: 0, max: DAY },
  maxPlans: { default: 500, min: 1, max: 100_000 },
  maxNodes: { default: 1_000, min: 1, max: 100_000 },
  maxClusters: { default: 100, min: 1, max: 10_000 },
  maxLabelValues: { default: 20, min: 1, max: 1_000 },
  maxSpansPerPlan: { default: 2_000, min: 0, max: 100_000 },
  holdForMillis: { default: 600_000, min: 1_000, max: 7 * DAY },
  stepTimeoutMillis: { default: 2 * DAY, min: 1_000, max: 365 * DAY },
} as const;

const OPTIONS = [
  'namespace',
  'cluster',
  ...(Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]),
  'spanEvents',
  'meterProvider',
  'tracerProvider',
  'loggerProvider',
  'metricProducer',
  'journal',
  'redact',
  'clock',
] as const satisfies (keyof RebalanceInstrumentationOptions)[];

/**
 * @throws TypeError that names the option, what came and what is allowed, when an option is unknown or has a wrong type
 *   or range
 */
export function resolveOptions(options: RebalanceInstrumentationOptions = {}): ResolvedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`options must be an object, got ${describe(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) check(name, value);
  }
  const numbers = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, range]) => [name, options[name as keyof typeof NUMBERS] ?? range.default]),
  ) as Record<keyof typeof NUMBERS, number>;
  return { ...options, ...numbers, spanEvents: options.spanEvents ?? false };
}

/** The options given that differ from those in force, each in a few words. */
export function differences(inForce: ResolvedOptions, given: RebalanceInstrumentationOptions): string[] {
  return OPTIONS.filter((name) => given[name] !== undefined && !Object.is(given[name], inForce[name])).map((name) => {
    const [before, after] = [describe(inForce[name]), describe(given[name])];
    return before === after ? `another ${name}` : `${name} ${after} (in force: ${before})`;
  });
}

function check(name: string, value: unknown): void {
  switch (name) {
    case 'namespace':
    case 'cluster':
      if (typeof value !== 'string' || value === '') refuse(name, value, 'a non-empty string');
      return;
    case 'spanEvents':
      if (typeof value !== 'boolean') refuse(name, value, 'a boolean');
      return;
    case 'meterProvider':
      return needMethod(name, value, 'getMeter');
    case 'tracerProvider':
      return needMethod(name, value, 'getTracer');
    case 'loggerProvider':
      return needMethod(name, value, 'getLogger');
    case 'metricProducer':
      if (!ClusterMetricProducer.is(value)) refuse(name, value, 'a producer of createRebalanceMetricProducer()');
      return;
    case 'journal':
      needMethod(name, value, 'read');
      return needMethod(name, value, 'write');
    case 'redact':
      return checkRedact(value);
    case 'clock':
      return checkClock(value);
    default:
      return checkNumber(name, value);
  }
}

function checkRedact(value: unknown): void {
  if (value === 'personal' || typeof value === 'function') return;
  if (!Array.isArray(value)) refuse('redact', value, "'personal', a list of fields, or a function");
  for (const field of value) {
    if (typeof field === 'string' && Object.hasOwn(TEXT_FIELDS, field)) continue;
    const fields = Object.keys(TEXT_FIELDS);
    const meant = typeof field === 'string' ? didYouMean(field, fields) : '';
    throw new TypeError(
      `option redact names a field ${describe(field)} that is no text${meant || '.'} The fields are ${listOf(fields)}`,
    );
  }
}

function checkClock(value: unknown): void {
  const expected = 'a function that gives milliseconds';
  if (typeof value !== 'function') refuse('clock', value, expected);
  const time: unknown = value();
  if (!Number.isFinite(time)) refuse('clock', time, expected, 'one that gives ');
}

function checkNumber(name: string, value: unknown): void {
  if (!Object.hasOwn(NUMBERS, name)) {
    throw new TypeError(
      `unknown option ${describe(name)}${didYouMean(name, OPTIONS) || '.'} The options are ${listOf(OPTIONS)}`,
    );
  }
  const { min, max } = NUMBERS[name as keyof typeof NUMBERS];
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    refuse(name, value, `a whole number from ${min} to ${max}`);
  }
}

function needMethod(name: string, value: unknown, method: string): void {
  if (typeof (value as Record<string, unknown> | null)?.[method] !== 'function') {
    refuse(name, value, `an object with ${method}()`);
  }
}

function refuse(name: string, value: unknown, expected: string, prefix = ''): never {
  throw new TypeError(`option ${name} must be ${expected}, got ${prefix}${describe(value)}`);
}
