/*
 * Draws what a real Alertmanager sends in four histories of the lab, as Teams, PagerDuty, a reader of mail and a
 * terminal show it, into the pictures of the documents. With names of histories as arguments only those.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Shutdown } from '../../../examples/stack/shutdown.js';
import { startBrowser } from '../../../tools/pictures/camera.js';
import { REPOSITORY } from '../../../tools/repository.js';
import { pageOf } from './page.js';
import { type Minute, sentAt } from './sent.js';

/** A few minutes after the worst has begun. */
const HISTORIES: readonly Minute[] = [
  { scenario: 'stuck-drain', minute: 56 },
  { scenario: 'approval-backlog', minute: 300 },
  { scenario: 'repeated-failures', minute: 92 },
  { scenario: 'fleet-one-bad', minute: 103 },
];

const wanted = process.argv.slice(2);
const shutdown = new Shutdown();
try {
  const browser = await startBrowser(shutdown);
  for (const history of HISTORIES) {
    if (wanted.length > 0 && !wanted.includes(history.scenario)) continue;
    const page = await browser.newPage({ viewport: { width: 1400, height: 400 } });
    await page.setContent(pageOf(await sentAt(history)));
    const png = await page.screenshot({ fullPage: true });
    const name = `docs/screenshots/notification-${history.scenario}.png`;
    await writeFile(join(REPOSITORY, name), png);
    console.log(`${name}: ${Math.ceil(png.length / 1024)} KB`);
    await page.close();
  }
} finally {
  await shutdown.run();
}
