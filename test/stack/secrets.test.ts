import { expect } from 'chai';
import { ExampleProcess } from '../operator/cli/example-process.js';
import { freePort } from '../support/process.js';

describe('the secrets of the stack', () => {
  /** Ends it too, where it starts nevertheless. */
  async function expectRefusal(started: ExampleProcess, hint: string): Promise<void> {
    const timer = setTimeout(() => started.interrupt(), 60_000);
    const { code, stdout, stderr } = await started.end();
    clearTimeout(timer);
    expect({ code, stdout }, stderr).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr)
      .to.match(/^error: [^\n]+\n$/)
      .and.to.include(hint);
  }

  it('are asked for where they are empty or blank, and nothing starts', async () => {
    const ports = ['--metrics-port', String(await freePort()), '--control-port', String(await freePort())];
    const start = (program: string, token: string | undefined, args: readonly string[] = []) =>
      new ExampleProcess(program, args, { MESH_CONTROL_TOKEN: token });
    await Promise.all([
      expectRefusal(start('stack/demo.js', '', [...ports, '--for', '1s']), 'MESH_CONTROL_TOKEN is empty. Set it'),
      expectRefusal(start('stack/demo.js', ' \t', [...ports, '--for', '1s']), 'MESH_CONTROL_TOKEN=$(openssl rand'),
      expectRefusal(start('stack/controller.js', ''), 'MESH_CONTROL_TOKEN is empty'),
      expectRefusal(start('stack/controller.js', ' '), 'MESH_CONTROL_TOKEN is empty'),
      expectRefusal(start('stack/controller.js', undefined), 'MESH_CONTROL_TOKEN is not set'),
    ]);
  });
});
