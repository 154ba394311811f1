import type { Labels, Matcher, Selector, When } from './selector.js';

/** Labels by which the series of two sides find each other. */
export interface Matching {
  /** By these labels alone, or by all but these. */
  readonly by: 'on' | 'ignoring';
  readonly labels: Labels;
  /** Side of which several series may meet one of the other. */
  readonly many?: 'left' | 'right';
  /** Labels that the side of the many takes over from the other. */
  readonly taking?: readonly string[];
}

export type Operator = 'or' | 'and' | 'unless' | '==' | '!=' | '>' | '>=' | '<' | '+' | '-' | '*' | '/' | '%';

/** Line breaks of an operation: none, before its operator, or around it. */
export type Lines = 'none' | 'before' | 'around';

/** An operator with both its sides. */
export interface Operation {
  readonly kind: 'operation';
  readonly operator: Operator;
  readonly left: Node;
  readonly right: Node;
  readonly matching: Matching | undefined;
  /** Undefined for what is usual. */
  readonly lines?: Lines;
}

/** An expression as a tree. */
export type Node =
  | { readonly kind: 'selector'; readonly selector: Selector; readonly when: When }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parentheses'; readonly of: Node }
  | { readonly kind: 'subquery'; readonly of: Node; readonly range: string; readonly step: string }
  /** `rest`: further arguments, as they are written. */
  | { readonly kind: 'call'; readonly name: string; readonly of: Node; readonly rest: readonly string[] }
  | {
      readonly kind: 'aggregation';
      readonly operator: string;
      readonly by: Labels;
      readonly of: Node;
      readonly parameter?: number | string | undefined;
    }
  | Operation;

/** How far the selectors and subqueries of a tree reach back, as it is written. */
export function rangesOf(node: Node): string[] {
  switch (node.kind) {
    case 'literal':
      return [];
    case 'selector':
      return node.when.range === undefined ? [] : [node.when.range];
    case 'operation':
      return [...rangesOf(node.left), ...rangesOf(node.right)];
    case 'subquery':
      return [node.range, ...rangesOf(node.of)];
    default:
      return rangesOf(node.of);
  }
}

/** Makes other matchers for a selector. */
export type Rewrite = (selector: Selector) => readonly Matcher[];

/** The same tree with other matchers in its selectors. */
export function withMatchers(node: Node, rewrite: Rewrite): Node {
  switch (node.kind) {
    case 'literal':
      return node;
    case 'selector':
      return { ...node, selector: { ...node.selector, matchers: rewrite(node.selector) } };
    case 'operation':
      return { ...node, left: withMatchers(node.left, rewrite), right: withMatchers(node.right, rewrite) };
    default:
      return { ...node, of: withMatchers(node.of, rewrite) };
  }
}
