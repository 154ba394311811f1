import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { VERSION } from '../../lib/otel/scope.js';
import { packedForSuite } from '../support/packed.js';
import { run } from '../support/process.js';

const ROOT = new URL('../../../', import.meta.url).pathname;

describe('the packed package', () => {
  const packed = packedForSuite();

  it('has the version that the telemetry names', async () => {
    expect(VERSION).to.equal(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).version);
  });

  it('passes publint and are-the-types-wrong', async () => {
    await run('npx', ['publint', 'run', '--strict', packed.tarball], ROOT);
    // Strict: also the oldest resolution, which knows no exports map, and which TypeScript before 7 may still be set to.
    await run('npx', ['attw', '--profile', 'strict', packed.tarball], ROOT);
  });
});
