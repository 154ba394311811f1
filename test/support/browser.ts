/// <reference lib="dom" />
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { program } from '../../tools/program.js';
import type { Cleanup } from './cleanup.js';

/** Chromium, in which each page is a reader of its own. */
export class Browser {
  readonly #browser: Awaited<ReturnType<typeof chromium.launch>>;
  /** What went wrong in the pages, by their own account. */
  readonly faults: string[] = [];

  private constructor(browser: Awaited<ReturnType<typeof chromium.launch>>) {
    this.#browser = browser;
  }

  static async launch(cleanup: Cleanup): Promise<Browser> {
    // The sandbox is not for root, as whom containers run tests; the pages are our own.
    const started = await chromium.launch({ executablePath: await program('chromium'), args: ['--no-sandbox'] });
    await cleanup.use({ stop: () => started.close() });
    return new Browser(started);
  }

  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context: BrowserContext = await this.#browser.newContext(options);
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
