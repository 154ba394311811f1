import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { OTHER } from '../contract/vocabulary.js';
import type { Drain, Ending, Move, Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { hrTime } from '../otel/hr-time.js';
import { SCOPE_NAME, VERSION } from '../otel/scope.js';
import { formatTraceparent, parseTraceparent } from '../otel/traceparent.js';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_CLUSTER,
  ATTR_DRAIN_MOVES,
  ATTR_DRAIN_SHARDS,
  ATTR_DRAIN_SHARDS_REMAINING,
  ATTR_ERROR_TYPE,
  ATTR_MOVE_SOURCE,
  ATTR_MOVE_TARGET,
  ATTR_NAMESPACE,
  ATTR_NODE_ID,
  ATTR_OUTCOME,
  ATTR_PLAN_APPROVAL_MODE,
  ATTR_PLAN_CHANGE_TICKET,
  ATTR_PLAN_ID,
  ATTR_PLAN_NODES,
  ATTR_PLAN_REQUESTED_BY,
  ATTR_PLAN_SEEN_LATE,
  ATTR_PLAN_SHARDS,
  ATTR_PLAN_SHARDS_REMAINING,
  ATTR_PLAN_TRIGGER,
  ATTR_SHARD_ID,
  ATTR_SPANS_DROPPED,
  ERROR_TYPE_INSTRUMENTATION_DISABLED,
  ERROR_TYPE_STEP_TIMEOUT,
  SPANS,
} from './definitions.js';
import { logEventOf } from './log-record.js';

/** Span limit of the SDK: a span keeps its last 128 events. */
const MAX_MIRRORED_EVENTS = 128;

/** The approval of a plan is one step; a drain or move is the step of its own object. */
type Step = Plan | Drain | Move;

interface OpenStep {
  readonly span: Span;
  readonly context: Context;
  readonly startedAt: number;
  readonly seenAt: number;
  /** Moves that started on this drain's node, and how many of them have no span. */
  moves: number;
  dropped: number;
}

interface MirroredEvent {
  readonly name: string;
  readonly attributes: Attributes;
  readonly at: number;
}

interface PlanTrace {
  /** The anchor's context, which is the parent of every other span of the plan. */
  readonly context: Context;
  readonly spanContext: SpanContext;
  readonly attributes: Attributes;
  readonly steps: Map<Step, OpenStep>;
  readonly events: MirroredEvent[];
  stepSpans: number;
  dropped: number;
}

/** Options of {@link PlanSpans}. */
export interface PlanSpansOptions {
  readonly tracerProvider?: TracerProvider | undefined;
  readonly maxSpansPerPlan: number;
  readonly spanEvents: boolean;
}

/**
 * One trace per plan of one cluster. A span is exported only when it ends, so an hours-long root would be invisible
 * while it matters and lost in a crash: the root is an instant anchor, and `rebalance.plan` closes the trace.
 *
 * Contexts are always explicit: a timer that was started inside an active span would keep that span for ever.
 */
export class PlanSpans {
  readonly #namespace: string;
  readonly #cluster: string;
  readonly #options: PlanSpansOptions;
  readonly #traces = new WeakMap<Plan, PlanTrace>();
  /** Traces with steps that are open. */
  readonly #open = new Set<PlanTrace>();
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  /** The provider that gave no usable span: nothing is registered there. */
  #inactiveProvider: TracerProvider | undefined;

  constructor(namespace: string, cluster: string, options: PlanSpansOptions) {
    this.#namespace = namespace;
    this.#cluster = cluster;
    this.#options = options;
  }

  /** The context that the plan's spans and log events stand in. */
  planContext(plan: Plan): Context {
    return this.#traces.get(plan)?.context ?? ROOT_CONTEXT;
  }

  /** The context of an open drain or move, or else of its plan. */
  stepContext(plan: Plan, step: Step | undefined): Context | undefined {
    const planTrace = this.#traces.get(plan);
    return (step && planTrace?.steps.get(step)?.context) ?? planTrace?.context;
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

  /** @param seenAt when the transition was seen, in milliseconds since the Unix epoch */
  record(transition: Transition, seenAt: number): void {
    const { plan } = transition;
    const traceparent = transition.type === 'planOpened' ? transition.traceparent : undefined;
    if (plan === undefined || (traceparent === undefined && this.#currentProvider() === this.#inactiveProvider)) return;
    if (transition.type === 'planOpened') {
      this.#openPlan(plan, traceparent);
      return;
    }
    // A plan from before the SDK was registered gets its anchor now.
    const planTrace = this.#traces.get(plan) ?? this.#openPlan(plan, undefined);
    if (planTrace === undefined) return;
    if (this.#options.spanEvents) this.#mirror(planTrace, transition);
    switch (transition.type) {
      case 'approvalOpened':
        this.#openStep(planTrace, plan, SPANS.approval.name, {}, transition.at, seenAt);
        return;
      case 'approvalClosed':
        return this.#closeApproval(planTrace, transition, seenAt);
      case 'drainOpened':
        return this.#openDrain(planTrace, transition.drain, transition.at, seenAt);
      case 'drainClosed':
        return this.#closeDrain(planTrace, transition.drain, transition.ending, transition.at);
      case 'moveOpened':
        return this.#openMove(planTrace, plan, transition.move, transition.at, seenAt);
      case 'moveClosed':
        return this.#closeMove(planTrace, transition.move, transition.ending, transition.at);
      case 'planClosed':
        return this.#closePlan(planTrace, plan, transition.ending, transition.at);
    }
  }

  /**
   * Closes the spans of steps that were first seen over `timeout` ms ago.
   *
   * @returns when the next one is overdue, in milliseconds since the Unix epoch; infinite when none is open
   */
  closeOverdue(now: number, timeout: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const planTrace of this.#open) {
      for (const [step, open] of planTrace.steps) {
        if (now - open.seenAt >= timeout) this.#abandon(planTrace, step, open, now, ERROR_TYPE_STEP_TIMEOUT);
        else next = Math.min(next, open.seenAt + timeout);
      }
    }
    return next;
  }

  /** Closes the spans of all steps. */
  closeAll(now: number): void {
    for (const planTrace of this.#open) {
      for (const [step, open] of planTrace.steps) {
        this.#abandon(planTrace, step, open, now, ERROR_TYPE_INSTRUMENTATION_DISABLED);
      }
    }
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
    const attributes = {
      [ATTR_NAMESPACE]: this.#namespace,
      [ATTR_CLUSTER]: this.#cluster,
      [ATTR_PLAN_ID]: plan.id,
    };
    const resumed = traceparent === undefined ? undefined : parseTraceparent(traceparent);
    const spanContext = resumed ?? this.#anchor(plan, attributes);
    if (spanContext === undefined) return undefined;
    const planTrace = {
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
      spanContext,
      attributes,
      steps: new Map<Step, OpenStep>(),
      events: [],
      stepSpans: 0,
      dropped: 0,
    };
    this.#traces.set(plan, planTrace);
    return planTrace;
  }

  #anchor(plan: Plan, attributes: Attributes): SpanContext | undefined {
    const startTime = hrTime(plan.createdAt);
    const options = {
      startTime,
      attributes: definedAttributes(attributes, planAttributes(plan), {
        [ATTR_PLAN_REQUESTED_BY]: plan.requestedBy,
        [ATTR_PLAN_CHANGE_TICKET]: plan.changeTicket,
        [ATTR_PLAN_NODES]: plan.nodes === undefined ? undefined : [...plan.nodes],
      }),
    };
    const anchor = this.#currentTracer().startSpan(SPANS.planCreated.name, options, ROOT_CONTEXT);
    anchor.end(startTime);
    const spanContext = anchor.spanContext();
    if (isSpanContextValid(spanContext)) return spanContext;
    this.#inactiveProvider = this.#provider;
    return undefined;
  }

  #closePlan(planTrace: PlanTrace, plan: Plan, ending: Ending, at: number): void {
    const span = this.#startSpan(planTrace, SPANS.plan.name, plan.createdAt, {
      ...planAttributes(plan),
      [ATTR_PLAN_SHARDS_REMAINING]: plan.shardsRemaining,
      [ATTR_SPANS_DROPPED]: planTrace.dropped || undefined,
    });
    for (const event of planTrace.events) span.addEvent(event.name, event.attributes, hrTime(event.at));
    planTrace.events.length = 0;
    end(span, ending, Math.max(at, plan.createdAt));
  }

  #closeApproval(
    planTrace: PlanTrace,
    transition: Extract<Transition, { type: 'approvalClosed' }>,
    seenAt: number,
  ): void {
    const { plan, at, decision, actor, traceparent } = transition;
    // A decision nobody was seen to ask for still has its place in the trace.
    const open = planTrace.steps.get(plan) ?? this.#openStep(planTrace, plan, SPANS.approval.name, {}, at, seenAt);
    const { span } = open;
    span.setAttributes(definedAttributes({ [ATTR_APPROVAL_DECISION]: decision, [ATTR_APPROVAL_ACTOR]: actor }));
    const approver = traceparent === undefined ? trace.getSpanContext(context.active()) : parseTraceparent(traceparent);
    // A link, not a parent: the approver's request is a trace of its own, which ends long before the plan does.
    if (decision !== undefined && approver !== undefined && approver.traceId !== planTrace.spanContext.traceId) {
      span.addLink({ context: approver });
    }
    this.#forget(planTrace, plan);
    span.end(hrTime(Math.max(at, open.startedAt)));
  }

  #openDrain(planTrace: PlanTrace, drain: Drain, at: number, seenAt: number): void {
    if (!this.#mayOpen(planTrace)) return;
    const attributes = { [ATTR_NODE_ID]: drain.node, [ATTR_DRAIN_SHARDS]: drain.shards };
    this.#openStep(planTrace, drain, SPANS.drain.name, attributes, drain.startedAt ?? at, seenAt);
  }

  #closeDrain(planTrace: PlanTrace, drain: Drain, ending: Ending, at: number): void {
    const open = planTrace.steps.get(drain);
    if (open === undefined) return;
    open.span.setAttributes(
      definedAttributes({
        [ATTR_DRAIN_SHARDS]: drain.shards,
        [ATTR_DRAIN_SHARDS_REMAINING]: drain.remaining,
        [ATTR_DRAIN_MOVES]: open.moves,
        [ATTR_SPANS_DROPPED]: open.dropped || undefined,
        [ATTR_BYTES]: drain.bytes,
      }),
    );
    this.#forget(planTrace, drain);
    end(open.span, ending, Math.max(at, open.startedAt));
  }

  #openMove(planTrace: PlanTrace, plan: Plan, move: Move, at: number, seenAt: number): void {
    const drain = move.source === undefined ? undefined : plan.drains.get(move.source);
    const openDrain = drain && planTrace.steps.get(drain);
    if (openDrain !== undefined) openDrain.moves += 1;
    if (!this.#mayOpen(planTrace)) {
      if (openDrain !== undefined) openDrain.dropped += 1;
      return;
    }
    const attributes = {
      [ATTR_SHARD_ID]: move.shard,
      [ATTR_MOVE_SOURCE]: move.source,
      [ATTR_MOVE_TARGET]: move.target,
    };
    this.#openStep(planTrace, move, SPANS.move.name, attributes, move.startedAt ?? at, seenAt);
  }

  #closeMove(planTrace: PlanTrace, move: Move, ending: Ending, at: number): void {
    const open = planTrace.steps.get(move);
    if (open === undefined) return;
    if (move.bytes !== undefined) open.span.setAttribute(ATTR_BYTES, move.bytes);
    this.#forget(planTrace, move);
    end(open.span, ending, Math.max(at, open.startedAt));
  }

  /** True when the plan may have one more drain or move span. Counts the span, or that there is none. */
  #mayOpen(planTrace: PlanTrace): boolean {
    if (planTrace.stepSpans >= this.#options.maxSpansPerPlan) {
      planTrace.dropped += 1;
      return false;
    }
    planTrace.stepSpans += 1;
    return true;
  }

  #openStep(
    planTrace: PlanTrace,
    step: Step,
    name: string,
    attributes: Attributes,
    startedAt: number,
    seenAt: number,
  ): OpenStep {
    const span = this.#startSpan(planTrace, name, startedAt, attributes);
    const stepContext = trace.setSpan(planTrace.context, span);
    const open = { span, context: stepContext, startedAt, seenAt, moves: 0, dropped: 0 };
    planTrace.steps.set(step, open);
    this.#open.add(planTrace);
    return open;
  }

  #startSpan(planTrace: PlanTrace, name: string, startedAt: number, attributes: Attributes): Span {
    const options = {
      startTime: hrTime(startedAt),
      attributes: definedAttributes(planTrace.attributes, attributes),
    };
    return this.#currentTracer().startSpan(name, options, planTrace.context);
  }

  #forget(planTrace: PlanTrace, step: Step): void {
    planTrace.steps.delete(step);
    if (planTrace.steps.size === 0) this.#open.delete(planTrace);
  }

  #abandon(planTrace: PlanTrace, step: Step, open: OpenStep, now: number, errorType: string): void {
    this.#forget(planTrace, step);
    open.span.setAttribute(ATTR_ERROR_TYPE, errorType);
    open.span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
    open.span.end(hrTime(Math.max(now, open.startedAt)));
  }

  #mirror(planTrace: PlanTrace, transition: Transition): void {
    const event = logEventOf(transition);
    if (event === undefined) return;
    const attributes = definedAttributes(event.attributes);
    const step =
      transition.type === 'drainProgressed'
        ? transition.drain
        : transition.type === 'approvalClosed'
          ? transition.plan
          : undefined;
    const open = step && planTrace.steps.get(step);
    if (open !== undefined) {
      open.span.addEvent(event.name, attributes, hrTime(transition.at));
      return;
    }
    planTrace.events.push({ name: event.name, attributes, at: transition.at });
    if (planTrace.events.length > MAX_MIRRORED_EVENTS) planTrace.events.shift();
  }
}

function planAttributes(plan: Plan): Attributes {
  return {
    [ATTR_PLAN_TRIGGER]: plan.trigger,
    [ATTR_PLAN_APPROVAL_MODE]: plan.approvalMode,
    [ATTR_PLAN_SHARDS]: plan.shards,
    [ATTR_PLAN_SEEN_LATE]: plan.seenLate || undefined,
  };
}

function end(span: Span, { outcome, failure }: Ending, at: number): void {
  span.setAttribute(ATTR_OUTCOME, outcome);
  if (outcome === 'failed') {
    const type = failure?.type ?? OTHER;
    const { message, stack } = failure ?? {};
    span.setAttribute(ATTR_ERROR_TYPE, type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: message ?? type });
    span.recordException({ name: type, message: message ?? type, ...(stack !== undefined && { stack }) }, hrTime(at));
  }
  span.end(hrTime(at));
}
