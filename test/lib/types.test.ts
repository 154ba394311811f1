import { EventEmitter } from 'node:events';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type {
  DrainSnapshot,
  LoggerLike,
  LoggerProviderLike,
  MoveSnapshot,
  PlanSnapshot,
  RebalanceController,
  RebalanceEventMap,
  RebalanceEventName,
  RebalanceEvents,
  RebalanceInstrumentationOptions,
  RebalanceMetricProducer,
  RebalanceSnapshot,
  RebalanceStep,
} from 'opentelemetry-instrumentation-mesh-rebalance';
import type { RebalancePrometheusExporterConfig } from 'opentelemetry-instrumentation-mesh-rebalance/prometheus';
import type { LabelsOf } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import type { LIFECYCLE_EVENTS, STEP_EVENTS } from '../../lib/contract/events.js';
import { EVENT_FIELDS } from '../../lib/intake/event-fields.js';

/*
 * What must compile, and what must not, on each line of the SDK: the compiler is the test.
 */

class TypedEmitter extends EventEmitter<RebalanceEventMap> {
  readonly namespace = 'n';
  executeStep(step: { planId: string }, retries: number): Promise<string> {
    return Promise.resolve(step.planId + retries);
  }
}
class PlainEmitter extends EventEmitter {}
/** Asks for more of a step than the contract has. */
class StrictExecutor extends EventEmitter {
  executeStep(step: { planId: string; node: string; shard: string }): string {
    return step.planId + step.node + step.shard;
  }
}
class OwnEmitter {
  on(event: string, listener: (payload: unknown) => void): this {
    listener(event);
    return this;
  }
  off(event: string, listener: (payload: unknown) => void): this {
    listener(event);
    return this;
  }
}

/** Kinds of emitters that are controllers as they are. */
export const controllers: RebalanceController[] = [
  new TypedEmitter(),
  new PlainEmitter(),
  new OwnEmitter(),
  new StrictExecutor(),
];
/** The producer fits the SDK's readers. */
export const producer = (ours: RebalanceMetricProducer): MetricProducer => ours;
/** The SDK's logger provider fits the option. */
export const loggerProvider = (theirs: LoggerProvider): LoggerProviderLike => theirs;

/** A typed emitter refuses what the contract does not have. */
export function refused(emitter: TypedEmitter): void {
  emitter.emit('heartbeat');
  // @ts-expect-error planId is required
  emitter.emit('planCreated', { shards: 1 });
  // @ts-expect-error no such event
  emitter.emit('planVanished', {});
  // @ts-expect-error no such state
  emitter.emit('stateChanged', { to: 'resting' });
}

type IsNever<T> = [T] extends [never] ? true : false;

/** The list of event names leaves none out. */
export const allListed: IsNever<Exclude<RebalanceEventName, (typeof LIFECYCLE_EVENTS | typeof STEP_EVENTS)[number]>> =
  true;

/** The fields of `T` that may be left out, but not be undefined. */
type RefusesUndefined<T> = T extends object
  ? {
      [K in keyof T]-?: Record<never, never> extends Pick<T, K>
        ? Record<K, undefined> extends Pick<T, K>
          ? never
          : K
        : never;
    }[keyof T]
  : never;
type WhatUsersPass =
  | RebalanceInstrumentationOptions
  | RebalancePrometheusExporterConfig
  | RebalanceController
  | RebalanceEvents[RebalanceEventName]
  | RebalanceSnapshot
  | PlanSnapshot
  | DrainSnapshot
  | MoveSnapshot
  | RebalanceStep
  | LoggerLike;

/** With `exactOptionalPropertyTypes`, which this file is compiled with, an optional field takes undefined all the same. */
export const undefinedIsFine: IsNever<RefusesUndefined<WhatUsersPass>> = true;
/** And the check would see one that does not. */
export const seen: RefusesUndefined<{ strict?: string; loose?: string | undefined; needed: string }> = 'strict';

/** As apps write it. */
export const options: RebalanceInstrumentationOptions = { namespace: process.env['NAMESPACE'], clock: undefined };
export const exporterConfig: RebalancePrometheusExporterConfig = { host: process.env['HOST'], port: undefined };

// @ts-expect-error a stray label
export const stray: LabelsOf<'paused'> = { namespace: 'n', cluster: 'c', plan_id: 'p' };
// @ts-expect-error a missing label
export const missing: LabelsOf<'shardsMoving'> = { namespace: 'n', cluster: 'c' };

type Row<E extends RebalanceEventName> = (typeof EVENT_FIELDS)[E];
const { moveStarted, stateChanged } = EVENT_FIELDS;

// @ts-expect-error a row of the table of fields without a field of the contract
export const withoutField: Row<'policyChanged'> = (_read, _raw, event, at) => ({ event, at });
export const disagreeing: Record<string, Row<'moveStarted'>> = {
  // @ts-expect-error another type than in the contract
  type: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), shard: read.count(raw.shard, 'shard') }),
  // @ts-expect-error optional in the contract
  stricter: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), source: read.id(raw.source, 'source') }),
  // @ts-expect-error required in the contract
  laxer: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), shard: read.optionalId(raw.shard, 'shard') }),
  // @ts-expect-error unknown to the contract
  unknown: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), target: read.optionalId(raw.to, 'to') }),
  // @ts-expect-error read from another field
  crossed: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), source: read.optionalId(raw.target, 'target') }),
  // @ts-expect-error a failure of what cannot fail
  unfailing: (read, raw, ...of) => ({ ...moveStarted(read, raw, ...of), failure: read.failure(raw) }),
};
export const fromAnotherSet: Row<'stateChanged'> = (read, raw, ...of) => {
  // @ts-expect-error no state
  return { ...stateChanged(read, raw, ...of), to: read.oneOf(raw.to, 'to', new Set(['approved'] as const)) };
};
