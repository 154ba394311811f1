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
  trace,
} from '@opentelemetry/api';
import type { Drain, Ending, Move, Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { endTime, hrTime } from '../otel/hr-time.js';
import { parseTraceparent } from '../otel/traceparent.js';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_CLUSTER,
  ATTR_DRAIN_MOVES,
  ATTR_ERROR_TYPE,
  ATTR_NAMESPACE,
  ATTR_OUTCOME,
  ATTR_PLAN_ID,
  ATTR_PLAN_SHARDS_REMAINING,
  ATTR_SPANS_DROPPED,
  ERROR_TYPE_STEP_TIMEOUT,
  SPANS,
} from './definitions.js';
import { MirroredEvents } from './mirrored-events.js';
import {
  creationAttributes,
  drainAttributes,
  drainedAttributes,
  errorTypeOf,
  moveAttributes,
  planAttributes,
} from './step-attributes.js';

/** Length of an instant in nanoseconds. A child that is no longer than its parent is suspected of another clock by Jaeger. */
const SHORTEST_ANCHOR = 1;
const SHORTEST_STEP = 1_000;

/** The approval of a plan is one step; a drain or move is the step of its own object. */
export type Step = Plan | Drain | Move;

/** Parts that the traces of one cluster share. */
export interface TraceParts {
  readonly namespace: string;
  readonly cluster: string;
  readonly maxSpansPerPlan: number;
  /** The tracer of the provider that is registered now. */
  readonly tracer: () => Tracer;
}

/** The span of a step under way, as plain data: as much as another process needs to go on with it. */
interface StepSpan {
  readonly name: string;
  /** Attributes from its start, besides those of every span of the plan. */
  readonly attributes: Attributes;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Time of arrival, in milliseconds since the Unix epoch. */
  readonly seenAt: number;
  readonly spanContext: SpanContext;
  /** Moves that started on this drain's node, and how many of them have no span. */
  moves: number;
  dropped: number;
}

interface OpenStep extends StepSpan {
  readonly span: Span;
  readonly context: Context;
}

/**
 * The spans of one plan. A span is exported only when it ends, so an hours-long root would be invisible while it
 * matters and lost in a crash: the root is an instant anchor, and `rebalance.plan` closes the trace.
 *
 * Contexts are always explicit: a timer that was started inside an active span would keep that span for ever.
 */
export class PlanTrace {
  /** The anchor's context, which is the parent of every other span of the plan. */
  readonly context: Context;
  readonly spanContext: SpanContext;
  readonly #plan: Plan;
  readonly #parts: TraceParts;
  readonly #attributes: Attributes;
  readonly #steps = new Map<Step, OpenStep>();
  readonly #mirrored = new MirroredEvents();
  #dropped = 0;

  /** @param spanContext that of the anchor, which this or another process has started */
  constructor(plan: Plan, spanContext: SpanContext, parts: TraceParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#attributes = identityOf(plan, parts);
    this.spanContext = spanContext;
    this.context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  }

  /** Starts the trace of a plan with its anchor. Undefined when the tracer gives no usable span. */
  static start(plan: Plan, parts: TraceParts): PlanTrace | undefined {
    const options = {
      startTime: hrTime(plan.createdAt),
      attributes: definedAttributes(identityOf(plan, parts), creationAttributes(plan)),
    };
    const anchor = parts.tracer().startSpan(SPANS.planCreated.name, options, ROOT_CONTEXT);
    anchor.end(endTime(plan.createdAt, plan.createdAt, SHORTEST_ANCHOR));
    const spanContext = anchor.spanContext();
    return isSpanContextValid(spanContext) ? new PlanTrace(plan, spanContext, parts) : undefined;
  }

  /** True while a step has an open span. */
  get isOpen(): boolean {
    return this.#steps.size > 0;
  }

  /** The context of an open step, or else of the plan. */
  contextOf(step: Step | undefined): Context {
    return (step && this.#steps.get(step)?.context) ?? this.context;
  }

  openApproval(at: number, seenAt: number): Context {
    return this.#openStep(this.#plan, SPANS.approval.name, {}, at, seenAt).context;
  }

  closeApproval(transition: Extract<Transition, { type: 'approvalClosed' }>, seenAt: number): Context {
    const { at, decision, actor, traceparent } = transition;
    const plan = this.#plan;
    // A decision nobody was seen to ask for still has its place in the trace.
    const open = this.#steps.get(plan) ?? this.#openStep(plan, SPANS.approval.name, {}, at, seenAt);
    const { span } = open;
    span.setAttributes(definedAttributes({ [ATTR_APPROVAL_DECISION]: decision, [ATTR_APPROVAL_ACTOR]: actor }));
    const approver = traceparent === undefined ? trace.getSpanContext(context.active()) : parseTraceparent(traceparent);
    // A link, not a parent: the approver's request is a trace of its own, which ends long before the plan does.
    if (decision !== undefined && approver !== undefined && approver.traceId !== this.spanContext.traceId) {
      span.addLink({ context: approver });
    }
    this.#steps.delete(plan);
    span.end(endTime(open.startedAt, at, SHORTEST_STEP));
    return open.context;
  }

  openDrain(drain: Drain, at: number, seenAt: number): Context {
    if (!this.#mayOpen(drain)) return this.context;
    return this.#openStep(drain, SPANS.drain.name, drainAttributes(drain), drain.startedAt ?? at, seenAt).context;
  }

  closeDrain(drain: Drain, ending: Ending, at: number): Context {
    const open = this.#steps.get(drain);
    if (open === undefined) return this.context;
    open.span.setAttributes(
      definedAttributes(drainedAttributes(drain), {
        [ATTR_DRAIN_MOVES]: open.moves,
        [ATTR_SPANS_DROPPED]: open.dropped || undefined,
      }),
    );
    return this.#closeStep(drain, open, ending, at);
  }

  openMove(move: Move, at: number, seenAt: number): Context {
    const drain = move.source === undefined ? undefined : this.#plan.drains.get(move.source);
    const openDrain = drain && this.#steps.get(drain);
    if (openDrain !== undefined) openDrain.moves += 1;
    if (!this.#mayOpen(move)) {
      if (openDrain !== undefined) openDrain.dropped += 1;
      return this.context;
    }
    return this.#openStep(move, SPANS.move.name, moveAttributes(move), move.startedAt ?? at, seenAt).context;
  }

  closeMove(move: Move, ending: Ending, at: number): Context {
    const open = this.#steps.get(move);
    if (open === undefined) return this.context;
    if (move.bytes !== undefined) open.span.setAttribute(ATTR_BYTES, move.bytes);
    return this.#closeStep(move, open, ending, at);
  }

  closePlan(ending: Ending, at: number): Context {
    const plan = this.#plan;
    const span = this.#startSpan(SPANS.plan.name, plan.createdAt, {
      ...planAttributes(plan),
      [ATTR_PLAN_SHARDS_REMAINING]: plan.shardsRemaining,
      [ATTR_SPANS_DROPPED]: this.#dropped || undefined,
    });
    this.#mirrored.flush(span);
    end(span, ending, plan.createdAt, at);
    return trace.setSpan(this.context, span);
  }

  /** Repeats a log event on the span of its step, or else on that of the plan. */
  mirror(transition: Transition): void {
    const step =
      transition.type === 'drainProgressed'
        ? transition.drain
        : transition.type === 'approvalClosed'
          ? transition.plan
          : undefined;
    this.#mirrored.add(transition, step && this.#steps.get(step)?.span);
  }

  /**
   * Closes the spans of steps that were first seen over `timeout` ms ago.
   *
   * @returns when the next one is overdue, in milliseconds since the Unix epoch; infinite when none is open
   */
  closeOverdue(now: number, timeout: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [step, open] of this.#steps) {
      if (now - open.seenAt >= timeout) this.#abandon(step, open, now, ERROR_TYPE_STEP_TIMEOUT);
      else next = Math.min(next, open.seenAt + timeout);
    }
    return next;
  }

  /** Closes the spans of all steps. */
  closeAll(now: number, errorType: string): void {
    for (const [step, open] of this.#steps) this.#abandon(step, open, now, errorType);
  }

  /** True when a drain or move may have a span. Counts those that may not. */
  #mayOpen({ ordinal }: Drain | Move): boolean {
    if (ordinal < this.#parts.maxSpansPerPlan) return true;
    this.#dropped += 1;
    return false;
  }

  #openStep(step: Step, name: string, attributes: Attributes, startedAt: number, seenAt: number): OpenStep {
    const span = this.#startSpan(name, startedAt, attributes);
    const open: OpenStep = {
      name,
      attributes,
      startedAt,
      seenAt,
      spanContext: span.spanContext(),
      moves: 0,
      dropped: 0,
      span,
      context: trace.setSpan(this.context, span),
    };
    this.#steps.set(step, open);
    return open;
  }

  #closeStep(step: Step, open: OpenStep, ending: Ending, at: number): Context {
    this.#steps.delete(step);
    end(open.span, ending, open.startedAt, at);
    return open.context;
  }

  #startSpan(name: string, startedAt: number, attributes: Attributes): Span {
    const options = { startTime: hrTime(startedAt), attributes: definedAttributes(this.#attributes, attributes) };
    return this.#parts.tracer().startSpan(name, options, this.context);
  }

  #abandon(step: Step, open: OpenStep, now: number, errorType: string): void {
    this.#steps.delete(step);
    open.span.setAttribute(ATTR_ERROR_TYPE, errorType);
    open.span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
    open.span.end(endTime(open.startedAt, now, SHORTEST_STEP));
  }
}

/** Attributes of every span of a plan. */
function identityOf(plan: Plan, { namespace, cluster }: TraceParts): Attributes {
  return { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster, [ATTR_PLAN_ID]: plan.id };
}

function end(span: Span, ending: Ending, startedAt: number, endedAt: number): void {
  const at = endTime(startedAt, endedAt, SHORTEST_STEP);
  span.setAttribute(ATTR_OUTCOME, ending.outcome);
  const type = errorTypeOf(ending);
  if (type !== undefined) {
    const { message, stack } = ending.failure ?? {};
    span.setAttribute(ATTR_ERROR_TYPE, type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: message ?? type });
    span.recordException({ name: type, message: message ?? type, ...(stack !== undefined && { stack }) }, at);
  }
  span.end(at);
}
