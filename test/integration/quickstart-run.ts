import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { until } from '../support/until.js';

/** The lines that a plan has in a scrape; times differ from run to run. */
function planLines(scrape: string): string[] {
  return scrape
    .split('\n')
    .filter((line) => line.includes('drain-node-a'))
    .map((line) => line.replace(/^(\w+_seconds\{.*) [\d.]+$/, '$1 time'));
}

/**
 * Does with a pasted quickstart what the README says: starts it, opens the page, waits for the next shard, and ends it
 * with Ctrl-C.
 *
 * @param shown what the README prints of the page
 * @param runtime the command that runs a file
 */
export async function runQuickstart(
  file: string,
  folder: string,
  port: number,
  shown: string,
  runtime: readonly [string, ...string[]] = [process.execPath],
): Promise<void> {
  const [command, ...args] = runtime;
  const child = spawn(command, [...args, file], {
    cwd: folder,
    env: { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      printed += part;
    });
    const errors = text(child.stderr);
    const closed = once(child, 'close');
    const url = await until(() => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`);
      return /Open (http:\S+) and look for plan_id="drain-node-a"/.exec(printed)?.[1];
    });
    const scrape = async () => (await fetch(url)).text();
    expect(planLines(await scrape())).to.deep.equal(planLines(shown));
    const left = 'mesh_rebalance_plan_shards_remaining{namespace="payments",cluster="eu-1",plan_id="drain-node-a"}';
    expect(shown).to.include(`${left} 200`);
    await until(async () => (await scrape()).includes(`${left} 199\n`));
    const end = 'mesh_rebalance_plan_estimated_end_timestamp_seconds{';
    expect([shown.includes(end), (await scrape()).includes(end)]).to.deep.equal([false, true]);
    child.kill('SIGINT');
    expect(await closed).to.deep.equal([0, null]);
    expect(await errors).to.equal('');
  } finally {
    child.kill('SIGKILL');
  }
}
