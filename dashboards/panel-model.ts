import { METRICS_SOURCE } from './data-sources.js';
import type { PlacedPanel } from './layout.js';
import type { Panel, Target } from './model.js';
import { type PanelText, type Print, refIdAt } from './panel.js';

/** A panel as Grafana's classic JSON has it. */
export function panelModel({ id, panel, at }: PlacedPanel, print: Print): Panel {
  const { title, unit, noValue, source = METRICS_SOURCE, visual, queries } = panel;
  const targets = queries.map(({ expression, options }, index): Target => {
    const query = { refId: refIdAt(index), datasource: source, ...options };
    return expression === undefined ? query : { ...query, expr: print(expression) };
  });
  return {
    id,
    type: visual.type,
    title,
    description: description(panel),
    datasource: source,
    gridPos: at,
    transparent: false,
    repeatDirection: 'h',
    ...(visual.options === undefined ? {} : { options: visual.options }),
    fieldConfig: {
      defaults: { ...visual.fields, unit, noValue },
      overrides: [...queries.flatMap(({ look }) => look ?? []), ...(visual.overrides ?? [])],
    },
    ...(targets.length === 0 ? {} : { targets }),
    ...(visual.transformations === undefined ? {} : { transformations: visual.transformations }),
    ...(visual.maxDataPoints === undefined ? {} : { maxDataPoints: visual.maxDataPoints }),
    ...(visual.interval === undefined ? {} : { interval: visual.interval }),
    ...(visual.links === undefined ? {} : { links: visual.links }),
  };
}

/** The text behind the information sign of a panel; Markdown. */
function description({ shows, act, empty }: PanelText): string {
  return `${shows}\n\n**What to do:** ${act}\n\n**Empty:** ${empty}`;
}
