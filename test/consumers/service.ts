import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/process.js';
import { expectNoComplaint, Program } from './program.js';
import { addFiles, copyOf, emptyFolder, install, type Line, nodeFor, openTelemetry, SDK_LOGS } from './project.js';

/**
 * The service of `service/`, built with a bundler: each bundle runs alone, away from the packages it was built from, and
 * exports the series. On line 3 the API has the Logs API, and the bundle must find it.
 */
export function itExportsFromABundle(
  fixture: string,
  build: (path: string) => Promise<void>,
  bundles: readonly string[],
): void {
  for (const line of [2, 3] as const) {
    it(`builds without a warning and exports the series on OpenTelemetry JS ${line}`, async function () {
      this.timeout('10m');
      const path = await serviceProject(fixture, line);
      await build(path);
      for (const bundle of bundles) {
        const alone = await emptyFolder(`${fixture}-bundle`);
        await cp(join(path, bundle), join(alone, basename(bundle)));
        const printed = await expectSeries(await nodeFor(line), [basename(bundle)], alone);
        if (line === 3) expect(printed).to.include('mesh.rebalance.state_changed');
      }
    });
  }
}

async function serviceProject(fixture: string, line: Line): Promise<string> {
  const path = await copyOf(fixture);
  await addFiles('service', join(path, 'src'));
  if (line === 3) await addFiles('service-with-logs', join(path, 'src'));
  await install(path, [...openTelemetry(line), ...(line === 3 ? [SDK_LOGS] : [])]);
  return path;
}

/**
 * Starts a service, waits until its scrape shows the series, and stops it.
 *
 * @returns what the service printed
 */
export async function expectSeries(command: string, args: readonly string[], cwd: string): Promise<string> {
  const port = String(await freePort());
  const service = new Program(command, args, cwd, { METRICS_PORT: port });
  try {
    await eventually(async () => {
      expectPlan(await scrape(port));
      return true;
    }).catch((error) => {
      throw new Error(`${error}\nThe service printed: ${service.output}`, { cause: error });
    });
  } finally {
    await service.stop();
  }
  expectNoComplaint(service.output);
  return service.output;
}

export async function scrape(port: string): Promise<string> {
  // A connection that is kept open would hold the service's server at its end.
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
  expect(response.status).to.equal(200);
  return response.text();
}

/** The plan of `service/`: there once, with one move done and one shard left. */
export function expectPlan(scraped: string): void {
  const cluster = '{namespace="payments",cluster="eu-1",';
  const seriesOf = (start: string) =>
    scraped
      .split('\n')
      .filter((line) => line.startsWith(start))
      .map((line) => line.slice(line.lastIndexOf(' ') + 1));
  expect(seriesOf(`mesh_rebalance_plan_info${cluster}plan_id="drain-node-a"`), scraped).to.deep.equal(['1']);
  expect(seriesOf(`mesh_rebalance_plan_shards_remaining${cluster}plan_id="drain-node-a"`)).to.deep.equal(['1']);
  expect(seriesOf(`mesh_rebalance_moves_total${cluster}outcome="completed"`)).to.deep.equal(['1']);
}
