import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Companion, Wiring } from './companion.js';
import { findProgram, freePort, startProgram } from './program.js';

const PORT = 9093;
/** Keeps alerts to be looked at, and notifies nobody. */
const CONFIG = { route: { receiver: 'nobody' }, receivers: [{ name: 'nobody' }] };

/** Starts an Alertmanager that shows what it is sent. */
export async function startAlertmanager({ signal }: Wiring): Promise<Companion> {
  // The second is Debian's name for it.
  const program = await findProgram('alertmanager', ['alertmanager', 'prometheus-alertmanager']);
  const port = await freePort(PORT);
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-demo-alertmanager-'));
  // JSON is YAML.
  await writeFile(join(folder, 'alertmanager.yml'), JSON.stringify(CONFIG));
  const args = [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    // It is alone; by default it would listen to others on every address of the machine.
    '--cluster.listen-address=',
    '--log.level=error',
  ];
  const ready = () => fetch(`${url}/-/ready`);
  const stop = await startProgram(program, { args, ready, folder, signal });
  return { name: 'alertmanager', url, hasPage: true, look: `curl -s ${url}/api/v2/alerts`, stop };
}
