import { expectQuickstart } from './quickstart.js';
import { programOf, Workshop } from './workshop.js';

describe('a consumer on Deno', () => {
  const workshop = Workshop.forSuite();

  it('runs the quickstart until Ctrl-C, with the permissions that it needs', async () => {
    const deno = programOf(await workshop.tools('deno@2.9.6'), 'deno');
    const path = await workshop.project('deno');
    await expectQuickstart(path, [deno, 'run', '--allow-env', '--allow-net=127.0.0.1', '--allow-read']);
  });
});
