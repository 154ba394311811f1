import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { SCENARIOS } from '../../examples/lab/scenarios.js';
import { run } from '../support/process.js';

const MAIN = fileURLToPath(new URL('../../examples/lab/main.js', import.meta.url));
const README = readFileSync(new URL('../../../examples/lab/README.md', import.meta.url), 'utf8');

describe('the program of the lab', () => {
  it('prints what its README says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-'));
    try {
      const printed = await run(process.execPath, [MAIN, 'stuck-drain', '--out', folder]);
      expect(README).to.include(printed.slice(0, printed.indexOf('written to')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has all its scenarios in its README', () => {
    for (const { name } of SCENARIOS) expect(README).to.include(`| \`${name}\` |`);
  });

  it('fails with the reason on an unknown scenario', async () => {
    const failure = await run(process.execPath, [MAIN, 'nope']).catch((error: Error) => error);
    expect(failure).to.be.instanceOf(Error);
    const { message, cause } = failure as Error & { cause: { code: number } };
    expect(message).to.match(/\nerror: .*'nope'.* There are healthy, .*\n$/);
    expect(message).not.to.include('    at ');
    expect(cause.code).to.equal(2);
  });
});
