import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { freePort } from '../support/process.js';
import { runQuickstart } from './quickstart-run.js';

const ROOT = new URL('../../../', import.meta.url);
const FILE = new URL('examples/quickstart/index.mjs', ROOT);

describe('the quickstart', () => {
  it('is at most 40 lines of code', async () => {
    const code = (await readFile(FILE, 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(code.length).to.be.at.most(40);
  });

  it('runs until Ctrl-C, and its page has the lines that the README shows', async () => {
    const shown = await readFile(new URL('examples/quickstart/scrape.txt', ROOT), 'utf8');
    await runQuickstart(FILE.pathname, ROOT.pathname, await freePort(), shown);
    expect(await readFile(new URL('README.md', ROOT), 'utf8')).to.include(shown.trim());
  });
});
