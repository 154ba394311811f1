import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { METRICS } from 'opentelemetry-instrumentation-mesh-rebalance/semconv';
import { NAMED_PLAN, PLAN } from '../rules/selectors.js';
import { BAD, COLOUR } from './palette.js';
import { FIRING, max, PLAN_STATE_SINCE } from './queries.js';
import { ALERTS, selected } from './selection.js';
import { METRICS_SOURCE } from './variables.js';

/** Marks the time during which an alert fires. */
export function firingAlerts(enabled: boolean): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name('Firing alerts')
    .datasource(METRICS_SOURCE)
    .enable(enabled)
    .iconColor(BAD)
    .expr(selected(`max by (alertname, severity, namespace, cluster, plan_id, node) (${ALERTS}{${FIRING}})`))
    .step('60s')
    .titleFormat('{{alertname}} ({{severity}})')
    .textFormat('{{namespace}}/{{cluster}} {{plan_id}} {{node}}')
    .tagKeys('severity');
}

/** Marks when plans enter a state. The value is the time itself, so that a mark stands where the change was. */
export function stateChanges(enabled: boolean, ofPlans: (expression: string) => string): AnnotationQueryBuilder {
  const states = `${max(`${PLAN}, state`, METRICS.state.name, NAMED_PLAN)} == 1`;
  return new AnnotationQueryBuilder()
    .name('State changes')
    .datasource(METRICS_SOURCE)
    .enable(enabled)
    .iconColor(COLOUR.blue)
    .expr(selected(ofPlans(`1000 * (${states}) * on (${PLAN}) group_left () ${PLAN_STATE_SINCE}`)))
    .step('60s')
    .useValueForTime(true)
    .titleFormat('{{plan_id}}: {{state}}')
    .textFormat('{{namespace}}/{{cluster}}')
    .tagKeys('state');
}
