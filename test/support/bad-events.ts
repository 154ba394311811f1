import type { RebalanceEventName } from 'opentelemetry-instrumentation-mesh-rebalance';

/** Throws, whatever is asked of it. */
export const throwing = (): never => {
  throw new Error('a trap');
};
const circular: Record<string, unknown> = { planId: 'circular' };
circular['self'] = circular;
const trapped = new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing });

/** Events that no controller should emit, each with what is wrong with it. */
export const BAD_EVENTS: readonly [reason: string, event: RebalanceEventName, payload: unknown][] = [
  ['missing_field', 'planCreated', {}],
  ['missing_field', 'planCreated', { planId: '' }],
  ['missing_field', 'planCreated', { planId: null }],
  ['missing_field', 'planFinished', { planId: 'p' }],
  ['missing_field', 'moveStarted', []],
  ['missing_field', 'ownershipChanged', {}],
  ['wrong_type', 'planCreated', { planId: Symbol('p') }],
  ['wrong_type', 'planCreated', { planId: 7n }],
  ['wrong_type', 'planCreated', { planId: 7 }],
  ['wrong_type', 'planCreated', { planId: { toString: throwing } }],
  ['wrong_type', 'planCreated', { planId: 'p', trigger: circular }],
  ['wrong_type', 'planCreated', { planId: 'p', shards: 3n }],
  ['wrong_type', 'planCreated', { planId: 'p', nodes: 'a' }],
  ['wrong_type', 'planCreated', 'p'],
  ['wrong_type', 'heartbeat', 3],
  ['wrong_type', 'ownershipChanged', { nodes: ['a'] }],
  ['wrong_type', 'approvalDecided', { planId: 'p', decision: 1 }],
  ['wrong_type', 'stateChanged', { to: Symbol('steady') }],
  ['unknown_value', 'stateChanged', { to: 'resting' }],
  ['unknown_value', 'stateChanged', { to: '__proto__' }],
  ['unknown_value', 'approvalDecided', { planId: 'p', decision: 'maybe' }],
  ['unknown_value', 'planFinished', { planId: 'p', outcome: 'done' }],
  ['invalid_number', 'planCreated', { planId: 'p', shards: Number.NaN }],
  ['invalid_number', 'planCreated', { planId: 'p', shards: -1 }],
  ['invalid_number', 'drainProgressed', { planId: 'p', node: 'n', shardsRemaining: 1.5 }],
  ['invalid_number', 'policyChanged', { maxConcurrentMoves: Number.POSITIVE_INFINITY }],
  ['invalid_number', 'ownershipChanged', { nodes: { a: -1 } }],
  ['invalid_time', 'heartbeat', { time: Number.NaN }],
  ['invalid_time', 'heartbeat', { time: new Date('never') }],
  ['invalid_time', 'heartbeat', { time: 1_700_000_000 }],
  ['invalid_time', 'heartbeat', { time: 9e15 }],
  ['too_long', 'planCreated', { planId: 'x'.repeat(1_000_000) }],
  ['too_long', 'planCreated', { planId: 'p', trigger: 'x'.repeat(1_000_000) }],
  ['unsafe_id', 'planCreated', { planId: 'two\nlines' }],
  ['unsafe_id', 'planCreated', { planId: '_OTHER' }],
  ['unsafe_id', 'planCreated', { planId: 'lone \ud800' }],
  ['unsafe_id', 'heartbeat', { cluster: 'two\nlines' }],
  [
    'unreadable',
    'planCreated',
    {
      get planId() {
        return throwing();
      },
    },
  ],
  ['unreadable', 'planCreated', trapped],
  [
    'unreadable',
    'heartbeat',
    {
      get namespace() {
        return throwing();
      },
    },
  ],
  ['unreadable', 'moveFinished', { planId: 'p', shard: 's', outcome: 'failed', error: trapped }],
];

/** A payload of any kind in a few words, for the title of a test. */
export function describePayload(payload: unknown): string {
  if (payload === trapped) return 'a proxy with traps';
  if (typeof payload !== 'object' || payload === null) return JSON.stringify(payload);
  const fields = Object.entries(Object.getOwnPropertyDescriptors(payload)).map(([name, { value, get }]) => {
    if (get !== undefined) return `${name}: a getter that throws`;
    if (value === trapped) return `${name}: a proxy with traps`;
    if (typeof value === 'string' && value.length > 99) return `${name}: ${value.length} characters`;
    if (typeof value === 'object' && value !== null) return `${name}: ${Object.prototype.toString.call(value)}`;
    return `${name}: ${typeof value === 'string' ? JSON.stringify(value) : String(value)}`;
  });
  return `{ ${fields.join(', ')} }`;
}
