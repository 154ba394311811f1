import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { expect } from 'chai';
import fc from 'fast-check';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { allPages } from '../../dashboards/all-pages.js';
import { alertDefinitions } from '../../rules/alert-groups.js';
import {
  clampMin,
  Expression,
  is,
  type Labels,
  lastOverTime,
  matches,
  max,
  number,
  on,
  oneToManyIgnoring,
  onManyToOne,
  series,
  sum,
  TOGETHER,
  topk,
  withLabel,
} from '../../rules/promql/index.js';
import type { Node } from '../../rules/promql/syntax.js';
import { DEFAULTS } from '../../rules/settings.js';
import { REPOSITORY } from '../../tools/repository.js';
import { selectorsOf } from '../support/promql.js';

/** An expression as Prometheus' own grammar reads it: every operation in parentheses, no other ones, no empty lists, no blanks. */
function asParsed(text: string): string {
  const canonical = (node: SyntaxNode): string => {
    if (node.type.isError) throw new SyntaxError(text);
    const children: SyntaxNode[] = [];
    for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
    if (children.length === 0) return text.slice(node.from, node.to);
    if (node.name === 'ParenExpr') return children.map(canonical).join('');
    let end = node.from;
    const parts = children.map((child) => {
      const gap = text.slice(end, child.from);
      end = child.to;
      return gap + canonical(child);
    });
    const whole = parts.join('') + text.slice(end, node.to);
    return node.name === 'BinaryExpr' ? `(${whole})` : whole;
  };
  return canonical(parser.parse(text).topNode)
    .replaceAll(/\s/g, '')
    .replaceAll(/(?<=group_(?:left|right))\(\)/g, '');
}

/** An expression as it was built, in the same form. */
function asBuilt({ node }: Expression): string {
  const canonical = (of: Node): string => {
    switch (of.kind) {
      case 'parentheses':
        return canonical(of.of);
      case 'operation': {
        const { operator, matching, left, right } = of;
        const { many: side, taking = [] } = matching ?? {};
        const many = side === undefined ? '' : `group_${side}${taking.length === 0 ? '' : `(${taking})`}`;
        const labels = matching === undefined ? '' : `${matching.by}(${matching.labels})${many}`;
        return `(${canonical(left)}${operator}${labels}${canonical(right)})`;
      }
      case 'call':
        return `${of.name}(${[canonical(of.of), ...of.rest].join(',')})`;
      case 'aggregation': {
        const by = of.by.length === 0 ? '' : `by(${of.by})`;
        return `${of.operator}${by}(${of.parameter === undefined ? '' : `${of.parameter},`}${canonical(of.of)})`;
      }
      case 'subquery':
        return `${canonical(of.of)}[${of.range}:${of.step}]`;
      default:
        return new Expression(of).toString();
    }
  };
  return canonical(node).replaceAll(/\s/g, '');
}

/** Grafana puts a duration in the place of these before Prometheus reads them. */
function withDurations(text: string): string {
  return text.replaceAll(/\$__(rate_interval|interval|range)/g, '1h');
}

function expectRead(expression: Expression, about?: string): void {
  expect(asParsed(withDurations(String(expression))), about).to.equal(withDurations(asBuilt(expression)));
}

const A = series(METRICS.paused, is('cluster', 'eu-1'));
const B = max(['namespace', 'cluster'], series(METRICS.plans));
const CLUSTER: Labels = ['namespace', 'cluster'];

const OPERATORS = [
  'plus',
  'minus',
  'times',
  'dividedBy',
  'equals',
  'differsFrom',
  'above',
  'atLeast',
  'below',
  'and',
  'unless',
  'or',
] as const;

/** Any expression, of operators within operators above all. */
const { expression: ANY } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6, depthIdentifier: 'expression' },
    // The grammar for editors takes an offset beside an operator for that of the whole; Prometheus does not.
    fc.constantFrom<Expression>(A, B, max(CLUSTER, A.offset('30m'))),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(...OPERATORS),
        tie('expression'),
        fc.constantFrom('', 'one', 'left', 'right'),
      )
      .map(([left, operator, right, matching]) => {
        if (matching === 'one') return left[operator](on(CLUSTER), right);
        const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
        if (matching === '' || isSet) return left[operator](right);
        return left[operator](matching === 'left' ? onManyToOne(CLUSTER) : oneToManyIgnoring(CLUSTER), right);
      }),
    fc
      .tuple(tie('expression'), fc.boolean())
      .map(([of, isBroken]) => (of.node.kind === 'operation' ? (isBroken ? of.onLines() : of.onOneLine()) : of)),
    tie('expression').map((of) => of.inParentheses()),
    tie('expression').map((of) => sum(TOGETHER, of)),
    tie('expression').map((of) => topk(CLUSTER, 3, of)),
    tie('expression').map((of) => withLabel(of, 'doing', 'it\'s \\ "quoted"')),
    tie('expression').map((of) => lastOverTime(of.subquery('1h', '1m'))),
  ),
}));

describe('an expression', () => {
  it('is read by Prometheus as it was built, whatever it is made of', () => {
    fc.assert(
      fc.property(ANY, (expression) => expectRead(expression)),
      { numRuns: 200 },
    );
  });

  for (const [group, alerts] of Object.entries(alertDefinitions(DEFAULTS.values))) {
    it(`of an alert on the ${group} is said in a line of English above it`, async () => {
      const source = await readFile(join(REPOSITORY, `rules/${group}-alerts.ts`), 'utf8');
      for (const { name } of alerts) {
        expect(source).to.match(
          new RegExp(`^ {4}// .+\\.\n {4}\\{\n(?: {6}\\.\\.\\..+\n)?(?: {6}name: '${name}',)$`, 'm'),
        );
      }
    });

    it(`of an alert on the ${group} is read as it was built`, () => {
      for (const { name, severities } of alerts) {
        for (const { expr } of Object.values(severities)) expectRead(expr, name);
      }
    });
  }

  for (const { uid, rows, annotations } of allPages(DEFAULTS)) {
    it(`of ${uid} is read as it was built`, () => {
      for (const { marks, name } of annotations) expectRead(marks, name);
      for (const { title, queries } of rows.flatMap(({ panels }) => panels)) {
        for (const { expression } of queries) if (expression !== undefined) expectRead(expression, title);
      }
    });
  }

  it('has a selector with its range, its offset and its moment in the order that PromQL has', () => {
    expect(String(lastOverTime(A.offset('30m').at('end').range('5m')))).to.equal(
      'last_over_time(mesh_rebalance_paused{cluster="eu-1"}[5m] offset 30m @ end())',
    );
  });

  it('keeps what a condition holds, whatever that is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (value) => {
        const [selector] = selectorsOf(String(series(METRICS.paused, is('cluster', value.toWellFormed()))));
        expect(selector?.matchers[0]?.value).to.equal(value.toWellFormed());
      }),
      { numRuns: 50 },
    );
  });

  it('gets parentheses only where its order would be another, and after "and"', () => {
    expect(String(A.plus(B).times(2))).to.match(/^\(.+\) \* 2$/);
    expect(String(A.times(B).plus(2))).to.match(/^mesh.+\) \+ 2$/);
    expect(String(A.minus(B.minus(1)))).to.match(/ - \(max .+ - 1\)$/);
    expect(String(A.and(on(CLUSTER), B.above(0)))).to.match(/\nand on \(namespace, cluster\) \(max .+ > 0\)$/);
  });

  it('breaks around "or", before what is in parentheses, and moves in what it encloses', () => {
    const either = A.equals(1).or(B.above(number(0)));
    expect(String(max(CLUSTER, clampMin(either, 0)))).to.equal(`max by (namespace, cluster) (clamp_min(
  mesh_rebalance_paused{cluster="eu-1"} == 1
  or
  max by (namespace, cluster) (mesh_rebalance_plans) > 0,
  0
))`);
    expect(String(sum(TOGETHER, either))).to.match(/^sum\(\n {2}mesh.+\n {2}or\n {2}max.+\n\)$/);
    expect(() => A.onLines()).to.throw(TypeError);
  });

  it('is narrowed in each of its selectors, and nowhere else', () => {
    fc.assert(
      fc.property(ANY, (expression) => {
        const narrowed = expression.withMatchers(({ matchers }) => [...matchers, matches('namespace', 'a|b')]);
        const before = selectorsOf(String(expression));
        const after = selectorsOf(String(narrowed));
        expect(after).to.deep.equal(
          before.map((selector) => ({
            ...selector,
            matchers: [...selector.matchers, { label: 'namespace', op: '=~', value: 'a|b' }],
          })),
        );
        const back = narrowed.withMatchers(({ matchers }) => matchers.slice(0, -1));
        expect(String(back)).to.equal(String(expression));
      }),
    );
  });
});
