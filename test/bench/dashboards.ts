import { join } from 'node:path';
import { record } from '../dashboards/recorded.js';
import { Cleanup } from '../support/cleanup.js';
import { SECOND } from '../support/time.js';
import { loadFleet } from './dashboards-history.js';
import { measurePages } from './dashboards-pages.js';
import { quick } from './settings.js';

const CLUSTERS = quick ? 20 : 200;
const HOURS = quick ? 4 : 24;
const SCRAPE = 30 * SECOND;

const cleanup = new Cleanup();
try {
  const began = performance.now();
  const loaded = await loadFleet(cleanup, { clusters: CLUSTERS, hours: HOURS, scrape: SCRAPE });
  await record(loaded.prometheus, join(loaded.folder, 'recorded.om'), loaded.start, loaded.end);
  console.log(
    `${CLUSTERS} clusters, ${loaded.livePlans} live plans in each of ${HOURS} h, scraped every ${SCRAPE / SECOND} s: ` +
      `${loaded.series} series at a time, ${(loaded.samples / 1e6).toFixed(1)} million samples; ` +
      `loaded in ${((performance.now() - began) / SECOND).toFixed(0)} s`,
  );
  await measurePages(loaded.prometheus, SCRAPE, loaded.end);
} finally {
  await cleanup.now();
}
