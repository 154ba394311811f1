import { type Context, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import type { Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { formatTraceparent, parseTraceparent } from '../otel/traceparent.js';
import { ERROR_TYPE_INSTRUMENTATION_DISABLED, ERROR_TYPE_LEADERSHIP_LOST } from './definitions.js';
import type { OpenSteps } from './open-steps.js';
import { NOWHERE, type Place } from './place.js';
import { PlanTrace, type TraceParts } from './plan-trace.js';
import type { SavedTrace } from './saved-trace.js';
import type { Step } from './step.js';

/** Options of {@link PlanSpans}. */
export interface PlanSpansOptions {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly maxSpansPerPlan: number;
  readonly spanEvents: boolean;
}

/** The traces of one cluster's plans: which of them a transition belongs to, and the provider that they go to. */
export class PlanSpans {
  readonly #options: PlanSpansOptions;
  readonly #parts: TraceParts;
  readonly #traces = new WeakMap<Plan, PlanTrace>();
  /** False as long as no plan has a trace, so that nothing is looked up in an app without tracing. */
  #hasTraces = false;
  /** The steps of those plans that have open ones. */
  readonly #open = new Map<Plan, OpenSteps>();
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  /** The provider that gave no usable span: nothing is registered there. */
  #inactiveProvider: TracerProvider | undefined;

  constructor(namespace: string, cluster: string, options: PlanSpansOptions) {
    const { maxSpansPerPlan } = options;
    this.#options = options;
    this.#parts = { namespace, cluster, maxSpansPerPlan, tracer: () => this.#currentTracer() };
  }

  /** A plan's anchor; nowhere without a plan. */
  planPlace(plan: Plan | undefined): Place {
    return (plan && this.#hasTraces && this.#traces.get(plan)) || NOWHERE;
  }

  /** The context of an open drain or move, or else of its plan. */
  stepContext(plan: Plan, step: Step | undefined): Context | undefined {
    return this.#traces.get(plan)?.placeOf(step).context;
  }

  /** 32 hex digits, or empty without tracing. */
  traceId(plan: Plan): string {
    return this.#traces.get(plan)?.spanContext.traceId ?? '';
  }

  /** W3C `traceparent` of the plan's anchor. */
  traceparent(plan: Plan): string | undefined {
    const spanContext = this.#traces.get(plan)?.spanContext;
    return spanContext && formatTraceparent(spanContext);
  }

  /**
   * @param seenAt when the transition was seen, in milliseconds since the Unix epoch
   * @returns the span that the transition is about: that of its step, or else the plan's anchor
   */
  record(transition: Transition, seenAt: number): Place {
    const { plan } = transition;
    if (plan === undefined) return NOWHERE;
    const traceparent = transition.type === 'planOpened' ? transition.traceparent : undefined;
    if (traceparent === undefined && this.#currentProvider() === this.#inactiveProvider) return this.planPlace(plan);
    if (transition.type === 'planOpened') return this.#openPlan(plan, traceparent) ?? NOWHERE;
    // Its trace comes from the same journal, after it.
    if (transition.type === 'planLoaded') return NOWHERE;
    if (transition.type === 'planForgotten') return this.#forget(plan, transition.at);
    // A plan from before the SDK was registered gets its anchor now.
    const planTrace = this.#traces.get(plan) ?? this.#openPlan(plan, undefined);
    if (planTrace === undefined) return NOWHERE;
    if (this.#options.spanEvents) planTrace.mirror(transition);
    const about = this.#pass(transition, planTrace, seenAt);
    if (planTrace.steps.size === 0) this.#open.delete(plan);
    else this.#open.set(plan, planTrace.steps);
    return about;
  }

  /** The trace of a plan as plain data, if it has one. */
  save(plan: Plan): SavedTrace | undefined {
    return this.#traces.get(plan)?.save();
  }

  /**
   * Goes on with the trace of a plan from a process before this one.
   *
   * @param exported whether that process has ended the spans of what was open
   */
  load(plan: Plan, saved: SavedTrace, exported: boolean): void {
    const planTrace = PlanTrace.load(plan, saved, exported, this.#parts);
    if (planTrace === undefined) return;
    this.#add(plan, planTrace);
    if (planTrace.steps.size > 0) this.#open.set(plan, planTrace.steps);
  }

  /**
   * Closes the spans of steps that were first seen over `timeout` ms ago.
   *
   * @param onClosed called for each plan that has fewer open steps since
   * @returns when the next one is overdue, in milliseconds since the Unix epoch; infinite when none is open
   */
  closeOverdue(now: number, timeout: number, onClosed: (plan: Plan) => void): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [plan, steps] of this.#open) {
      const { size } = steps;
      next = Math.min(next, steps.closeOverdue(now, timeout));
      if (steps.size < size) onClosed(plan);
      if (steps.size === 0) this.#open.delete(plan);
    }
    return next;
  }

  /** Closes the spans of all steps. */
  closeAll(now: number): void {
    for (const steps of this.#open.values()) steps.closeAll(now, ERROR_TYPE_INSTRUMENTATION_DISABLED);
    this.#open.clear();
  }

  /** A plan that runs is forgotten when another controller goes on with it, which tells the rest of its steps. */
  #forget(plan: Plan, at: number): Place {
    const planTrace = this.#traces.get(plan);
    if (planTrace === undefined) return NOWHERE;
    planTrace.steps.closeAll(at, ERROR_TYPE_LEADERSHIP_LOST);
    this.#open.delete(plan);
    return planTrace;
  }

  /** The provider behind the API's proxy, so that a late registration is noticed. */
  #currentProvider(): TracerProvider {
    const provider = this.#options.tracerProvider ?? trace.getTracerProvider();
    const { getDelegate } = provider as { getDelegate?: () => TracerProvider };
    return getDelegate === undefined ? provider : getDelegate.call(provider);
  }

  #currentTracer(): Tracer {
    const provider = this.#currentProvider();
    if (this.#tracer === undefined || provider !== this.#provider) {
      this.#provider = provider;
      this.#tracer = provider.getTracer(SCOPE_NAME, VERSION);
    }
    return this.#tracer;
  }

  #openPlan(plan: Plan, traceparent: string | undefined): PlanTrace | undefined {
    const resumed = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    const planTrace =
      resumed === undefined ? PlanTrace.start(plan, this.#parts) : new PlanTrace(plan, resumed, this.#parts);
    if (planTrace === undefined) this.#inactiveProvider = this.#provider;
    else this.#add(plan, planTrace);
    return planTrace;
  }

  #add(plan: Plan, planTrace: PlanTrace): void {
    this.#traces.set(plan, planTrace);
    this.#hasTraces = true;
  }

  #pass(transition: Transition, planTrace: PlanTrace, seenAt: number): Place {
    switch (transition.type) {
      case 'approvalOpened':
        return planTrace.openApproval(transition.at, seenAt);
      case 'approvalClosed':
        return planTrace.closeApproval(transition, seenAt);
      case 'drainOpened':
        return planTrace.openDrain(transition.drain, transition.at, seenAt);
      case 'drainProgressed':
        return planTrace.placeOf(transition.drain);
      case 'drainClosed':
        return planTrace.closeDrain(transition.drain, transition.ending, transition.at);
      case 'moveOpened':
        return planTrace.openMove(transition.move, transition.at, seenAt);
      case 'moveClosed':
        return planTrace.closeMove(transition.move, transition.ending, transition.at);
      case 'planClosed':
        return planTrace.closePlan(transition.ending, transition.at);
      case 'stepResumed':
        return planTrace.placeOf(transition.step);
      case 'stepLost':
        return planTrace.lose(transition.step, transition.at);
      case 'planLost':
        return planTrace.losePlan(transition.at);
      default:
        return planTrace;
    }
  }
}
