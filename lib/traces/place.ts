import { type Context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';

/** Where in a trace something belongs. */
export interface Place {
  readonly context: Context;
}

/** Outside of every trace. */
export const NOWHERE: Place = { context: ROOT_CONTEXT };

/** At a span. Its context is made when somebody wants it: a step and its log events may, and most spans have neither. */
export class SpanPlace implements Place {
  readonly span: Span;
  readonly #parent: Context;
  #context: Context | undefined;

  constructor(span: Span, parent: Context) {
    this.span = span;
    this.#parent = parent;
  }

  get context(): Context {
    this.#context ??= trace.setSpan(this.#parent, this.span);
    return this.#context;
  }
}
