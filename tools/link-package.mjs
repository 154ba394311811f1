/*
 * Lets the examples import the package by its name, as copies of them do. Each has a package.json of its own, so the name
 * does not lead to the repository by itself. No link to the whole repository, which would be a cycle of folders.
 */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';

const folder = new URL('../examples/node_modules/opentelemetry-instrumentation-mesh-rebalance/', import.meta.url);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const part of ['package.json', 'dist']) symlinkSync(`../../../${part}`, new URL(part, folder));
