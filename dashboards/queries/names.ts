/* Names that say no more than the reader knows: where one cluster is seen, its name is noise. */
import {
  count,
  type Expression,
  group,
  type LabelName,
  lastOverTime,
  on,
  onManyToOne,
  TOGETHER,
  withJoinedLabel,
  withLabelFrom,
} from '../../rules/promql/index.js';
import { CLUSTER, LEADERS, lastValue } from '../../rules/selectors.js';
import type { ThresholdValues } from '../../rules/thresholds.js';

/** The label that holds a cluster's name; not there where only one cluster is seen. */
export const WHERE = 'where';

/** Clusters of the shown time: the same at each of its points, so that no line breaks off where another cluster begins. */
const EVER_SEEN = group(CLUSTER, lastOverTime(LEADERS.at('end').range('$__range')));

/** Adds where it is, if that may be several places: to the rows of a table, which are there now. */
export function withWhere(expression: Expression, values: ThresholdValues): Expression {
  return withWhereOf(group(CLUSTER, lastValue(LEADERS, values)), expression);
}

/** Adds a label `name` to lines: where it is, if that may be several places, and then the value of a label. */
export function withName(expression: Expression, label: LabelName): Expression {
  return withJoinedLabel(withWhereOf(EVER_SEEN, expression), 'name', [WHERE, label]);
}

function withWhereOf(seen: Expression, expression: Expression): Expression {
  const named = withLabelFrom(withJoinedLabel(seen, WHERE, CLUSTER, '/'), WHERE, '$1 ', WHERE, '(.+)');
  const namedWhereSeveral = named
    .and(on([]), count(TOGETHER, seen).above(1).inParentheses())
    .or(on(CLUSTER), seen)
    .inParentheses();
  return expression.times(onManyToOne(CLUSTER, [WHERE]), namedWhereSeveral);
}
