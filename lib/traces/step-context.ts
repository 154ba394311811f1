import { type Context, context } from '@opentelemetry/api';
import type { RebalanceController } from '../contract/controller.js';

/** The context that a step's work should run in; undefined when nothing is known of the step. Must not throw. */
type ContextOf = (step: unknown) => Context | undefined;

/**
 * Replaces `controller.executeStep` so that each step runs inside its span's context. Arguments, result and errors pass
 * through untouched.
 *
 * @returns undoes the replacement
 * @throws TypeError when the controller is frozen
 */
export function wrapExecuteStep(controller: RebalanceController, contextOf: ContextOf): () => void {
  const original = controller.executeStep;
  if (typeof original !== 'function') return () => {};
  let active = true;
  const own = Object.getOwnPropertyDescriptor(controller, 'executeStep');
  const wrapped = function (this: unknown, ...args: [step: never]): unknown {
    const stepContext = active ? contextOf(args[0]) : undefined;
    if (stepContext === undefined) return Reflect.apply(original, this, args);
    return context.with(stepContext, () => Reflect.apply(original, this, args));
  };
  Object.defineProperty(controller, 'executeStep', {
    value: wrapped,
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
  });
  return () => {
    active = false;
    // Somebody may have wrapped our wrapper: then it stays in the chain and passes through.
    if (Object.getOwnPropertyDescriptor(controller, 'executeStep')?.value !== wrapped) return;
    if (own === undefined) Reflect.deleteProperty(controller, 'executeStep');
    else Object.defineProperty(controller, 'executeStep', own);
  };
}
