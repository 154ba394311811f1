import type { Scenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

/** The scenario of the lab that has this name, if there is one. */
export function findScenario(name: string | undefined): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}

/** The scenario of the lab that has this name. */
export function scenarioNamed(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario === undefined) throw new Error(`the lab has no scenario ${name}`);
  return scenario;
}
