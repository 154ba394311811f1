import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';

const ROOT = new URL('../../../', import.meta.url).pathname;

describe('the npm run lines', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };

  for (const [name, line] of Object.entries(scripts)) {
    if (!/\bnode build\/|\bmocha\b/.test(line)) continue;
    it(`${name} builds first what it runs`, () => {
      expect(line).to.match(/^(npm run build|node tools\/build-if-missing\.mjs) && /);
    });
  }

  describe('where nothing has been built', () => {
    const cleanup = Cleanup.forEachTest();
    let folder: string;
    beforeEach(async () => {
      folder = await cleanup.folder('clone');
      mkdirSync(join(folder, 'tools'));
      copyFileSync(join(ROOT, 'tools/build-if-missing.mjs'), join(folder, 'tools/build-if-missing.mjs'));
    });

    const build = (script: string) => {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { build: script } }));
      return spawnSync(process.execPath, [join(folder, 'tools/build-if-missing.mjs')], { encoding: 'utf8' });
    };

    it('say that nothing is installed', () => {
      const { status, stdout, stderr } = build('exit 1');
      expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
      expect(stderr).to.equal('error: nothing is installed here. Run "npm ci" first.\n');
    });

    it('build without a word on standard output, and say why they could not', () => {
      mkdirSync(join(folder, 'node_modules'));
      const { status, stdout, stderr } = build('echo wrong type && exit 1');
      expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
      expect(stderr).to.match(/wrong type\n[\s\S]*error: the build has failed/);
      const good = build('echo built');
      expect(good).to.include({ status: 0, stdout: '', stderr: 'Building, once ...\n' });
    });
  });
});
