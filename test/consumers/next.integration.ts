import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';
import { expectNoComplaint, Program, runQuietly } from './program.js';
import { expectPlan, scrape } from './service.js';
import { programOf, Workshop } from './workshop.js';

/** The first answer of `next dev` waits for its compiler. */
const FIRST_ANSWER_MS = 60_000;
const CONTROLLER = 'controller.ts';
const OWN_CONTROLLER = 'app/own/route.ts';

describe('a consumer built by Next.js, instrumentation.ts and routes', function () {
  this.timeout('5m');
  const workshop = Workshop.forSuite();
  let path: string;

  before(async () => {
    path = await workshop.project('next');
  });

  for (const bundler of ['--turbopack', '--webpack']) {
    it(`builds without a warning, starts and exports the series: next build ${bundler}`, async () => {
      await runQuietly(programOf(path, 'next'), ['build', bundler], path);
      await withServer(['start'], async ({ get, metrics }) => {
        expect(await get('/rebalance')).to.deep.equal({ edition: 'first', listeners: 1 });
        expectPlan(await metrics());
      });
    });

    it(`has one instrumentation of a cluster after a changed file: next dev ${bundler}`, async () => {
      await withServer(['dev', bundler], async ({ get, metrics }) => {
        expect(await get('/rebalance')).to.deep.equal({ edition: 'first', listeners: 1 });
        expect(await get('/own')).to.deep.equal({ edition: 'first' });
        for (const file of [CONTROLLER, OWN_CONTROLLER]) await edit(file);
        expect(await get('/rebalance', 'second')).to.deep.equal({ edition: 'second', listeners: 1 });
        expect(await get('/own', 'second')).to.deep.equal({ edition: 'second' });
        const scraped = await metrics();
        expectPlan(scraped);
        const series = scraped.split('\n').flatMap((line) => /^\w+\{.*\}/.exec(line) ?? []);
        expect(series.filter((name, index) => series.indexOf(name) !== index)).to.deep.equal([]);
        expect(series.filter((name) => name.startsWith('mesh_rebalance_plan_info'))).to.have.length(2);
      });
    });
  }

  interface Server {
    /** What a route answers, once it is of this edition. */
    get(route: string, edition?: string): Promise<unknown>;
    metrics(): Promise<string>;
  }

  /** Runs `next` with the files as they stand in the fixture, and looks through what it has said. */
  async function withServer(args: readonly string[], use: (server: Server) => Promise<void>): Promise<void> {
    const [port, metricsPort] = [String(await freePort()), String(await freePort())];
    const listen = ['--hostname', '127.0.0.1', '--port', port];
    const program = new Program(programOf(path, 'next'), [...args, ...listen], path, { METRICS_PORT: metricsPort });
    const get = (route: string, edition = 'first') =>
      until(async () => {
        const response = await fetch(`http://127.0.0.1:${port}${route}`);
        const answer = (await response.json()) as { edition: string };
        return answer.edition === edition ? answer : undefined;
      }, FIRST_ANSWER_MS);
    try {
      await use({ get, metrics: () => scrape(metricsPort) });
    } catch (error) {
      throw new Error(`${error}\nNext.js printed: ${program.output}`, { cause: error });
    } finally {
      await program.stop();
      for (const file of [CONTROLLER, OWN_CONTROLLER]) await restore(file);
    }
    expectNoComplaint(program.output);
  }

  async function edit(file: string): Promise<void> {
    const source = await readFile(join(path, file), 'utf8');
    await writeFile(join(path, file), source.replace("'first'", "'second'"));
  }

  async function restore(file: string): Promise<void> {
    await cp(workshop.fixture(join('next', file)), join(path, file));
  }
});
