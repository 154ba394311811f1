import type { Scenario } from '../../examples/lab/scenario.js';
import { SCENARIOS } from '../../examples/lab/scenarios.js';

/** The scenario of the lab that has this name. */
export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
}
