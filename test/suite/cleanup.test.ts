import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { Cleanup } from '../support/cleanup.js';

describe('what has been started', () => {
  it('is stopped once, the last one first, and a failure keeps nothing from it', async () => {
    const cleanup = new Cleanup();
    const stopped: string[] = [];
    for (const name of ['first', 'second', 'third']) {
      await cleanup.use({
        stop() {
          stopped.push(name);
          if (name !== 'first') throw new Error(`${name} does not stop`);
        },
      });
    }
    const failure = await cleanup.now().catch((error: AggregateError) => error);
    expect(failure?.errors.map(({ message }) => message)).to.deep.equal([
      'third does not stop',
      'second does not stop',
    ]);
    await cleanup.now();
    expect(stopped).to.deep.equal(['third', 'second', 'first']);
  });

  it('is stopped at once where the next part cannot be started', async () => {
    let folder = '';
    const failure = await Cleanup.whole(async (parts) => {
      folder = await parts.folder('half');
      throw new Error('the second part');
    }).catch((error: Error) => error);
    expect(failure).to.have.property('message', 'the second part');
    expect(folder).to.match(/half-/);
    expect(existsSync(folder)).to.equal(false);
  });
});
