import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../operator/cli/usage.js';
import type { Scenario } from './scenario.js';
import { findScenario } from './scenario-named.js';
import { SCENARIOS } from './scenarios.js';

/** The scenario of a name on a command line. */
export function parseScenario(name: string): Scenario {
  const scenario = findScenario(name);
  if (scenario !== undefined) return scenario;
  throw new InvalidArgumentError(`There are ${scenarioNames().join(', ')}.${didYouMean(name, scenarioNames())}`);
}

/** A number on a command line. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}

export function scenarioNames(): string[] {
  return SCENARIOS.map(({ name }) => name);
}
