import { type Browser, chromium } from 'playwright-core';
import { program } from './program.js';

/** Starts Debian's Chromium. The sandbox is not for root, as whom containers run it; the pages are our own. */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await program('chromium'), args: ['--no-sandbox', ...flags] });
}
