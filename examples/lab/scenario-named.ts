import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

/** The scenario of the lab that has this name. */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`the lab has no scenario ${name}`);
  return scenario;
}
