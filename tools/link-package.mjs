/*
 * Leads all that runs here to the one library that is built, as users load it. The examples import it by its name, as
 * copies of them do: each has a package.json of its own, so the name does not lead to the repository by itself. (No link
 * to the whole repository, which would be a cycle of folders.) Tests of its rooms import files of `lib/`.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';

const folder = new URL('../examples/node_modules/opentelemetry-instrumentation-mesh-rebalance/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const build = new URL('../build/', import.meta.url);
mkdirSync(build, { recursive: true });
rmSync(new URL('lib', build), { force: true });
symlinkSync('../dist/esm', new URL('lib', build));
for (const part of ['package.json', 'dist']) symlinkSync(`../../../${part}`, new URL(part, folder));
