import type { Settings } from '../../rules/settings.js';
import type { PageRow } from '../layout.js';
import { drains, MOVES, progress } from './progress.js';
import { alerts, COMMANDS, controller, eta, states, summary } from './standing.js';
import { approval, timeSoFar } from './time.js';

/** The plan itself: how it stands, its progress, its time. */
export function thePlan(settings: Settings): PageRow {
  const { values } = settings;
  return {
    panels: [
      summary(values),
      states(values),
      eta(values),
      alerts(settings),
      COMMANDS,
      progress(values),
      drains(values),
      MOVES,
      approval(values),
      timeSoFar(values),
      controller(values),
    ],
  };
}
