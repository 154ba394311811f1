/* The demo with its page, whose address is the first line. */
import { freePort } from '../../../examples/stack/program.js';
import { type RunningDemo, runDemo } from '../../../examples/stack/run-demo.js';
import { openInBrowser } from '../open-in-browser.js';
import { startWindow, WINDOW_PORT } from '../server/server.js';
import { DemoDashboards } from './dashboards.js';
import { demoSources } from './demo-sources.js';
import { RecentSignals } from './recent-signals.js';

await runDemo(process.argv.slice(2), async (inBrowser) => {
  const signals = new RecentSignals();
  const dashboards = new DemoDashboards(signals);
  let demo: RunningDemo | undefined;
  const window = await startWindow({
    port: await freePort(WINDOW_PORT),
    sources: demoSources(signals, dashboards, () => demo),
    routes: [dashboards.route],
  });
  console.log(`${window.url} shows all of it in a browser.`);
  if (inBrowser) await openInBrowser(window.url);
  return {
    runbooksUrl: `${window.url}runbooks`,
    processors: signals,
    show: (running) => {
      demo = running;
      return dashboards.serve(running.links.find(({ name }) => name === 'prometheus')?.url, window.url);
    },
    close: window.close,
  };
});
