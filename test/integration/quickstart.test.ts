import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { freePort } from '../support/process.js';

const ROOT = new URL('../../../', import.meta.url);

/** Times differ from run to run. */
function withoutTimes(scrape: string): string[] {
  return scrape
    .split('\n')
    .filter((line) => line.startsWith('mesh_'))
    .map((line) => line.replace(/^(\w+_seconds\{.*) [\d.]+$/, '$1 time'));
}

describe('the quickstart', () => {
  it('is at most 40 lines of code', async () => {
    const source = await readFile(new URL('examples/quickstart/index.ts', ROOT), 'utf8');
    const code = source.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(code.length).to.be.at.most(40);
  });

  it('prints the scrape that the README shows, and ends by itself', async () => {
    const port = String(await freePort());
    const demo = new URL('build/examples/quickstart/demo.js', ROOT).pathname;
    const env = { ...process.env, OTEL_EXPORTER_PROMETHEUS_PORT: port };
    const { stdout } = await promisify(execFile)(process.execPath, [demo], { env });
    const shown = await readFile(new URL('examples/quickstart/scrape.txt', ROOT), 'utf8');
    expect(withoutTimes(stdout)).to.deep.equal(withoutTimes(shown));
    expect(await readFile(new URL('README.md', ROOT), 'utf8')).to.include(shown.trim());
  });
});
