import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { runQuietly, runTool } from './program.js';
import { project } from './project.js';

/** `node10` is what `module: commonjs` means without a word more, up to TypeScript 5; TypeScript 7 has it no more. */
const RESOLUTIONS = {
  'typescript-5': ['node10', 'node16', 'nodenext', 'bundler'],
  typescript: ['node16', 'nodenext', 'bundler'],
};

describe('a consumer compiled by tsc, with library checks and exact optional properties', function () {
  this.timeout('10m');
  let path: string;

  before(async () => {
    path = await project('tsc');
  });
  after(() => rm(path, { recursive: true }));

  for (const [compiler, resolutions] of Object.entries(RESOLUTIONS)) {
    for (const resolution of resolutions) {
      it(`compiles with ${compiler} under ${resolution} resolution, and runs`, async () => {
        const tsc = join('node_modules', compiler, 'bin/tsc');
        await runQuietly(process.execPath, [tsc, '--project', `tsconfig.${resolution}.json`], path);
        const env = { NAMESPACE: 'payments', CLUSTER: 'eu-1' };
        expect(await runTool(process.execPath, [`out/${resolution}/index.js`], path, env)).to.equal('true true\n');
      });
    }
  }

  it('runs where the environment names no cluster', async () => {
    expect(await runTool(process.execPath, ['out/nodenext/index.js'], path)).to.equal('true true\n');
  });
});
