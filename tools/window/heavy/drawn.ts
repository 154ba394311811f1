/// <reference lib="dom" />
import type { Page } from 'playwright-core';

const PATIENCE = 60_000;

/** Waits until everything of the address that a page has now is drawn. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.dataset['ready'] === location.href, undefined, { timeout: PATIENCE });
}
