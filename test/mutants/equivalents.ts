const FOR_THE_COMPILER = 'The compiler asks for it; nothing else comes of a value that is not there.';
const SAME_AT_THE_LIMIT = 'Both ways lead to the same where the two are equal.';
const SLOWER = 'It only saves time: the expression after it says the same of the whole id.';
const OF_AN_UNDEFINED_KEY = 'A map has nothing under undefined';
const OF_A_FAILURE = 'An ending that failed has a failure, if one without a type';
const OF_THE_TYPES = 'Only the types want it: the other condition says the same';
const OF_A_KIND = 'Only keeps kinds of messages apart, and no other has that name';
const OF_THE_CONTENT = 'A journal has no content without a writer';
const OF_EMPTY_STEPS = 'Saves memory: nothing is done with what has no open step';
const OF_A_LOOK = 'Saves a look-up';
const OF_A_TIMER = 'Saves a timer: a run that has nothing to do, or finds another under way, ends at once';
const OF_A_DEFECT = 'Nothing but a defect of the series themselves gets here';
const OF_A_PROCESS = 'Said once in a process: the test `are off with an API that has none` has one of its own';
const OF_THE_LOGS_API =
  'Needs an API that has global log events: test/integration/package.integration.ts tests with one';

/**
 * Mutants that no test can kill, because what they change cannot be seen: each as `npm run mutants` prints it, with the
 * reason. The command reports one that has moved, or that a test kills all the same.
 */
export const EQUIVALENTS: Readonly<Record<string, string>> = {
  'lib/intake/nearest.ts:25 name .slice(0, MAX_LENGTH) .toLowerCase() → name.slice(0, MAX_LENGTH).toUpperCase()':
    'Either way letters are compared without their case.',
  "lib/intake/problem.ts:19 { missing_field: 'a required field was absent or empty; an event with… → {}":
    'The documents show it, and their tests hold them to it.',
  'lib/intake/safe-id.ts:19 i < id.length → i <= id.length': 'Past the end there is no unit, which is neither.',
  'lib/intake/safe-id.ts:21 unit < 0x20 || unit > 0x7e → true': SLOWER,
  'lib/intake/safe-id.ts:21 unit < 0x20 → unit <= 0x20': SLOWER,
  'lib/intake/safe-id.ts:21 unit > 0x7e → unit >= 0x7e': SLOWER,
  'lib/ledger/estimate.ts:140 (slots[index - 1] ?? Number.POSITIVE_INFINITY) < end → (slots[index - 1] ?? Number.POSITIVE_INFINITY) <= end':
    SAME_AT_THE_LIMIT,
  'lib/ledger/guardrails.ts:64 planId === undefined → false': FOR_THE_COMPILER,
  'lib/ledger/holds.ts:90 this.waitingSince === undefined → false':
    'Asked of what holds, which has begun or waits for a slot.',
  'lib/ledger/holds.ts:179 this.guardrails.length === 0 → false':
    'It only saves a search: there is nothing to be found.',
  'lib/ledger/holds.ts:220 before.trippedAt > hold.trippedAt → before.trippedAt >= hold.trippedAt': SAME_AT_THE_LIMIT,
  'lib/ledger/holds.ts:228 at <= this.countedTo → at < this.countedTo': SAME_AT_THE_LIMIT,
  'lib/ledger/ledger.ts:166 default: parsed satisfies never; → default:': FOR_THE_COMPILER,
  'lib/ledger/move-slots.ts:60 this.freedAt !== undefined → true': FOR_THE_COMPILER,
  'lib/ledger/plan-book.ts:155 now < this.#seenAt → true': 'It only saves time: no plan is kept longer by it.',
  'lib/ledger/plan-book.ts:155 now < this.#seenAt → now <= this.#seenAt': SAME_AT_THE_LIMIT,
  'lib/ledger/plan-drains.ts:61 source === undefined → false': FOR_THE_COMPILER,
  'lib/ledger/plan-moves.ts:49 startedAt !== undefined → true': 'A move under way has a start.',
  'lib/ledger/plan-moves.ts:66 failure?.type → failure.type': 'A move that failed has a failure.',
  'lib/ledger/plan.ts:179 at !== undefined → true': 'A drain has made progress when it began.',
  'lib/ledger/plan.ts:249 this.#seenTo === Number.NEGATIVE_INFINITY → true':
    'A plan that another process has seen was heard of before.',
  'lib/ledger/plan.ts:253 from !== undefined → true': FOR_THE_COMPILER,
  'lib/ledger/progress.ts:21 shards > progress.most → shards >= progress.most': SAME_AT_THE_LIMIT,
  'lib/ledger/steps.ts:190 drain !== undefined → true': FOR_THE_COMPILER,
  'lib/ledger/steps.ts:213 move.target !== undefined → true': FOR_THE_COMPILER,
  'lib/instrument/cluster-journal.ts:57 plan === this.#latest → false': OF_A_LOOK,
  'lib/instrument/cluster-journal.ts:57 plan === this.#latest → true': OF_A_LOOK,
  'lib/instrument/cluster-journal.ts:57 plan === this.#latest → plan !== this.#latest': OF_A_LOOK,
  'lib/instrument/cluster-journal.ts:60 plan === this.#latest && !isUrgent → false': OF_A_LOOK,
  "lib/instrument/cluster-journal.ts:76 case 'resumed': this.#touchAll(); break; → case 'resumed':":
    'The next case does the same for an event that names no plan',
  'lib/instrument/cluster-journal.ts:102 plan === this.#latest → true': OF_A_LOOK,
  'lib/instrument/cluster-journal.ts:113 planId === undefined → false': OF_AN_UNDEFINED_KEY,
  'lib/instrument/cluster-journal.ts:130 journal !== undefined → true': OF_THE_CONTENT,
  'lib/instrument/cluster-journal.ts:132 journal?.lines → journal.lines': OF_THE_CONTENT,
  'lib/instrument/cluster-journal.ts:132 [] → ["Stryker was here"]': OF_THE_CONTENT,
  'lib/instrument/cluster-telemetry.ts:113 \'payload\' → ""': OF_A_KIND,
  'lib/instrument/cluster-telemetry.ts:128 \'snapshot\' → ""': OF_A_KIND,
  'lib/instrument/cluster-telemetry.ts:203 shard === undefined → false': OF_AN_UNDEFINED_KEY,
  'lib/instrument/cluster-telemetry.ts:204 node === undefined → false': OF_AN_UNDEFINED_KEY,
  'lib/instrument/cluster-telemetry.ts:218 \'standby\' → ""': OF_A_KIND,
  'lib/instrument/cluster-telemetry.ts:251 \'metrics\' → ""': OF_A_DEFECT,
  'lib/instrument/clusters.ts:51 this.#byName.get(telemetry.namespace)?.delete → this.#byName.get(telemetry.namespace).delete':
    'A cluster that is there stands under its namespace',
  'lib/instrument/clusters.ts:53 telemetry === this.#default → true': OF_A_LOOK,
  'lib/instrument/clusters.ts:106 \'cluster\' → ""': OF_A_KIND,
  'lib/instrument/explain-plan.ts:81 failure?.type → failure.type': OF_A_FAILURE,
  'lib/instrument/instrument.ts:114 true → false': 'The first write is due at once, urgent or not',
  'lib/instrument/instrument.ts:133 \'again\' → ""': OF_A_KIND,
  'lib/instrument/instrument.ts:259 \'silent\' → ""': OF_A_KIND,
  'lib/instrument/is-observed.ts:45 globalLoggerProvider()?.getLogger(SCOPE_NAME).enabled?.() → globalLoggerProvider()?.getLogger(SCOPE_NAME).enabled()':
    OF_THE_LOGS_API,
  'lib/instrument/is-observed.ts:45 globalLoggerProvider()?.getLogger(SCOPE_NAME).enabled?.() === true → false':
    OF_THE_LOGS_API,
  'lib/instrument/is-observed.ts:45 true → false': OF_THE_LOGS_API,
  "lib/instrument/journal-writer.ts:79 this.#due === 'later' && !isUrgent && this.#parts.mayUseTimers → false":
    OF_A_TIMER,
  'lib/instrument/journal-writer.ts:79 \'later\' → ""': OF_A_TIMER,
  'lib/instrument/journal-writer.ts:80 \'later\' → ""': OF_A_TIMER,
  'lib/instrument/journal-writer.ts:81 this.#running === undefined → true': OF_A_TIMER,
  'lib/instrument/journal-writer.ts:136 \'later\' → ""': OF_A_TIMER,
  "lib/instrument/journal-writer.ts:142 this.#due !== 'never' → true": OF_A_TIMER,
  'lib/instrument/journal-writer.ts:142 \'never\' → ""': OF_A_TIMER,
  'lib/instrument/journal-writer.ts:174 turn === undefined → false': 'To wait for nothing takes no turn of the loop',
  'lib/instrument/journal-text.ts:37 \'\' → "Stryker was here!"': 'A text that is split has a first part',
  'lib/instrument/registry.ts:25 { producer: new ClusterMetricProducer(), counts: new SharedCounts(), … → {}':
    'Made once in a process, before the first mutant is tried',
  'lib/instrument/resume.ts:42 \'journal\' → ""': OF_A_KIND,
  "lib/instrument/silence.ts:33 typeof wrong !== 'string' → false": 'No event name is near what is no text',
  'lib/instrument/silence.ts:43 [] → ["Stryker was here"]': 'No event name is near it, and eventNames() takes nothing',
  'lib/metrics/cluster-series.ts:256 failure?.type → failure.type': OF_A_FAILURE,
  "lib/metrics/plan-series.ts:67 case 'drainProgressed': return this.#countStep(transition.plan, undef… → case 'drainProgressed':":
    'The next case finds no ending in it',
  'lib/metrics/plan-series.ts:108 plan.ending !== undefined && plan.endedAt !== undefined → plan.ending !== undefined || plan.endedAt !== undefined':
    OF_THE_TYPES,
  'lib/metrics/plan-series.ts:108 plan.ending !== undefined → true': OF_THE_TYPES,
  'lib/metrics/plan-series.ts:108 plan.endedAt !== undefined → true': OF_THE_TYPES,
  'lib/metrics/plan-series.ts:117 progressAt !== undefined → true': 'A drain has made progress when it begins',
  'lib/metrics/plan-series.ts:143 !isFailed && bytes === undefined → false': OF_A_LOOK,
  'lib/metrics/plan-series.ts:146 ending.failure?.type → ending.failure.type': OF_A_FAILURE,
  'lib/metrics/sdk-instruments.ts:70 \'cardinality\' → ""': OF_A_KIND,
  'lib/metrics/shown-plans.ts:69 (this.#shown.get(plan)?.approvals ?? this.#foldedApprovals)?.[decisio… → (this.#shown.get(plan)?.approvals ?? this.#foldedApprovals)[decision]':
    'A plan is shown or folded',
  'lib/metrics/steady-time.ts:16 now + this.#offset < this.#last → now + this.#offset <= this.#last':
    'The offset stays the same where both are equal',
  'lib/metrics/zero-first-counter.ts:28 to > this.#value → to >= this.#value': 'The value stays the same',
  "lib/traces/log-emitter.ts:44 transition.type === 'stepLost' → true":
    'No other transition with a step has a log event',
  'lib/traces/log-emitter.ts:63 provider === undefined → false': OF_A_PROCESS,
  'lib/traces/log-emitter.ts:65 \'info\' → ""': OF_A_PROCESS,
  'lib/traces/log-emitter.ts:66 \'log-events\' → ""': OF_A_KIND,
  'lib/traces/plan-spans.ts:42 plan && this.#hasTraces → true': OF_A_LOOK,
  'lib/traces/plan-spans.ts:42 plan && this.#hasTraces → plan || this.#hasTraces': OF_A_LOOK,
  'lib/traces/plan-spans.ts:79 planTrace.steps.size === 0 → false': OF_EMPTY_STEPS,
  'lib/traces/plan-spans.ts:98 planTrace.steps.size > 0 → true': OF_EMPTY_STEPS,
  'lib/traces/plan-spans.ts:98 planTrace.steps.size > 0 → planTrace.steps.size >= 0': OF_EMPTY_STEPS,
  'lib/traces/plan-spans.ts:113 steps.size === 0 → false': OF_EMPTY_STEPS,
  'lib/traces/plan-spans.ts:142 this.#tracer === undefined → false': OF_THE_TYPES,
  'lib/traces/plan-spans.ts:150 traceparent === undefined → false': 'Undefined is no traceparent either',
  'lib/traces/plan-trace.ts:150 move.source === undefined → false': OF_AN_UNDEFINED_KEY,
  'lib/traces/plan-trace.ts:163 move.bytes !== undefined → true':
    'The SDK leaves an undefined attribute out; others need not',
  'lib/traces/saved-trace.ts:38 \'\' → "Stryker was here!"': 'Only an approval has no name, and it needs none',
  'lib/traces/span-ends.ts:37 stack !== undefined → true': 'The SDK leaves an undefined stack out; others need not',
  'lib/traces/step-attributes.ts:68 failure?.type → failure.type': OF_A_FAILURE,
};
