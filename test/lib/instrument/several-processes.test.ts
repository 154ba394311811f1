import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parseExposition, select } from '../../support/exposition.js';
import { Daemon, freePort } from '../../support/process.js';
import { until } from '../../support/until.js';

const APP = fileURLToPath(new URL('../../fixtures/exporting.js', import.meta.url));

/** Runs the fixture. Its default port may be in use on this machine: whether it could listen is no matter here. */
async function exporting(kind: string, env: Record<string, string> = {}): Promise<{ out: string; warnings: string[] }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [APP, kind, String(await freePort())], {
    env: { ...process.env, ...env },
  });
  return { out: stdout, warnings: stderr.split('\n').filter((line) => line.includes('MeshRebalanceWarning')) };
}

const shared = (lines: readonly string[]) => lines.filter((line) => line.includes('MESH_REBALANCE_SHARED_PORT'));

describe('several processes with rebalancePrometheusExporter()', () => {
  it('are warned once each when they are workers of node:cluster without a port, where no diag logger is set', async () => {
    const warnings = shared((await exporting('workers')).warnings);
    expect(warnings).to.have.length(2);
    for (const warning of warnings) {
      expect(warning)
        .to.include('all workers share port 9464')
        .and.include('docs/observability/metrics.md#several-processes');
    }
  });

  it('are warned through diag as well', async () => {
    const { out } = await exporting('diag');
    expect(out.match(/^diag .*all workers share port/gm)).to.have.length(2);
  });

  it('are not warned with a port in the code or the environment, nor with a server of their own', async () => {
    expect(shared((await exporting('given')).warnings)).to.deep.equal([]);
    expect(shared((await exporting('mounted')).warnings)).to.deep.equal([]);
    const OTEL_EXPORTER_PROMETHEUS_PORT = String(await freePort());
    expect(shared((await exporting('workers', { OTEL_EXPORTER_PROMETHEUS_PORT })).warnings)).to.deep.equal([]);
  });

  it('are told of a taken port where no diag logger is set: worker threads', async () => {
    const { warnings } = await exporting('threads');
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/does not listen on 127\.0\.0\.1:\d+, .*EADDRINUSE.*worker thread.*give \{ port \}/);
  });

  it('are told of a taken port once, or through their callback, and go on', async () => {
    const { out, warnings } = await exporting('twice');
    expect(warnings).to.have.length(1);
    expect(out).to.match(/EADDRINUSE/);
  });

  const inPlaceOfAnother = async () => {
    const first = await consecutivePorts(2);
    const example = new URL('../../../../examples/setup/node-cluster/index.mjs', import.meta.url).pathname;
    const daemon = new Daemon(process.execPath, [example], { FIRST_PORT: String(first), WORKERS: '2' });
    try {
      const scrape = async (port: number) => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
        return select(parseExposition((await response.text()).trim()), 'mesh_rebalance_paused');
      };
      const both = () => Promise.all([scrape(first), scrape(first + 1)]);
      const samples = await until(both);
      expect(samples.map(({ length }) => length)).to.deep.equal([1, 1]);
      const [worker = 0] = await childrenOf(daemon.process.pid);
      process.kill(worker);
      await until(async () => {
        const workers = await childrenOf(daemon.process.pid);
        if (workers.includes(worker) || workers.length < 2) return undefined;
        return both();
      });
      expect(daemon.output).to.equal('');
    } finally {
      await daemon.stop();
    }
  };
  // Only Linux tells which processes are a process' children.
  if (existsSync('/proc/self/task')) {
    it('have a port each as the documents show it, also the one that takes the place of another', inPlaceOfAnother);
  }
});

/** As Linux tells it. */
async function childrenOf(pid = 0): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

/** The first of `count` ports in a row that were free a moment ago. */
async function consecutivePorts(count: number): Promise<number> {
  for (;;) {
    const first = await freePort();
    const servers = Array.from({ length: count }, (_, i) => createServer().listen(first + i, '127.0.0.1'));
    const outcomes = await Promise.allSettled(servers.map((server) => once(server, 'listening')));
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (outcomes.every(({ status }) => status === 'fulfilled')) return first;
  }
}
