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
import { OTHER } from '../contract/vocabulary.js';
import type { Drain, Ending, Move, Plan } from '../ledger/plan.js';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { hrTime } from '../otel/hr-time.js';
import { parseTraceparent } from '../otel/traceparent.js';
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

interface MirroredEvent {
  readonly name: string;
  readonly attributes: Attributes;
  readonly at: number;
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
  readonly #events: MirroredEvent[] = [];
  #stepSpans = 0;
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
    const startTime = hrTime(plan.createdAt);
    const options = {
      startTime,
      attributes: definedAttributes(identityOf(plan, parts), planAttributes(plan), {
        [ATTR_PLAN_REQUESTED_BY]: plan.requestedBy,
        [ATTR_PLAN_CHANGE_TICKET]: plan.changeTicket,
        [ATTR_PLAN_NODES]: plan.nodes === undefined ? undefined : [...plan.nodes],
      }),
    };
    const anchor = parts.tracer().startSpan(SPANS.planCreated.name, options, ROOT_CONTEXT);
    anchor.end(startTime);
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

  openApproval(at: number, seenAt: number): void {
    this.#openStep(this.#plan, SPANS.approval.name, {}, at, seenAt);
  }

  closeApproval(transition: Extract<Transition, { type: 'approvalClosed' }>, seenAt: number): void {
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
    span.end(hrTime(Math.max(at, open.startedAt)));
  }

  openDrain(drain: Drain, at: number, seenAt: number): void {
    if (!this.#mayOpen()) return;
    const attributes = { [ATTR_NODE_ID]: drain.node, [ATTR_DRAIN_SHARDS]: drain.shards };
    this.#openStep(drain, SPANS.drain.name, attributes, drain.startedAt ?? at, seenAt);
  }

  closeDrain(drain: Drain, ending: Ending, at: number): void {
    const open = this.#steps.get(drain);
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
    this.#steps.delete(drain);
    end(open.span, ending, Math.max(at, open.startedAt));
  }

  openMove(move: Move, at: number, seenAt: number): void {
    const drain = move.source === undefined ? undefined : this.#plan.drains.get(move.source);
    const openDrain = drain && this.#steps.get(drain);
    if (openDrain !== undefined) openDrain.moves += 1;
    if (!this.#mayOpen()) {
      if (openDrain !== undefined) openDrain.dropped += 1;
      return;
    }
    const attributes = {
      [ATTR_SHARD_ID]: move.shard,
      [ATTR_MOVE_SOURCE]: move.source,
      [ATTR_MOVE_TARGET]: move.target,
    };
    this.#openStep(move, SPANS.move.name, attributes, move.startedAt ?? at, seenAt);
  }

  closeMove(move: Move, ending: Ending, at: number): void {
    const open = this.#steps.get(move);
    if (open === undefined) return;
    if (move.bytes !== undefined) open.span.setAttribute(ATTR_BYTES, move.bytes);
    this.#steps.delete(move);
    end(open.span, ending, Math.max(at, open.startedAt));
  }

  closePlan(ending: Ending, at: number): void {
    const plan = this.#plan;
    const span = this.#startSpan(SPANS.plan.name, plan.createdAt, {
      ...planAttributes(plan),
      [ATTR_PLAN_SHARDS_REMAINING]: plan.shardsRemaining,
      [ATTR_SPANS_DROPPED]: this.#dropped || undefined,
    });
    for (const event of this.#events) span.addEvent(event.name, event.attributes, hrTime(event.at));
    this.#events.length = 0;
    end(span, ending, Math.max(at, plan.createdAt));
  }

  /** Repeats a log event on the span of its step, or else on that of the plan. */
  mirror(transition: Transition): void {
    const event = logEventOf(transition);
    if (event === undefined) return;
    const attributes = definedAttributes(event.attributes);
    const step =
      transition.type === 'drainProgressed'
        ? transition.drain
        : transition.type === 'approvalClosed'
          ? transition.plan
          : undefined;
    const open = step && this.#steps.get(step);
    if (open !== undefined) {
      open.span.addEvent(event.name, attributes, hrTime(transition.at));
      return;
    }
    this.#events.push({ name: event.name, attributes, at: transition.at });
    if (this.#events.length > MAX_MIRRORED_EVENTS) this.#events.shift();
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
  closeAll(now: number): void {
    for (const [step, open] of this.#steps) this.#abandon(step, open, now, ERROR_TYPE_INSTRUMENTATION_DISABLED);
  }

  /** True when the plan may have one more drain or move span. Counts the span, or that there is none. */
  #mayOpen(): boolean {
    if (this.#stepSpans >= this.#parts.maxSpansPerPlan) {
      this.#dropped += 1;
      return false;
    }
    this.#stepSpans += 1;
    return true;
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

  #startSpan(name: string, startedAt: number, attributes: Attributes): Span {
    const options = { startTime: hrTime(startedAt), attributes: definedAttributes(this.#attributes, attributes) };
    return this.#parts.tracer().startSpan(name, options, this.context);
  }

  #abandon(step: Step, open: OpenStep, now: number, errorType: string): void {
    this.#steps.delete(step);
    open.span.setAttribute(ATTR_ERROR_TYPE, errorType);
    open.span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
    open.span.end(hrTime(Math.max(now, open.startedAt)));
  }
}

/** Attributes of every span of a plan. */
function identityOf(plan: Plan, { namespace, cluster }: TraceParts): Attributes {
  return { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster, [ATTR_PLAN_ID]: plan.id };
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
