import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type SpanContext,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Plan } from '../ledger/plan.js';
import type { Drain, Ending, Move } from '../ledger/step.js';
import type { Transition } from '../ledger/transition.js';
import { definedAttributes } from '../otel/attributes.js';
import { hrTime } from '../otel/hr-time.js';
import { formatTraceparent, parseTraceparent } from '../otel/traceparent.js';
import {
  ATTR_APPROVAL_ACTOR,
  ATTR_APPROVAL_DECISION,
  ATTR_BYTES,
  ATTR_CLUSTER,
  ATTR_DRAIN_MOVES,
  ATTR_NAMESPACE,
  ATTR_PLAN_ID,
  ATTR_PLAN_SHARDS_REMAINING,
  ATTR_SPANS_DROPPED,
  ERROR_TYPE_PROCESS_LOST,
  SPANS,
} from './definitions.js';
import { MirroredEvents } from './mirrored-events.js';
import { OpenSteps, type StartSpan } from './open-steps.js';
import { type Place, SpanPlace } from './place.js';
import type { SavedTrace } from './saved-trace.js';
import { abandon, end, endAnchor } from './span-ends.js';
import type { Step } from './step.js';
import { creationAttributes, drainedAttributes, planAttributes } from './step-attributes.js';

/** Parts that the traces of one cluster share. */
export interface TraceParts {
  readonly namespace: string;
  readonly cluster: string;
  readonly maxSpansPerPlan: number;
  /** The tracer of the provider that is registered now. */
  readonly tracer: () => Tracer;
}

/**
 * The spans of one plan. A span is exported only when it ends, so an hours-long root would be invisible while it
 * matters and lost in a crash: the root is an instant anchor, and `rebalance.plan` closes the trace.
 *
 * Contexts are always explicit: a timer that was started inside an active span would keep that span for ever.
 */
export class PlanTrace implements Place {
  /** The anchor's context, which is the parent of every other span of the plan. */
  readonly context: Context;
  readonly spanContext: SpanContext;
  /** Its steps that have an open span. */
  readonly steps: OpenSteps;
  readonly #plan: Plan;
  readonly #parts: TraceParts;
  readonly #attributes: Attributes;
  readonly #mirrored = new MirroredEvents();
  #dropped = 0;

  /** @param spanContext that of the anchor, which this or another process has started */
  constructor(plan: Plan, spanContext: SpanContext, parts: TraceParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#attributes = identityOf(plan, parts);
    this.spanContext = spanContext;
    this.context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    this.steps = new OpenSteps(this.#startSpan, this.context);
  }

  /** Starts the trace of a plan with its anchor. Undefined when the tracer gives no usable span. */
  static start(plan: Plan, parts: TraceParts): PlanTrace | undefined {
    const options = {
      startTime: hrTime(plan.createdAt),
      attributes: definedAttributes(identityOf(plan, parts), creationAttributes(plan)),
    };
    const anchor = parts.tracer().startSpan(SPANS.planCreated.name, options, ROOT_CONTEXT);
    endAnchor(anchor, plan.createdAt);
    const spanContext = anchor.spanContext();
    return isSpanContextValid(spanContext) ? new PlanTrace(plan, spanContext, parts) : undefined;
  }

  /** The trace of a plan that another process has begun. Undefined when it cannot be gone on with. */
  static load(plan: Plan, saved: SavedTrace, exported: boolean, parts: TraceParts): PlanTrace | undefined {
    const spanContext = parseTraceparent(saved.traceparent);
    if (spanContext === undefined) return undefined;
    const planTrace = new PlanTrace(plan, spanContext, parts);
    planTrace.#dropped = saved.dropped;
    planTrace.steps.load(plan, saved.steps, exported);
    return planTrace;
  }

  /** As much of it as another process needs to go on. */
  save(): SavedTrace {
    return { traceparent: formatTraceparent(this.spanContext), dropped: this.#dropped, steps: this.steps.save() };
  }

  /** An open step, or else the plan's anchor. */
  placeOf(step: Step | undefined): Place {
    return (step && this.steps.openOf(step)) ?? this;
  }

  /** Ends the span of a step that another process has begun and nobody has gone on with. */
  lose(step: Step, at: number): Place {
    return this.steps.lose(step, at) ?? this;
  }

  openApproval(at: number, seenAt: number): Place {
    return this.steps.open(this.#plan, at, seenAt);
  }

  closeApproval(transition: Extract<Transition, { type: 'approvalClosed' }>, seenAt: number): Place {
    const { at, decision, actor, traceparent } = transition;
    const plan = this.#plan;
    // A decision nobody was seen to ask for still has its place in the trace.
    const open = this.steps.openOf(plan) ?? this.steps.open(plan, at, seenAt);
    const { span } = open;
    span.setAttributes(definedAttributes({ [ATTR_APPROVAL_DECISION]: decision, [ATTR_APPROVAL_ACTOR]: actor }));
    const approver = traceparent === undefined ? trace.getSpanContext(context.active()) : parseTraceparent(traceparent);
    // A link, not a parent: the approver's request is a trace of its own, which ends long before the plan does.
    if (decision !== undefined && approver !== undefined && approver.traceId !== this.spanContext.traceId) {
      span.addLink({ context: approver });
    }
    this.steps.close(plan, open, undefined, at);
    return open;
  }

  openDrain(drain: Drain, at: number, seenAt: number): Place {
    return this.#mayOpen(drain) ? this.steps.open(drain, at, seenAt) : this;
  }

  closeDrain(drain: Drain, ending: Ending, at: number): Place {
    const open = this.steps.openOf(drain);
    if (open === undefined) return this;
    open.span.setAttributes(
      definedAttributes(drainedAttributes(drain), {
        [ATTR_DRAIN_MOVES]: open.moves,
        [ATTR_SPANS_DROPPED]: open.dropped || undefined,
      }),
    );
    this.steps.close(drain, open, ending, at);
    return open;
  }

  openMove(move: Move, at: number, seenAt: number): Place {
    const drain = move.source === undefined ? undefined : this.#plan.drains.get(move.source);
    const openDrain = drain && this.steps.openOf(drain);
    if (openDrain !== undefined) openDrain.moves += 1;
    if (!this.#mayOpen(move)) {
      if (openDrain !== undefined) openDrain.dropped += 1;
      return this;
    }
    return this.steps.open(move, at, seenAt);
  }

  closeMove(move: Move, ending: Ending, at: number): Place {
    const open = this.steps.openOf(move);
    if (open === undefined) return this;
    if (move.bytes !== undefined) open.span.setAttribute(ATTR_BYTES, move.bytes);
    this.steps.close(move, open, ending, at);
    return open;
  }

  closePlan(ending: Ending, at: number): Place {
    const closing = this.#planSpan({
      [ATTR_PLAN_SHARDS_REMAINING]: this.#plan.shardsRemaining,
      [ATTR_SPANS_DROPPED]: this.#dropped || undefined,
    });
    end(closing.span, ending, this.#plan.createdAt, at);
    return closing;
  }

  /** Ends the spans of a plan of which nobody knows how it ended. */
  losePlan(at: number): Place {
    this.lose(this.#plan, at);
    const closing = this.#planSpan({});
    abandon(closing.span, this.#plan.createdAt, at, ERROR_TYPE_PROCESS_LOST);
    return closing;
  }

  /** Repeats a log event on the span of its step, or else on that of the plan. */
  mirror(transition: Transition): void {
    const step =
      transition.type === 'drainProgressed'
        ? transition.drain
        : transition.type === 'approvalClosed'
          ? transition.plan
          : undefined;
    this.#mirrored.add(transition, step && this.steps.openOf(step)?.span);
  }

  /** True when a drain or move may have a span. Counts those that may not. */
  #mayOpen({ ordinal }: Drain | Move): boolean {
    if (ordinal < this.#parts.maxSpansPerPlan) return true;
    this.#dropped += 1;
    return false;
  }

  /** Starts the span that closes the trace, and gives it what was waiting for it. */
  #planSpan(more: Attributes): SpanPlace {
    const plan = this.#plan;
    const span = this.#startSpan(SPANS.plan.name, plan.createdAt, { ...planAttributes(plan), ...more });
    this.#mirrored.flush(span);
    return new SpanPlace(span, this.context);
  }

  readonly #startSpan: StartSpan = (name, startedAt, attributes, formerSpanId) => {
    const options = {
      startTime: hrTime(startedAt),
      attributes: definedAttributes(this.#attributes, attributes),
      ...(formerSpanId !== undefined && { links: [{ context: { ...this.spanContext, spanId: formerSpanId } }] }),
    };
    return this.#parts.tracer().startSpan(name, options, this.context);
  };
}

/** Attributes of every span of a plan. */
function identityOf(plan: Plan, { namespace, cluster }: TraceParts): Attributes {
  return { [ATTR_NAMESPACE]: namespace, [ATTR_CLUSTER]: cluster, [ATTR_PLAN_ID]: plan.id };
}
