import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { run } from '../support/process.js';

const STORY = fileURLToPath(new URL('../../examples/lab/story.js', import.meta.url));
const README = new URL('../../../examples/mesh/README.md', import.meta.url);

describe('the story of a slow node', () => {
  it('prints what its README says', async () => {
    expect(readFileSync(README, 'utf8')).to.include(await run(process.execPath, [STORY]));
  });
});
