/*
 * Writes the bill of materials of the package and of all that comes with its peers to standard output: CycloneDX JSON, by
 * npm from the lockfile, without a registry. What would differ from run to run is left out.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { writeUsersProject } from './users-lock.js';

const temporary = await mkdtemp(join(tmpdir(), 'sbom-'));
try {
  // npm names the component after its folder.
  const folder = join(temporary, 'opentelemetry-instrumentation-mesh-rebalance');
  await mkdir(folder);
  await writeUsersProject(folder);
  const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=library', '--package-lock-only'];
  const { serialNumber: _, metadata, ...rest } = JSON.parse(await runCommand('npm', args, { cwd: folder }));
  console.log(JSON.stringify({ ...rest, metadata: { ...metadata, timestamp: undefined } }, null, 2));
} finally {
  await rm(temporary, { recursive: true });
}
