import { openTelemetry } from '../support/otel-lines.js';
import { runQuietly } from './program.js';
import { expectQuickstart } from './quickstart.js';
import { programOf, Workshop } from './workshop.js';

describe('a consumer on Bun', () => {
  const workshop = Workshop.forSuite();

  it('runs the quickstart until Ctrl-C, installed by Bun', async () => {
    const bun = programOf(await workshop.tools('bun@1.4.5'), 'bun');
    const path = await workshop.copyOf('bun');
    await runQuietly(bun, ['add', workshop.tarball, ...openTelemetry(2)], path);
    await expectQuickstart(path, [bun]);
  });
});
