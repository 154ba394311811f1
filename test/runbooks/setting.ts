import type { PlanView } from '../../examples/operator/controllable.js';

/** Labels of an alert. */
export type Labels = Readonly<Record<string, string>>;

/** The trouble that a page is about, and what its commands can ask while it lasts. */
export interface Setting {
  /** Plans that an operator sees. */
  readonly plans: readonly PlanView[];
  /** Whether the control API of the cluster answers. */
  readonly answers: boolean;
  /** Runs a command with what is there for it now: variables, and what its output is to show instead of local addresses. */
  during<T>(use: (surroundings: Surroundings) => Promise<T>): Promise<T>;
  /** Labels of which an expression has had a result at each minute of this time until now; undefined where no time has passed. */
  holds(expression: string, minutes: number): Promise<readonly Labels[] | undefined>;
  close(): Promise<void>;
}

/** What a command finds. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  /** Addresses of this machine, with those that a page shows. */
  readonly addresses: readonly (readonly [here: string, shown: string])[];
  /** Lets time pass; where it cannot, throws. */
  readonly passTime: (minutes: number) => Promise<void>;
}
