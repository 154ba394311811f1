/**
 * PromQL as values: an expression is built, narrowed and printed, and never cut out of a text.
 *
 * @module
 */
import { print } from './print.js';
import type { Labels, Moment, Selector, When } from './selector.js';
import { type Lines, type Matching, type Node, type Operator, type Rewrite, rangesOf, withMatchers } from './syntax.js';

/** Labels by which the series of both sides find each other. */
export function on(labels: Labels): Matching {
  return { by: 'on', labels };
}

/** The same where several series of the left side meet one of the right side, of which they may take labels. */
export function onManyToOne(labels: Labels, taking: readonly string[] = []): Matching {
  return { by: 'on', labels, many: 'left', taking };
}

/** Labels by which they find each other where several series of the right side meet one of the left side. */
export function oneToMany(labels: Labels): Matching {
  return { by: 'on', labels, many: 'right' };
}

/** Labels that may differ between series that find each other by all others, those of the process included. */
export function ignoring(labels: Labels): Matching {
  return { by: 'ignoring', labels };
}

/** The same where several series of the left side meet one of the right side. */
export function manyToOneIgnoring(labels: Labels): Matching {
  return { by: 'ignoring', labels, many: 'left' };
}

/** The same where several series of the right side meet one of the left side. */
export function oneToManyIgnoring(labels: Labels): Matching {
  return { by: 'ignoring', labels, many: 'right' };
}

/** The right side of an operator, with what its series find those of the left side by. */
type Right = [side: Side] | [matching: Matching, side: Side];
type Side = Expression | number | string;

/** An expression that gives numbers, each with labels or without. */
export class Expression {
  readonly node: Node;

  constructor(node: Node) {
    this.node = node;
  }

  /** Prints it as Prometheus reads it. */
  toString(): string {
    return print(this.node);
  }

  /** How far its selectors and subqueries reach back, such as `5m`. */
  get ranges(): readonly string[] {
    return rangesOf(this.node);
  }

  /** The same expression with other matchers in its selectors. */
  withMatchers(rewrite: Rewrite): Expression {
    return new Expression(withMatchers(this.node, rewrite));
  }

  plus(...right: Right): Expression {
    return this.#operation('+', right);
  }
  minus(...right: Right): Expression {
    return this.#operation('-', right);
  }
  times(...right: Right): Expression {
    return this.#operation('*', right);
  }
  dividedBy(...right: Right): Expression {
    return this.#operation('/', right);
  }
  modulo(...right: Right): Expression {
    return this.#operation('%', right);
  }

  equals(...right: Right): Expression {
    return this.#operation('==', right);
  }
  differsFrom(...right: Right): Expression {
    return this.#operation('!=', right);
  }
  above(...right: Right): Expression {
    return this.#operation('>', right);
  }
  atLeast(...right: Right): Expression {
    return this.#operation('>=', right);
  }
  below(...right: Right): Expression {
    return this.#operation('<', right);
  }

  and(...right: Right): Expression {
    return this.#operation('and', right);
  }
  unless(...right: Right): Expression {
    return this.#operation('unless', right);
  }
  or(...right: Right): Expression {
    return this.#operation('or', right);
  }

  /** Encloses it in parentheses that the order of operators does not ask for, and a reader does. */
  inParentheses(): Expression {
    return new Expression({ kind: 'parentheses', of: this.node });
  }

  /** An operation that stays on one line, though it would be broken else. */
  onOneLine(): Expression {
    return this.#broken('none');
  }

  /** An operation whose operator has a line of its own, though all would be on one line else. */
  onLines(): Expression {
    return this.#broken('around');
  }

  /** Values of this expression within `range`, one for each `step`. */
  subquery(range: string, step: string): RangeVector {
    return new RangeVector({ kind: 'subquery', of: this.node, range, step });
  }

  #operation(operator: Operator, right: Right): Expression {
    const [matching, side] = right.length === 1 ? [undefined, right[0]] : right;
    const node: Node = side instanceof Expression ? side.node : { kind: 'literal', text: String(side) };
    return new Expression({ kind: 'operation', operator, left: this.node, right: node, matching });
  }

  #broken(lines: Lines): Expression {
    if (this.node.kind !== 'operation') throw new TypeError(`only an operation can be broken into lines, not ${this}`);
    return new Expression({ ...this.node, lines });
  }
}

/** Samples over a time, which only functions take. */
export class RangeVector {
  readonly node: Node;

  constructor(node: Node) {
    this.node = node;
  }
}

/** Series by name and labels, at one moment. */
export class Series extends Expression {
  readonly selector: Selector;
  readonly #when: When;

  constructor(selector: Selector, when: When = {}) {
    super({ kind: 'selector', selector, when });
    this.selector = selector;
    this.#when = when;
  }

  offset(duration: string): Series {
    return new Series(this.selector, { ...this.#when, offset: duration });
  }

  at(moment: Moment): Series {
    return new Series(this.selector, { ...this.#when, at: moment });
  }

  range(duration: string): RangeVector {
    return new RangeVector({ kind: 'selector', selector: this.selector, when: { ...this.#when, range: duration } });
  }
}
