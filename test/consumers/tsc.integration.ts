import { join } from 'node:path';
import { expect } from 'chai';
import { runQuietly, runTool } from './program.js';
import { Workshop } from './workshop.js';

/** `node10` is what `module: commonjs` means where nothing else is said, up to TypeScript 6; 7 has it no more. */
const RESOLUTIONS = {
  'typescript-5': ['node10', 'node16'],
  typescript: ['node16', 'nodenext', 'bundler'],
};

describe('a consumer compiled by tsc, with library checks and exact optional properties', function () {
  this.timeout('3m');
  const workshop = Workshop.forSuite();
  let path: string;

  before(async () => {
    path = await workshop.project('tsc');
  });

  for (const [compiler, resolutions] of Object.entries(RESOLUTIONS)) {
    for (const resolution of resolutions) {
      it(`compiles with ${compiler} under ${resolution} resolution, and runs`, async () => {
        const tsc = join('node_modules', compiler, 'bin/tsc');
        await runQuietly(process.execPath, [tsc, '--project', `tsconfig.${resolution}.json`], path);
        expect(await runTool(process.execPath, [`out/${resolution}/index.js`], path)).to.equal('true true\n');
      });
    }
  }
});
