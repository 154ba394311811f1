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
import { CLUSTER, LEADERS } from '../../rules/selectors.js';

/** The label that holds a cluster's name; not there where only one cluster is seen. */
export const WHERE = 'where';

/** Clusters of the shown time: the same at each of its points, so that no line breaks off where another cluster begins. */
const SEEN = group(CLUSTER, lastOverTime(LEADERS.at('end').range('$__range')));
const NAMED = withLabelFrom(withJoinedLabel(SEEN, WHERE, CLUSTER, '/'), WHERE, '$1 ', WHERE, '(.+)');
const NAMED_WHERE_SEVERAL = NAMED.and(on([]), count(TOGETHER, SEEN).above(1).inParentheses())
  .or(on(CLUSTER), SEEN)
  .inParentheses();

/** Adds where it is, if that may be several places. */
export function withWhere(expression: Expression): Expression {
  return expression.times(onManyToOne(CLUSTER, [WHERE]), NAMED_WHERE_SEVERAL);
}

/** Adds a label `name`: where it is, if that may be several places, and then the value of a label. */
export function withName(expression: Expression, label: LabelName): Expression {
  return withJoinedLabel(withWhere(expression), 'name', [WHERE, label]);
}
