import { EventEmitter } from 'node:events';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';
import type { MetricProducer } from '@opentelemetry/sdk-metrics';
import type { LIFECYCLE_EVENTS, STEP_EVENTS } from '../lib/contract/events.js';
import type {
  LoggerProviderLike,
  RebalanceController,
  RebalanceEventMap,
  RebalanceEventName,
  RebalanceMetricProducer,
} from '../lib/index.js';
import type { LabelsOf } from '../lib/semconv.js';

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
export const controllers: RebalanceController[] = [new TypedEmitter(), new PlainEmitter(), new OwnEmitter()];
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

/** The list of event names leaves none out. */
export const unlisted = (
  name: Exclude<RebalanceEventName, (typeof LIFECYCLE_EVENTS | typeof STEP_EVENTS)[number]>,
): never => name;

// @ts-expect-error a stray label
export const stray: LabelsOf<'paused'> = { namespace: 'n', cluster: 'c', plan_id: 'p' };
// @ts-expect-error a missing label
export const missing: LabelsOf<'shardsMoving'> = { namespace: 'n', cluster: 'c' };
