import type { Settings } from '../rules/settings.js';
import { oncallPage } from './oncall/page.js';
import { overviewPage } from './overview/page.js';
import type { Page } from './page.js';
import { planPage } from './plan/page.js';

/** Every dashboard, in the order in which a reader goes through them. */
export function allPages(settings: Settings): readonly Page[] {
  return [overviewPage(settings), oncallPage(settings), planPage(settings)];
}
