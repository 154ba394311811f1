import { join } from 'node:path';
import { expect } from 'chai';
import { runQuietly, runTool } from './program.js';
import { Workshop } from './workshop.js';

describe('a consumer compiled by tsc, with library checks and exact optional properties', () => {
  const workshop = Workshop.forSuite();
  let path: string;

  before(async () => {
    path = await workshop.project('tsc');
  });

  /** @param compiler the name that the package.json of the project gives to a TypeScript */
  async function expectToCompileAndRun(compiler: string, config: string, program: string): Promise<void> {
    const tsc = join('node_modules', compiler, 'bin/tsc');
    await runQuietly(process.execPath, [tsc, '--project', `tsconfig.${config}.json`], path);
    expect(await runTool(process.execPath, [`out/${config}/${program}`], path)).to.equal('true true\n');
  }

  for (const resolution of ['node16', 'nodenext', 'bundler']) {
    it(`compiles under ${resolution} resolution, and runs`, () =>
      expectToCompileAndRun('typescript', resolution, 'index.js'));
  }

  it('compiles a CommonJS file under nodenext resolution, and runs', () =>
    expectToCompileAndRun('typescript', 'required', 'index.cjs'));

  // What `module: commonjs` means where nothing else is said, up to TypeScript 6; 7 has it no more.
  it('compiles under node10 resolution with TypeScript 5.9, and runs', () =>
    expectToCompileAndRun('typescript-5', 'node10', 'index.js'));
});
