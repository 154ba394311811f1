import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** One condition of a selector. */
export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  /** Without its quotes. */
  readonly value: string;
}

/** What an expression reads. */
export interface Selector {
  /** Undefined in a selector without a name, which then has at least one matcher. */
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
  /** `30m` in `metric[30m]`, also where a selector stands in a subquery; undefined for an instant vector. */
  readonly range: string | undefined;
}

/** A function as it is called, aggregations apart. */
export interface Call {
  readonly name: string;
  /** Of the range selector or subquery that it is given: `30m`, or `1h:5m` for a subquery. */
  readonly range: string | undefined;
  /** Its arguments as they are written. */
  readonly args: readonly string[];
}

/** Every selector of an expression, in the order in which they are written. @throws SyntaxError */
export function selectorsOf(expression: string): Selector[] {
  return nodes(expression, 'VectorSelector').map((node) => {
    const name = node.getChild('Identifier');
    return {
      metric: name === null ? undefined : text(expression, name),
      matchers: matchersOf(expression, node),
      range: rangeAround(expression, node),
    };
  });
}

/** Every label of a `by`, `without`, `on`, `ignoring`, `group_left` or `group_right`. @throws SyntaxError */
export function groupingLabelsOf(expression: string): string[] {
  const labels = nodes(expression, 'GroupingLabels').flatMap((node) => [
    ...node.getChildren('LabelName').map((label) => text(expression, label)),
    ...node.getChildren('QuotedLabelName').map((label) => unquoted(text(expression, label))),
  ]);
  return [...new Set(labels)];
}

/** Every function that an expression calls, in the order in which they are written. @throws SyntaxError */
export function callsOf(expression: string): Call[] {
  return nodes(expression, 'FunctionCall').map((node) => {
    const args = childrenOf(node.getChild('FunctionCallBody') as SyntaxNode).filter(({ name }) => /\w/.test(name));
    const ranges = args.map((argument) => rangeOf(expression, argument)).filter((range) => range !== undefined);
    return {
      name: text(expression, node.getChild('FunctionIdentifier') as SyntaxNode),
      range: ranges[0],
      args: args.map((argument) => text(expression, argument)),
    };
  });
}

/** @throws SyntaxError with the place of the mistake, for the parser itself takes anything */
function parse(expression: string): Tree {
  const tree = parser.parse(expression);
  tree.iterate({
    enter({ type, from }) {
      if (!type.isError) return;
      const before = expression.slice(Math.max(0, from - 30), from);
      throw new SyntaxError(`PromQL: ${before}⟨here⟩${expression.slice(from, from + 30)}`);
    },
  });
  return tree;
}

function nodes(expression: string, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  parse(expression).iterate({
    enter(cursor) {
      if (cursor.name === name) found.push(cursor.node);
    },
  });
  return found;
}

function matchersOf(expression: string, selector: SyntaxNode): Matcher[] {
  const block = selector.getChild('LabelMatchers');
  if (block === null) return [];
  return childrenOf(block).flatMap((node): Matcher[] => {
    // A name alone in quotes is that of the metric.
    if (node.name === 'QuotedLabelName') {
      return [{ label: '__name__', op: '=', value: unquoted(text(expression, node)) }];
    }
    const label = node.getChild('LabelName') ?? node.getChild('QuotedLabelName');
    const op = node.getChild('MatchOp');
    const value = node.getChild('StringLiteral');
    if (label === null || op === null || value === null) return [];
    const name = text(expression, label);
    return [
      {
        label: label.name === 'LabelName' ? name : unquoted(name),
        op: text(expression, op) as Matcher['op'],
        value: unquoted(text(expression, value)),
      },
    ];
  });
}

/** What stands between the brackets around a selector, if any do: `offset` and `@` may stand between. */
function rangeAround(expression: string, selector: SyntaxNode): string | undefined {
  const { parent } = selector;
  return parent?.name === 'MatrixSelector' ? rangeOf(expression, parent) : undefined;
}

/** The range of an argument that is a range selector or a subquery. */
function rangeOf(expression: string, argument: SyntaxNode): string | undefined {
  if (argument.name === 'OffsetExpr' || argument.name === 'StepInvariantExpr' || argument.name === 'ParenExpr') {
    const inner = childrenOf(argument).find(({ name }) => name !== '(');
    return inner === undefined ? undefined : rangeOf(expression, inner);
  }
  if (argument.name !== 'MatrixSelector' && argument.name !== 'SubqueryExpr') return undefined;
  const inner = argument.firstChild as SyntaxNode;
  return /\[([^\]]*)\]/.exec(expression.slice(inner.to, argument.to))?.[1]?.replaceAll(/\s/g, '');
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function text(expression: string, { from, to }: SyntaxNode): string {
  return expression.slice(from, to);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The value of a string literal; escapes are those of Go. */
function unquoted(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|(.))/g,
    (_, hex: string | undefined, unicode: string | undefined, octal: string | undefined, plain: string) => {
      if (hex !== undefined || unicode !== undefined)
        return String.fromCharCode(Number.parseInt(hex ?? unicode ?? '', 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return ESCAPES[plain] ?? plain;
    },
  );
}
