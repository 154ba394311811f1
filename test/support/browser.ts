/// <reference lib="dom" />
import type { BrowserContext, BrowserContextOptions, Page, Browser as Started } from 'playwright-core';
import { launchChromium } from '../../tools/chromium.js';
import type { Cleanup } from './cleanup.js';
import { MINUTE } from './time.js';

/** Chromium, in which each page is a reader of its own. */
export class Browser {
  readonly #browser: Started;
  /** What went wrong in the pages, by their own account. */
  readonly faults: string[] = [];

  private constructor(browser: Started) {
    this.#browser = browser;
  }

  static async launch(cleanup: Cleanup): Promise<Browser> {
    const started = await launchChromium();
    await cleanup.use({ stop: () => started.close() });
    return new Browser(started);
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser.newContext(options);
    context.setDefaultTimeout(MINUTE);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('dialog', async (dialog) => {
      this.faults.push(`dialog: ${dialog.message()}`);
      await dialog.dismiss();
    });
    await page.goto(url);
    return page;
  }
}
