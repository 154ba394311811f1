import { type Expression, max, number, onManyToOne } from '../rules/promql/index.js';
import { CLUSTER, PLAN, planState } from '../rules/selectors.js';
import { ofChosenClusters } from './chosen.js';
import { BAD, COLOUR } from './palette.js';
import type { Print } from './panel.js';
import { FIRING_ALERTS } from './queries/alerts.js';
import { PLAN_STATE_SINCE } from './queries/plans.js';

/** Marks on the graphs of a page. */
export interface Annotation {
  readonly name: string;
  readonly enable: boolean;
  readonly iconColor: string;
  readonly marks: Expression;
  readonly titleFormat: string;
  readonly textFormat: string;
  readonly tagKeys: string;
  /** The value is the time itself, in milliseconds, so that a mark stands where the change was. */
  readonly useValueForTime?: true;
}

/**
 * Marks the time during which an alert fires for a cluster, once however many of its plans have it: colours of one
 * stretch on top of each other hide the lines. Every one has all of the labels; Grafana writes the name of one that is missing.
 */
export function firingAlerts(enabled: boolean): Annotation {
  return {
    name: 'Firing alerts',
    enable: enabled,
    iconColor: BAD,
    marks: ofChosenClusters(max(['alertname', 'severity', ...CLUSTER], FIRING_ALERTS)),
    titleFormat: '{{alertname}} ({{severity}})',
    textFormat: '{{namespace}}/{{cluster}}',
    tagKeys: 'severity',
  };
}

/** Marks when plans enter a state. */
export function stateChanges(enabled: boolean, ofPlans: (expression: Expression) => Expression): Annotation {
  const states = max([...PLAN, 'state'], planState()).equals(1);
  return {
    name: 'State changes',
    enable: enabled,
    iconColor: COLOUR.blue,
    marks: ofChosenClusters(ofPlans(number(1000).times(states).times(onManyToOne(PLAN), PLAN_STATE_SINCE))),
    useValueForTime: true,
    titleFormat: '{{plan_id}}: {{state}}',
    textFormat: '{{namespace}}/{{cluster}}',
    tagKeys: 'state',
  };
}

/** An annotation as both schemas have it. */
export function annotationParts({ marks, ...rest }: Annotation, print: Print) {
  return { ...rest, expr: print(marks), step: '60s' };
}
