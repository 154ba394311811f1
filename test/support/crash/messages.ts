import type { RebalanceSnapshot } from '../../../lib/index.js';
import type { Fact } from './world.js';

/** Messages to the process of a controller. */
export type ToController =
  | {
      readonly type: 'start';
      /** Files. */
      readonly journal: string;
      readonly spans: string;
      readonly snapshot: RebalanceSnapshot | undefined;
    }
  | { readonly type: 'fact'; readonly fact: Fact; readonly index: number }
  | { readonly type: 'collect' };

/** Messages of such a process. */
export type FromController =
  | { readonly type: 'started' }
  /** How many facts it has told of. */
  | { readonly type: 'told'; readonly count: number }
  | { readonly type: 'collected'; readonly points: readonly Point[]; readonly complaints: readonly string[] };

/** A value of a series. */
export interface Point {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number;
}

/** A span as its process has written it. Times in milliseconds since the Unix epoch. */
export interface WrittenSpan {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string;
  readonly startedAt: number;
  readonly endedAt: number;
}
