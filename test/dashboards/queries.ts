import { type Dashboard, panelsOf, type Variable } from './dashboard-files.js';

/** A query of a panel to Prometheus. */
export interface PanelQuery {
  /** Title of the panel and reference of the query: `Plans at work / A`. */
  readonly key: string;
  readonly panel: string;
  readonly expr: string;
  /** Evaluated at the end of the chosen time only. */
  readonly instant: boolean;
  /** Least step, as the query or its panel sets it, such as `5m`. */
  readonly interval: string | undefined;
  /** How many points the panel asks for at most. */
  readonly maxDataPoints: number | undefined;
  /** Time of its own, such as `30d`, instead of that of the page. */
  readonly timeFrom: string | undefined;
}

/** Every PromQL query of every panel. */
export function panelQueries(dashboard: Dashboard): PanelQuery[] {
  return panelsOf(dashboard).flatMap((panel) =>
    (panel.targets ?? []).flatMap(({ refId, expr, instant, range, interval, datasource }) => {
      if (expr === undefined || (datasource ?? panel.datasource)?.type !== 'prometheus') return [];
      return [
        {
          key: `${panel.title} / ${refId}`,
          panel: panel.title,
          expr,
          instant: instant === true && range !== true,
          interval: interval ?? panel.interval,
          maxDataPoints: panel.maxDataPoints,
          timeFrom: panel.timeFrom,
        },
      ];
    }),
  );
}

/** A query for the choices of a variable: `label_values(selector, label)`. */
export interface VariableQuery {
  readonly variable: Variable;
  readonly selector: string;
  readonly label: string;
}

/** Every query for the choices of a variable. @throws Error for one of another form than `label_values(selector, label)` */
export function variableQueries({ templating }: Dashboard): VariableQuery[] {
  return templating.list
    .filter(({ type }) => type === 'query')
    .map((variable) => {
      const { name, query = '' } = variable;
      const text = typeof query === 'string' ? query : query.query;
      const [, selector, label] = /^label_values\((.+),\s*(\w+)\)$/s.exec(text) ?? [];
      if (selector === undefined || label === undefined) throw new Error(`${name}: not label_values(…, …): ${text}`);
      return { variable, selector, label };
    });
}

/** Every PromQL query of an annotation, by the name of the annotation. */
export function annotationQueries({ annotations }: Dashboard): { readonly name: string; readonly expr: string }[] {
  return annotations.list.flatMap(({ name, expr, target, datasource }) => {
    const text = expr ?? target?.expr;
    return datasource.type === 'prometheus' && text !== undefined ? [{ name, expr: text }] : [];
  });
}
