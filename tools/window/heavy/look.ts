import { once } from 'node:events';
import { Argument, Command, InvalidArgumentError } from 'commander';
import open from 'open';
import type { Scenario } from '../../../examples/lab/scenario.js';
import { SCENARIOS } from '../../../examples/lab/scenarios.js';
import { didYouMean } from '../../../examples/operator/cli/usage.js';
import { freePort } from '../../../examples/stack/program.js';
import { Shutdown } from '../../../examples/stack/shutdown.js';
import { toStandardError } from '../../build-progress.js';
import { prometheusOver } from '../../history/prometheus.js';
import { recordRun } from '../../history/recorded-run.js';
import { startWindow, WINDOW_PORT } from '../server/server.js';
import { bundledPage } from './bundle.js';
import { EventFile, TraceFile } from './otlp-files.js';
import { heavyRoutes } from './routes.js';

const MINUTE = 60_000;
const ONCALL = '/d/mesh-rebalance-oncall';

interface LookOptions {
  readonly minute?: number;
  readonly hours?: number;
  readonly clusters?: number;
  readonly port?: number;
  readonly open?: true;
}

const command = new Command('npm run look --')
  .description('Plays a scenario of the lab, and shows it in a browser: dashboards, traces, log events, runbooks.')
  .addArgument(new Argument('<scenario>', 'what happens; "npm run lab -- --help" lists all').argParser(parseScenario))
  .option('--minute <n>', 'the clock stands there, counted from the beginning; default: the end', parsePositive)
  .option('--hours <n>', "hours that are played; default: the scenario's", parsePositive)
  .option('--clusters <n>', "clusters; default: the scenario's", parsePositive)
  .option('--port <n>', `port of the page; default: ${WINDOW_PORT}, or another where that is taken`, parsePositive)
  .option('--open', 'open the page in the browser')
  .parse();
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const shutdown = new Shutdown();
try {
  const url = await show(command.processedArgs[0] as Scenario, command.opts<LookOptions>());
  console.log(`${url}\n\nCtrl-C ends it.`);
  if (command.opts<LookOptions>().open) {
    // Not every machine has one; whoever reads the line above can open it.
    (await open(url)).on('error', (error) => console.error(`No browser was opened: ${error.message}`));
  }
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
} catch (error) {
  if (!interrupted.signal.aborted) {
    console.error(`error: ${(error as Error).message}`);
    process.exitCode = 1;
  }
} finally {
  await shutdown.run();
}

async function show(scenario: Scenario, { minute, port, ...options }: LookOptions): Promise<string> {
  const { hours = scenario.hours, clusters = scenario.clusters } = options;
  const bundle = await bundledPage();
  toStandardError(`${scenario.name}: playing ${hours} h of ${clusters} clusters`);
  const run = await recordRun({ scenario, hours, clusters, seed: 1 }, shutdown);
  toStandardError(`${scenario.name}: loading it into Prometheus, with its rules`);
  const prometheus = await prometheusOver(run, shutdown, interrupted.signal);
  const now = minute === undefined ? run.to : Math.min(run.from + minute * MINUTE, run.to);
  const settings = {
    title: `${scenario.name}, minute ${Math.round((now - run.from) / MINUTE)}`,
    about: scenario.shows,
    now,
    from: String(run.from),
    to: String(now),
    pages: [{ title: 'Runbooks', url: '/runbooks/' }],
  };
  const routes = heavyRoutes({
    bundle,
    settings,
    prometheus,
    traces: new TraceFile(run.traces),
    events: new EventFile(run.logs),
    home: ONCALL,
  });
  const nothing = async () => [];
  const window = await startWindow({
    port: port ?? (await freePort(WINDOW_PORT)),
    sources: { title: settings.title, stuckAfterMillis: 0, plans: nothing, clusters: nothing },
    routes,
  });
  shutdown.add(() => window.close());
  return window.url;
}

function parseScenario(name: string): Scenario {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (scenario !== undefined) return scenario;
  const names = SCENARIOS.map((candidate) => candidate.name);
  throw new InvalidArgumentError(`There are ${names.join(', ')}.${didYouMean(name, names)}`);
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Give a number above 0.');
}
