import { createRequire } from 'node:module';
import type { Annotation } from './annotations.js';
import type { PageRow } from './layout.js';
import { SIBLINGS, TAG } from './links.js';
import type { Link } from './model.js';
import type { Variable } from './variables.js';

const NAME = 'opentelemetry-instrumentation-mesh-rebalance';
/** The version of the package is also that of its dashboards. */
const { version: VERSION } = createRequire(import.meta.url)(`${NAME}/package.json`) as { version: string };

/** A dashboard. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  /** Whom it is for and what it answers. */
  readonly purpose: string;
  readonly tags: readonly string[];
  readonly from: string;
  readonly refresh: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Annotation[];
  readonly rows: readonly PageRow[];
}

/** Settings that every page has. */
export const COMMON = {
  // Everybody on a call reads the same times, and those of logs and of the command line.
  timezone: 'utc',
  weekStart: 'monday',
  to: 'now',
  refreshIntervals: ['30s', '1m', '5m', '15m', '1h'],
} as const;

/** Title, tags and links of a page. */
export function pageText({ purpose, tags }: Page): { description: string; tags: string[]; links: readonly Link[] } {
  return {
    description: `${purpose} From ${NAME} ${VERSION}.`,
    tags: [TAG, ...tags, `version-${VERSION}`],
    links: [SIBLINGS],
  };
}
