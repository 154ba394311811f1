import type { ControllerList, ControllerView, PlanList, ProblemDocument, StreamedEvent } from '../api/wire.js';
import type { CancellationView, DecisionView, DrainView, HoldView, MoveView, PlanView } from '../controllable.js';

/** True for a value of a type. */
export type Check<T> = (value: unknown) => value is T;

const text: Check<string> = (value) => typeof value === 'string';
const count: Check<number> = (value) => typeof value === 'number';
const truth: Check<boolean> = (value) => typeof value === 'boolean';
const oneOf =
  <T extends string>(...known: readonly T[]): Check<T> =>
  (value): value is T =>
    known.some((each) => each === value);
const maybe =
  <T>(check: Check<T>): Check<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || check(value);
const list =
  <T>(check: Check<T>): Check<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(check);
const object =
  <T>(members: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> =>
  (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries<Check<unknown>>(members).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const isDrain = object<DrainView>({
  node: text,
  shards: count,
  shardsRemaining: count,
  startedAt: maybe(count),
  outcome: maybe(text) as Check<DrainView['outcome']>,
  bytes: count,
});
const isMove = object<MoveView>({
  shard: text,
  source: text,
  target: text,
  status: oneOf('moving', 'failed', 'waiting', 'moved'),
  since: maybe(count),
  errorType: maybe(text),
});
const isHold = object<HoldView>({ reason: text, waitsFor: text, since: count });
const isCancellation = object<CancellationView>({ actor: text, at: count, reason: maybe(text) });
const isDecision = object<DecisionView>({
  decision: text as Check<DecisionView['decision']>,
  actor: text,
  at: count,
  reason: maybe(text),
});

/** Whether a value is a plan as the control API shows it. */
export const isPlan = object<PlanView>({
  id: text,
  namespace: text,
  cluster: text,
  state: text as Check<PlanView['state']>,
  stateSince: count,
  trigger: text,
  approvalMode: text as Check<PlanView['approvalMode']>,
  dryRun: truth,
  createdAt: count,
  requestedBy: maybe(text),
  changeTicket: maybe(text),
  approval: maybe(object({ requestedAt: count, expiresAt: count })),
  decision: maybe(isDecision),
  cancellation: maybe(isCancellation),
  held: list(isHold),
  progressAt: maybe(count),
  shards: count,
  shardsRemaining: count,
  shardsMoving: count,
  drains: list(isDrain),
  moves: list(isMove),
  endedAt: maybe(count),
  outcome: maybe(text) as Check<PlanView['outcome']>,
  errorType: maybe(text),
});
export const isPlanList = object<PlanList>({ plans: list(isPlan) });
export const isControllerView = object<ControllerView>({ namespace: text, cluster: text, paused: truth });
export const isControllerList = object<ControllerList>({ controllers: list(isControllerView) });
export const isProblem = object<Pick<ProblemDocument, 'status' | 'detail'>>({
  status: count as Check<ProblemDocument['status']>,
  detail: text,
});
export const isEvent = object<Pick<StreamedEvent, 'event' | 'namespace' | 'cluster' | 'time' | 'planId'>>({
  event: text as Check<StreamedEvent['event']>,
  namespace: text,
  cluster: text,
  time: count,
  planId: maybe(text),
}) as Check<StreamedEvent>;
