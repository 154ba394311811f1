const FOR_THE_COMPILER = 'The compiler asks for it; nothing else comes of a value that is not there.';
const SAME_AT_THE_LIMIT = 'Both ways lead to the same where the two are equal.';
const SLOWER = 'It only saves time: the expression after it says the same of the whole id.';

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
  'lib/ledger/holds.ts:211 before.trippedAt > hold.trippedAt → before.trippedAt >= hold.trippedAt': SAME_AT_THE_LIMIT,
  'lib/ledger/plan-book.ts:154 now < this.#seenAt → true': 'It only saves time: no plan is kept longer by it.',
  'lib/ledger/plan-book.ts:154 now < this.#seenAt → now <= this.#seenAt': SAME_AT_THE_LIMIT,
  'lib/ledger/plan-drains.ts:61 source === undefined → false': FOR_THE_COMPILER,
  'lib/ledger/plan-moves.ts:49 startedAt !== undefined → true': 'A move under way has a start.',
  'lib/ledger/plan-moves.ts:66 failure?.type → failure.type': 'A move that failed has a failure.',
  'lib/ledger/plan.ts:173 at !== undefined → true': 'A drain has made progress when it began.',
  'lib/ledger/plan.ts:240 from !== undefined → true': FOR_THE_COMPILER,
  'lib/ledger/progress.ts:21 shards > progress.most → shards >= progress.most': SAME_AT_THE_LIMIT,
  'lib/ledger/steps.ts:190 drain !== undefined → true': FOR_THE_COMPILER,
  'lib/ledger/steps.ts:213 move.target !== undefined → true': FOR_THE_COMPILER,
};
