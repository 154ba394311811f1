import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Plan } from '../ledger/plan.js';
import type { Ending } from '../ledger/step.js';
import { ERROR_TYPE_PROCESS_LOST, ERROR_TYPE_STEP_TIMEOUT } from './definitions.js';
import { type Place, SpanPlace } from './place.js';
import { nameOf, type SavedStep, stepOf } from './saved-trace.js';
import { abandon, end } from './span-ends.js';
import type { Step } from './step.js';
import { startOf } from './step-attributes.js';

/**
 * Starts a span of the plan.
 *
 * @param startedAt in milliseconds since the Unix epoch
 * @param formerSpanId of the span that another process had started for the same step
 */
export type StartSpan = (
  name: string,
  startedAt: number,
  attributes: Attributes,
  formerSpanId?: string | undefined,
) => Span;

/** Times in milliseconds since the Unix epoch. */
class OpenStep extends SpanPlace {
  readonly startedAt: number;
  /** Time of arrival. */
  readonly seenAt: number;
  /** Moves that started on this drain's node, and how many of them have no span. */
  moves = 0;
  dropped = 0;

  constructor(span: Span, parent: Context, startedAt: number, seenAt: number) {
    super(span, parent);
    this.startedAt = startedAt;
    this.seenAt = seenAt;
  }
}

/** The open spans of one plan's steps, here and in a process that is gone. */
export class OpenSteps {
  readonly #startSpan: StartSpan;
  /** The context of the plan's anchor. */
  readonly #parent: Context;
  readonly #open = new Map<Step, OpenStep>();
  /** Steps that another process has begun, and that have no span here yet. */
  readonly #waiting = new Map<Step, SavedStep>();

  constructor(startSpan: StartSpan, parent: Context) {
    this.#startSpan = startSpan;
    this.#parent = parent;
  }

  /**
   * Takes over the steps of a process that is gone.
   *
   * @param exported whether that process has ended their spans
   */
  load(plan: Plan, steps: readonly SavedStep[], exported: boolean): void {
    for (const saved of steps) {
      const step = stepOf(plan, saved);
      if (step !== undefined) this.#waiting.set(step, exported ? { ...saved, exported } : saved);
    }
  }

  /** As much of them as another process needs to go on. */
  save(): SavedStep[] {
    const steps = [...this.#waiting.values()];
    for (const [step, { span, startedAt, seenAt, moves, dropped }] of this.#open) {
      const { spanId } = span.spanContext();
      steps.push({ ...nameOf(step), startedAt, seenAt, spanId, moves, dropped, exported: false });
    }
    return steps;
  }

  /** How many have an open span, here or in a process that is gone. */
  get size(): number {
    return this.#open.size + this.#waiting.size;
  }

  /**
   * The open step. One that another process has begun gets its span at the first word of it here, with the start of the
   * first span and a link to it.
   */
  openOf(step: Step): OpenStep | undefined {
    const waiting = this.#waiting.get(step);
    if (waiting === undefined) return this.#open.get(step);
    this.#waiting.delete(step);
    const { startedAt, seenAt, spanId, moves, dropped } = waiting;
    const open = this.open(step, startedAt, seenAt, spanId);
    open.moves = moves;
    open.dropped = dropped;
    return open;
  }

  open(step: Step, startedAt: number, seenAt: number, formerSpanId?: string): OpenStep {
    const { name, attributes } = startOf(step);
    const span = this.#startSpan(name, startedAt, attributes, formerSpanId);
    const open = new OpenStep(span, this.#parent, startedAt, seenAt);
    this.#open.set(step, open);
    return open;
  }

  /** @param ending undefined for an approval, which has a decision instead */
  close(step: Step, open: OpenStep, ending: Ending | undefined, at: number): void {
    this.#open.delete(step);
    end(open.span, ending, open.startedAt, at);
  }

  /** Ends the span of a step that another process has begun and nobody has gone on with; undefined where it has none. */
  lose(step: Step, at: number): Place | undefined {
    this.#leaveExported(step);
    const open = this.openOf(step);
    if (open === undefined) return undefined;
    this.#abandon(step, open, at, ERROR_TYPE_PROCESS_LOST);
    return open;
  }

  /**
   * Closes the spans of steps that were first seen over `timeout` ms ago.
   *
   * @returns when the next one is overdue, in milliseconds since the Unix epoch; infinite when none is open
   */
  closeOverdue(now: number, timeout: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [step, { seenAt }] of this.#waiting) {
      if (now - seenAt < timeout) {
        next = Math.min(next, seenAt + timeout);
      } else {
        this.#leaveExported(step);
        this.openOf(step);
      }
    }
    for (const [step, open] of this.#open) {
      if (now - open.seenAt >= timeout) this.#abandon(step, open, now, ERROR_TYPE_STEP_TIMEOUT);
      else next = Math.min(next, open.seenAt + timeout);
    }
    return next;
  }

  /** Closes the spans of all steps. */
  closeAll(now: number, errorType: string): void {
    for (const step of this.#waiting.keys()) {
      this.#leaveExported(step);
      this.openOf(step);
    }
    for (const [step, open] of this.#open) this.#abandon(step, open, now, errorType);
  }

  /** Looked at before {@link openOf}, which gives a step that waits another span: what was exported is not told twice. */
  #leaveExported(step: Step): void {
    if (this.#waiting.get(step)?.exported) this.#waiting.delete(step);
  }

  #abandon(step: Step, open: OpenStep, now: number, errorType: string): void {
    this.#open.delete(step);
    abandon(open.span, open.startedAt, now, errorType);
  }
}
