import { ONCALL } from './oncall.js';
import { OVERVIEW } from './overview.js';
import type { Page } from './page.js';
import { PLAN_PAGE } from './plan.js';

/** Every dashboard, in the order in which a reader goes through them. */
export const PAGES: readonly Page[] = [OVERVIEW, ONCALL, PLAN_PAGE];
