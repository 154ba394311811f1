import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type Drain, type Ending, type Move, Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { endTime, hrTime } from '../otel/hr-time.js';
import { formatTraceparent, parseTraceparent } from '../otel/traceparent.js';
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
  ERROR_TYPE_PROCESS_LOST,
  ERROR_TYPE_STEP_TIMEOUT,
  SPANS,
} from './definitions.js';
import { MirroredEvents } from './mirrored-events.js';
import type { SavedStep, SavedTrace } from './saved-trace.js';
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

/** Times in milliseconds since the Unix epoch. */
interface OpenStep {
  readonly span: Span;
  readonly context: Context;
  readonly startedAt: number;
  /** Time of arrival. */
  readonly seenAt: number;
  /** Moves that started on this drain's node, and how many of them have no span. */
  moves: number;
  dropped: number;
}

/** A step whose span was open in a process that is gone. */
interface WaitingStep {
  readonly saved: SavedStep;
  /** True when that process has ended and exported the span. */
  readonly exported: boolean;
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
  /** Steps that another process has begun, and that have no span here yet. */
  readonly #waiting = new Map<Step, WaitingStep>();
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

  /** The trace of a plan that another process has begun. Undefined when it cannot be gone on with. */
  static load(plan: Plan, saved: SavedTrace, exported: boolean, parts: TraceParts): PlanTrace | undefined {
    const spanContext = parseTraceparent(saved.traceparent);
    if (spanContext === undefined) return undefined;
    const planTrace = new PlanTrace(plan, spanContext, parts);
    planTrace.#dropped = saved.dropped;
    for (const step of saved.steps) {
      const restored = stepOf(plan, step);
      if (restored !== undefined) planTrace.#waiting.set(restored, { saved: step, exported });
    }
    return planTrace;
  }

  /** As much of it as another process needs to go on. */
  save(): SavedTrace {
    const steps = [...this.#waiting.values()].map(({ saved }) => saved);
    for (const [step, { span, startedAt, seenAt, moves, dropped }] of this.#steps) {
      steps.push({ ...nameOf(step), startedAt, seenAt, spanId: span.spanContext().spanId, moves, dropped });
    }
    return { traceparent: formatTraceparent(this.spanContext), dropped: this.#dropped, steps };
  }

  /** True while a step has an open span, here or in a process that is gone. */
  get isOpen(): boolean {
    return this.#steps.size > 0 || this.#waiting.size > 0;
  }

  /** The context of an open step, or else of the plan. */
  contextOf(step: Step | undefined): Context {
    return (step && this.#openOf(step)?.context) ?? this.context;
  }

  /** Ends the span of a step that another process has begun and nobody has gone on with. */
  lose(step: Step, at: number): Context {
    if (this.#waiting.get(step)?.exported) this.#waiting.delete(step);
    const open = this.#openOf(step);
    if (open === undefined) return this.context;
    this.#abandon(step, open, at, ERROR_TYPE_PROCESS_LOST);
    return open.context;
  }

  openApproval(at: number, seenAt: number): Context {
    return this.#openStep(this.#plan, at, seenAt).context;
  }

  closeApproval(transition: Extract<Transition, { type: 'approvalClosed' }>, seenAt: number): Context {
    const { at, decision, actor, traceparent } = transition;
    const plan = this.#plan;
    // A decision nobody was seen to ask for still has its place in the trace.
    const open = this.#openOf(plan) ?? this.#openStep(plan, at, seenAt);
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
    return this.#openStep(drain, drain.startedAt ?? at, seenAt).context;
  }

  closeDrain(drain: Drain, ending: Ending, at: number): Context {
    const open = this.#openOf(drain);
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
    const openDrain = drain && this.#openOf(drain);
    if (openDrain !== undefined) openDrain.moves += 1;
    if (!this.#mayOpen(move)) {
      if (openDrain !== undefined) openDrain.dropped += 1;
      return this.context;
    }
    return this.#openStep(move, move.startedAt ?? at, seenAt).context;
  }

  closeMove(move: Move, ending: Ending, at: number): Context {
    const open = this.#openOf(move);
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

  /** Ends the spans of a plan of which nobody knows how it ended. */
  losePlan(at: number): Context {
    const plan = this.#plan;
    this.lose(plan, at);
    const span = this.#startSpan(SPANS.plan.name, plan.createdAt, planAttributes(plan));
    this.#mirrored.flush(span);
    abandon(span, plan.createdAt, at, ERROR_TYPE_PROCESS_LOST);
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
    this.#mirrored.add(transition, step && this.#openOf(step)?.span);
  }

  /**
   * Closes the spans of steps that were first seen over `timeout` ms ago.
   *
   * @returns when the next one is overdue, in milliseconds since the Unix epoch; infinite when none is open
   */
  closeOverdue(now: number, timeout: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [step, { saved }] of this.#waiting) {
      if (now - saved.seenAt >= timeout) this.#openOf(step);
      else next = Math.min(next, saved.seenAt + timeout);
    }
    for (const [step, open] of this.#steps) {
      if (now - open.seenAt >= timeout) this.#abandon(step, open, now, ERROR_TYPE_STEP_TIMEOUT);
      else next = Math.min(next, open.seenAt + timeout);
    }
    return next;
  }

  /** Closes the spans of all steps. */
  closeAll(now: number, errorType: string): void {
    for (const step of this.#waiting.keys()) this.#openOf(step);
    for (const [step, open] of this.#steps) this.#abandon(step, open, now, errorType);
  }

  /** True when a drain or move may have a span. Counts those that may not. */
  #mayOpen({ ordinal }: Drain | Move): boolean {
    if (ordinal < this.#parts.maxSpansPerPlan) return true;
    this.#dropped += 1;
    return false;
  }

  /**
   * The open step. One that another process has begun gets its span at the first word of it here, with the start of the
   * first span and a link to it.
   */
  #openOf(step: Step): OpenStep | undefined {
    const waiting = this.#waiting.size === 0 ? undefined : this.#waiting.get(step);
    if (waiting === undefined) return this.#steps.get(step);
    this.#waiting.delete(step);
    const { startedAt, seenAt, spanId, moves, dropped } = waiting.saved;
    const links = [{ context: { ...this.spanContext, spanId } }];
    const open = this.#openStep(step, startedAt, seenAt, links);
    open.moves = moves;
    open.dropped = dropped;
    return open;
  }

  #openStep(step: Step, startedAt: number, seenAt: number, links?: Link[]): OpenStep {
    const { name, attributes } = startOf(step);
    const span = this.#startSpan(name, startedAt, attributes, links);
    const open = { span, context: trace.setSpan(this.context, span), startedAt, seenAt, moves: 0, dropped: 0 };
    this.#steps.set(step, open);
    return open;
  }

  #closeStep(step: Step, open: OpenStep, ending: Ending, at: number): Context {
    this.#steps.delete(step);
    end(open.span, ending, open.startedAt, at);
    return open.context;
  }

  #startSpan(name: string, startedAt: number, attributes: Attributes, links?: Link[]): Span {
    const startTime = hrTime(startedAt);
    const options = { startTime, attributes: definedAttributes(this.#attributes, attributes), ...(links && { links }) };
    return this.#parts.tracer().startSpan(name, options, this.context);
  }

  #abandon(step: Step, open: OpenStep, now: number, errorType: string): void {
    this.#steps.delete(step);
    abandon(open.span, open.startedAt, now, errorType);
  }
}

/** Name of a step's span, and the attributes that it has from its start. */
function startOf(step: Step): { name: string; attributes: Attributes } {
  if (step instanceof Plan) return { name: SPANS.approval.name, attributes: {} };
  if ('node' in step) return { name: SPANS.drain.name, attributes: drainAttributes(step) };
  return { name: SPANS.move.name, attributes: moveAttributes(step) };
}

/** Name of a step in a journal. */
function nameOf(step: Step): Pick<SavedStep, 'kind' | 'of'> {
  if (step instanceof Plan) return { kind: 'approval', of: undefined };
  return 'node' in step ? { kind: 'drain', of: step.node } : { kind: 'move', of: step.shard };
}

/** The step of a plan that a journal names, if it is open. */
function stepOf(plan: Plan, { kind, of = '' }: SavedStep): Step | undefined {
  if (kind === 'approval') return plan.approvalSince === undefined ? undefined : plan;
  if (kind === 'drain') return plan.drains.get(of)?.open ? plan.drains.get(of) : undefined;
  const move = plan.move(of);
  return typeof move === 'object' ? move : undefined;
}

/** Attributes of every span of a plan. */
function identityOf(plan: Plan, { namespace, cluster }: TraceParts): Attributes {
  return { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster, [ATTR_PLAN_ID]: plan.id };
}

function abandon(span: Span, startedAt: number, endedAt: number, errorType: string): void {
  span.setAttribute(ATTR_ERROR_TYPE, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
  span.end(endTime(startedAt, endedAt, SHORTEST_STEP));
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
