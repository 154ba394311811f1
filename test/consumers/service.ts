import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { NEWER_NODE, openTelemetry, SDK_LOGS_3 } from '../support/otel-lines.js';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';
import { expectNoComplaint, Program } from './program.js';
import { Workshop } from './workshop.js';

/**
 * The service of `service/`, built by a bundler: the build says no word of warning, and each bundle runs alone, away from
 * the packages it was built from, and exports the series.
 *
 * @param build builds the project in a folder
 */
export function itExportsFromABundle(
  fixture: string,
  build: (path: string) => Promise<void>,
  bundles: readonly string[],
): void {
  const workshop = Workshop.forSuite();

  async function expectBundles(path: string, node: string): Promise<string[]> {
    await build(path);
    const printed: string[] = [];
    for (const bundle of bundles) {
      const alone = await workshop.folder(`${fixture}-bundle`);
      await cp(join(path, bundle), join(alone, basename(bundle)));
      printed.push(await expectSeries(node, [basename(bundle)], alone));
    }
    await rm(path, { recursive: true });
    return printed;
  }

  it('exports the series on OpenTelemetry JS 2', async function () {
    this.timeout('5m');
    await expectBundles(await workshop.project(fixture, 'service'), process.execPath);
  });

  it('exports the series on OpenTelemetry JS 3, and log events through the Logs API of its API', async function () {
    this.timeout('5m');
    const path = await workshop.copyOf(fixture, 'service', 'service-with-logs');
    await workshop.install(path, [...openTelemetry(3), SDK_LOGS_3]);
    const tools = await workshop.tools(`${NEWER_NODE.name}@${NEWER_NODE.version}`);
    const node = join(tools, 'node_modules', NEWER_NODE.name, 'bin/node');
    for (const printed of await expectBundles(path, node)) {
      expect(printed.split('\n')).to.include('mesh.rebalance.state_changed');
    }
  });
}

/**
 * Starts a service, waits until its scrape shows the plan, and stops it.
 *
 * @returns what the service printed
 */
export async function expectSeries(command: string, args: readonly string[], cwd: string): Promise<string> {
  const port = String(await freePort());
  const service = new Program(command, args, cwd, { METRICS_PORT: port });
  try {
    await until(async () => {
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

/** The plan of the service: there once, with one move done and one shard left. */
export function expectPlan(scraped: string): void {
  const cluster = '{namespace="payments",cluster="eu-1",';
  const valuesOf = (start: string) =>
    scraped
      .split('\n')
      .filter((line) => line.startsWith(start))
      .map((line) => line.slice(line.lastIndexOf(' ') + 1));
  expect(valuesOf(`mesh_rebalance_plan_info${cluster}plan_id="drain-node-a"`), scraped).to.deep.equal(['1']);
  expect(valuesOf(`mesh_rebalance_plan_shards_remaining${cluster}plan_id="drain-node-a"`)).to.deep.equal(['1']);
  expect(valuesOf(`mesh_rebalance_moves_total${cluster}outcome="completed"`)).to.deep.equal(['1']);
}
