/** A history of the lab that pictures are taken of. */
export interface HistoryOf {
  readonly scenario: string;
  readonly hours: number;
  readonly clusters: number;
}

/** A picture: where it is taken, and of how much. */
export interface Scene {
  /** Its file, without theme and ending. */
  readonly name: string;
  readonly history: HistoryOf;
  /** Path of the page in the window, with its choices. */
  readonly page: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether the clock stands before the history begins: nothing has reported yet. */
  readonly isEmpty?: true;
  /** Title of a panel that the picture begins with, instead of the top of the page. */
  readonly from?: string;
}

const HEALTHY: HistoryOf = { scenario: 'healthy', hours: 0.69, clusters: 3 };
const STUCK: HistoryOf = { scenario: 'stuck-drain', hours: 1.4, clusters: 3 };
// None ends at a round time: the last label of an axis would be cut.
const FAILING: HistoryOf = { scenario: 'repeated-failures', hours: 1.95, clusters: 3 };
const BACKLOG: HistoryOf = { scenario: 'approval-backlog', hours: 4.95, clusters: 3 };
const SILENT: HistoryOf = { scenario: 'heartbeat-lost', hours: 0.45, clusters: 3 };
const CROWDED: HistoryOf = { scenario: 'too-many-moves', hours: 0.45, clusters: 3 };
const UNEVEN: HistoryOf = { scenario: 'imbalance', hours: 6.4, clusters: 1 };
const FLEET: HistoryOf = { scenario: 'fleet-one-bad', hours: 1.75, clusters: 200 };

const SCREEN = { width: 1600, height: 1080 };
/** As wide as a telephone, and so long that the first plan and its alerts are seen. */
const PHONE = { width: 420, height: 1400 };
/** A line of panels. */
const LINE = { width: 1600, height: 304 };
const ONCALL = '/d/mesh-rebalance-oncall';
const STUCK_PLAN = '/d/mesh-rebalance-plan?var-namespace=payments&var-cluster=eu-1&var-plan_id=payments-eu-1-0001';

/** Every picture, each of which is taken in light and in dark. */
export const SCENES: readonly Scene[] = [
  { name: 'overview', history: FAILING, page: '/d/mesh-rebalance-overview', ...SCREEN },
  { name: 'oncall-healthy', history: HEALTHY, page: ONCALL, ...SCREEN },
  { name: 'oncall-stuck', history: STUCK, page: ONCALL, ...SCREEN },
  { name: 'oncall-stuck-phone', history: STUCK, page: ONCALL, ...PHONE },
  { name: 'oncall-failures', history: FAILING, page: ONCALL, ...SCREEN },
  { name: 'oncall-backlog', history: BACKLOG, page: ONCALL, ...SCREEN },
  { name: 'oncall-fleet', history: FLEET, page: ONCALL, ...SCREEN, height: 1_000 },
  { name: 'oncall-empty', history: STUCK, page: ONCALL, ...SCREEN, isEmpty: true },
  { name: 'plan', history: STUCK, page: STUCK_PLAN, ...SCREEN },
  { name: 'plan-trace', history: STUCK, page: `${STUCK_PLAN}&rows=open`, width: 1600, height: 620, from: 'Trace' },
  { name: 'controllers', history: SILENT, page: ONCALL, ...LINE, height: 228, from: 'Controller state' },
  { name: 'moves', history: CROWDED, page: ONCALL, ...LINE, from: 'Concurrency against its limit' },
  { name: 'nodes', history: UNEVEN, page: ONCALL, ...LINE, from: 'Nodes at work' },
];

export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
