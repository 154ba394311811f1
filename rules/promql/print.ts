import { quoted, type Selector, type When } from './selector.js';
import type { Matching, Node, Operation, Operator } from './syntax.js';

/** Precedence of the operators; all of these take their left side first. */
const BINDING: Readonly<Record<Operator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '>=': 3,
  '<': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
};

/**
 * An expression as Prometheus reads it: with the parentheses that the order of operators asks for, and in the lines in
 * which a person would break it.
 */
export function print(node: Node): string {
  switch (node.kind) {
    case 'literal':
      return node.text;
    case 'selector':
      return selectorText(node.selector, node.when);
    case 'parentheses':
      return enclosed('(', node.of);
    case 'subquery':
      return `${enclosed('(', node.of)}[${node.range}:${node.step}]`;
    case 'call':
      return callText(node.name, node.of, node.rest);
    case 'aggregation': {
      const { operator, by, of, parameter } = node;
      const opening = by.length === 0 ? `${operator}(` : `${operator} by (${by.join(', ')}) (`;
      return parameter === undefined ? enclosed(opening, of) : enclosed(`${opening}${parameter},`, of, ' ');
    }
    case 'operation':
      return operationText(node);
  }
}

function selectorText({ name, matchers }: Selector, { range, offset, at }: When): string {
  const conditions = matchers.map(
    ({ label, operator, value, verbatim }) => `${label}${operator}${verbatim ? `\`${value}\`` : quoted(value)}`,
  );
  return [
    name,
    conditions.length === 0 ? '' : `{${conditions.join(',')}}`,
    range === undefined ? '' : `[${range}]`,
    offset === undefined ? '' : ` offset ${offset}`,
    at === undefined ? '' : ` @ ${at}()`,
  ].join('');
}

function callText(name: string, of: Node, rest: readonly string[]): string {
  if (rest.length === 0) return enclosed(`${name}(`, of);
  const first = print(of);
  if (!first.includes('\n')) return `${name}(${[first, ...rest].join(', ')})`;
  return `${name}(\n${indented(`${first},\n${rest.join(', ')}`)}\n)`;
}

function operationText({ operator, left, right, matching, lines }: Operation): string {
  const first = isLooser(left, operator) ? inParentheses(left) : left;
  const second = isLooserOrAlike(right, operator) ? inParentheses(right) : right;
  const { before, after } = breaks(lines ?? usualLines(operator, second));
  const rightText = print(second);
  return `${print(first)}${before}${operator}${matchingText(matching, rightText)}${after}${rightText}`;
}

function isLooser(side: Node, operator: Operator): boolean {
  return side.kind === 'operation' && BINDING[side.operator] < BINDING[operator];
}

/** Encloses more than Prometheus asks for: a comparison after `and` and `unless` is easier to read in parentheses. */
function isLooserOrAlike(side: Node, operator: Operator): boolean {
  return side.kind === 'operation' && (isCondition(operator) || BINDING[side.operator] <= BINDING[operator]);
}

function isCondition(operator: Operator): boolean {
  return operator === 'and' || operator === 'unless';
}

function inParentheses(of: Node): Node {
  return { kind: 'parentheses', of };
}

function usualLines(operator: Operator, right: Node): Operation['lines'] {
  if (operator === 'or') return 'around';
  if (!isCondition(operator)) return 'none';
  return right.kind === 'parentheses' ? 'before' : 'around';
}

function breaks(lines: Operation['lines']): { before: string; after: string } {
  return { before: lines === 'none' ? ' ' : '\n', after: lines === 'around' ? '\n' : ' ' };
}

function matchingText(matching: Matching | undefined, right: string): string {
  if (matching === undefined) return '';
  const { by, labels, many, taking = [] } = matching;
  const one = ` ${by} (${labels.join(', ')})`;
  if (many === undefined) return one;
  // Else a right side in parentheses would be taken for the list of labels.
  const isListed = taking.length > 0 || right.startsWith('(');
  return `${one} group_${many}${isListed ? ` (${taking.join(', ')})` : ''}`;
}

/** Something in brackets: an operation of several lines is moved in, everything else has brackets of its own. */
function enclosed(opening: string, of: Node, gap = ''): string {
  const text = print(of);
  if (of.kind === 'operation' && text.includes('\n')) return `${opening}\n${indented(text)}\n)`;
  return `${opening}${gap}${text})`;
}

function indented(lines: string): string {
  return lines
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
