import type { Settings } from '../../rules/settings.js';
import type { PageRow } from '../layout.js';
import { BALANCE } from './nodes.js';
import { drains, MOVES, progress } from './progress.js';
import { RUN } from './run.js';
import { alerts, states, summary } from './standing.js';
import { APPROVAL, controller, timeSoFar } from './time.js';

/** The plan itself: how it stands, what to run, its progress, its time, what it does to the nodes. */
export function thePlan(settings: Settings): PageRow {
  const { values } = settings;
  return {
    panels: [
      summary(values),
      states(values),
      RUN,
      alerts(settings),
      timeSoFar(values),
      APPROVAL,
      controller(values),
      progress(values),
      drains(values),
      MOVES,
      BALANCE,
    ],
  };
}
