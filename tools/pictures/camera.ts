/// <reference lib="dom" />
import type { Browser } from 'playwright-core';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { launchChromium } from '../chromium.js';
import { drawn } from '../window/heavy/drawn.js';
import type { HistoryWindow } from '../window/heavy/history-window.js';
import type { Scene, Theme } from './scenes.js';

/** Letters and colours come out alike, whatever screen this machine has. */
const ALIKE = ['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--hide-scrollbars'];
const DAY = 86_400_000;

/** Starts Debian's Chromium. */
export async function startBrowser(shutdown: Shutdown): Promise<Browser> {
  const browser = await launchChromium(ALIKE);
  shutdown.add(() => browser.close());
  return browser;
}

/** What was taken. */
interface Picture {
  readonly png: Buffer;
  /** Panels that show an error, each with what it says. */
  readonly problems: readonly string[];
}

/** Takes the picture of a scene, once all of its panels are drawn. */
export async function take(browser: Browser, window: HistoryWindow, scene: Scene, theme: Theme): Promise<Picture> {
  const { width, height } = scene;
  const now = scene.isEmpty ? window.run.from - DAY : window.run.to;
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  try {
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.clock.setFixedTime(now);
    const address = new URL(scene.page, window.url);
    address.searchParams.set('theme', theme);
    address.searchParams.set('now', String(now));
    if (scene.isEmpty)
      for (const [end, time] of Object.entries({ from: 'now-6h', to: 'now' })) address.searchParams.set(end, time);
    await page.goto(address.href);
    await drawn(page);
    await page.evaluate(() => document.fonts.ready);
    if (scene.from !== undefined) {
      await page.locator(`[data-panel="${scene.from}"]`).evaluate((panel) => panel.scrollIntoView());
    }
    const panels = await page.$$eval('[data-problem]', (found) =>
      found.map((panel) => `${panel.getAttribute('data-panel')}: ${panel.getAttribute('data-problem')}`),
    );
    const alerts = await page.$$eval('[role=alert]', (found) => found.map(({ textContent }) => textContent ?? ''));
    const png = await page.screenshot({ animations: 'disabled', caret: 'hide' });
    return { png, problems: [...errors, ...panels, ...alerts] };
  } finally {
    await context.close();
  }
}
