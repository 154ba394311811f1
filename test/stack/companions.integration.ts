import { mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect } from 'chai';
import { type ProgramName, program } from '../../tools/program.js';
import { startMesh } from '../operator/cli/example-process.js';
import { until } from '../support/until.js';
import { DemoProcess } from './demo-process.js';

type Labels = Record<string, string>;

async function plansInPrometheus(url: string): Promise<Labels[]> {
  const query = 'mesh_rebalance_plan_info{namespace="catalog"}';
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = (await response.json()) as { data: { result: { metric: Labels }[] } };
  return data.result.map(({ metric }) => metric);
}

async function alertsIn(url: string): Promise<Labels[]> {
  const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as { labels: Labels }[];
  return alerts.map(({ labels }) => labels);
}

/** Number of things that the Collector has taken by its log, such as `"log records": 4`. */
function taken(log: string, what: string): number {
  return [...log.matchAll(new RegExp(`"${what}": (\\d+)`, 'g'))].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function folderOf(name: ProgramName): Promise<string> {
  return dirname(await program(name));
}

describe('the companions of the demo', () => {
  const programs: string[] = [];
  let demo: DemoProcess;
  let files: string;

  before(async () => {
    programs.push(await folderOf('prometheus-2'), await folderOf('alertmanager-0.25'));
  });
  beforeEach(async () => {
    files = await mkdtemp(join(tmpdir(), 'demo-test-'));
  });
  afterEach(() => demo.interrupt());

  async function startWith(companions: string): Promise<void> {
    const PATH = [process.env['PATH'], ...programs].join(delimiter);
    demo = await DemoProcess.start(['--with', companions], { PATH, TMPDIR: files });
    await demo.printed('In another terminal');
  }
  const urlOf = (companion: string) => demo.found(new RegExp(`^ +${companion} +(http\\S+)$`, 'm'));

  async function endLeavingNothing(...companions: string[]): Promise<void> {
    const urls = companions.map(urlOf);
    demo.interrupt();
    expect(await demo.end()).to.include({ code: 0, stderr: '' });
    for (const url of urls) {
      const failure = await fetch(url).catch((error: Error) => error.cause);
      expect(failure).to.include({ code: 'ECONNREFUSED' });
    }
    expect(await readdir(files)).to.deep.equal([]);
    await rmdir(files);
  }

  it('are a Prometheus that scrapes it', async () => {
    await startWith('prometheus');
    await until(async () => {
      const plans = await plansInPrometheus(urlOf('prometheus'));
      return plans.find(({ plan_id }) => plan_id?.startsWith('catalog-eu-2-'));
    });
    await endLeavingNothing('prometheus');
  });

  it('are an Alertmanager, which hears from Prometheus that a plan waits, until it is approved', async () => {
    await startWith('prometheus,alertmanager');
    const waiting = async () => {
      const alerts = await alertsIn(urlOf('alertmanager'));
      return alerts.find(
        ({ alertname, cluster }) => alertname === 'MeshRebalanceApprovalPending' && cluster === 'eu-2',
      );
    };
    const alert = await until(waiting);
    expect(alert).to.include({ severity: 'info', namespace: 'catalog' });
    const plan = demo.found(/ (catalog-eu-2-\d+) planCreated/);
    expect(await startMesh(['shards', 'rebalance', 'approve', plan], demo.env).end()).to.include({ code: 0 });
    await until(async () => (await waiting()) === undefined);
    const approved = new RegExp(`^mesh_rebalance_plan_approvals_total\\{.*"${plan}",decision="approved"\\} 1$`, 'm');
    await until(async () => approved.test(await (await fetch(demo.metricsUrl)).text()));
    expect(demo.stdout).to.include(`curl -s ${urlOf('alertmanager')}/api/v2/alerts`);
    await endLeavingNothing('prometheus', 'alertmanager');
  });

  it('are an Alertmanager alone, if only that is asked for', async () => {
    await startWith('alertmanager');
    expect(await alertsIn(urlOf('alertmanager'))).to.deep.equal([]);
    expect(demo.stdout).not.to.match(/^ +(prometheus|collector) /m);
    await endLeavingNothing('alertmanager');
  });

  describe('with a Collector', () => {
    before(async function () {
      // A machine that has none of its modules yet takes minutes.
      this.timeout(900_000);
      programs.push(await folderOf('otelcol'));
    });

    it('take its spans and its log events', async () => {
      await startWith('collector');
      const log = await until(async () => {
        const text = await readFile(demo.found(/tail -f (\S+)/), 'utf8');
        return taken(text, 'spans') > 0 && taken(text, 'log records') > 0 ? text : undefined;
      });
      expect(log).not.to.match(/deprecated|\t(warn|error)\t/);
      await endLeavingNothing('collector');
    });

    it('run all together, in whatever order they are named', async () => {
      await startWith('collector,alertmanager,prometheus');
      await until(async () => (await plansInPrometheus(urlOf('prometheus')))[0]);
      await endLeavingNothing('prometheus', 'alertmanager', 'collector');
    });
  });

  for (const [companion, wanted] of [
    ['prometheus', 'prometheus'],
    ['alertmanager', 'alertmanager or prometheus-alertmanager'],
    ['collector', 'otelcol-contrib or otelcol or otelcol-core'],
  ] as const) {
    it(`say that the program is missing: ${companion}`, async () => {
      demo = await DemoProcess.start(['--with', companion], { PATH: '/nowhere' });
      const message = `error: "--with ${companion}" needs the program ${wanted} on PATH. Install it, or leave the option out.\n`;
      expect(await demo.end()).to.deep.equal({ code: 1, stdout: '', stderr: message });
      await rmdir(files);
    });
  }

  it('end too when another of them does not run', async () => {
    const broken = await mkdtemp(join(tmpdir(), 'demo-test-'));
    await writeFile(join(broken, 'prometheus'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const PATH = [broken, process.env['PATH'], ...programs].join(delimiter);
    demo = await DemoProcess.start(['--with', 'alertmanager,prometheus'], { PATH, TMPDIR: files });
    const message = `error: ${broken}/prometheus ended at once; what it printed says why.\n`;
    expect(await demo.end()).to.deep.equal({ code: 1, stdout: '', stderr: message });
    expect(await readdir(files)).to.deep.equal([]);
    await rmdir(files);
    await rm(broken, { recursive: true });
  });

  it('are refused when they are not known, or when the traces are to go elsewhere', async () => {
    demo = await DemoProcess.start(['--with', 'prometheus,grafana']);
    const unknown = await demo.end();
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.include('collector,alertmanager,prometheus');
    demo = await DemoProcess.start(['--with', 'collector', '--otlp', 'http://127.0.0.1:4318']);
    const both = await demo.end();
    expect(both.code).to.equal(2);
    expect(both.stderr).to.include('Give one of them');
    await rmdir(files);
  });
});
