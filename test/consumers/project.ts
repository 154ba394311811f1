import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './program.js';

export const ROOT = new URL('../../../', import.meta.url).pathname;
export const NAME = 'opentelemetry-instrumentation-mesh-rebalance';

/** The releases of OpenTelemetry JS that belong together. */
const LINES = {
  2: { api: '1.9.1', sdk: '2.12.0', experimental: '0.223.0' },
  3: { api: '1.10.0', sdk: '3.1.0', experimental: '0.301.0' },
} as const;
export type Line = keyof typeof LINES;

/** What the README tells to install beside our package. */
export function openTelemetry(line: Line = 2): string[] {
  const { api, sdk, experimental } = LINES[line];
  return [
    `@opentelemetry/api@${api}`,
    `@opentelemetry/sdk-metrics@${sdk}`,
    `@opentelemetry/exporter-prometheus@${experimental}`,
  ];
}

/** The SDK of log events on line 3. */
export const SDK_LOGS = `@opentelemetry/sdk-logs@${LINES[3].sdk}`;

/** Line 3 asks for a newer Node than this package does. */
const NEWER_NODE = { package: `node-${process.platform}-${process.arch}`, version: '24.9.0' };

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Where all projects of this run stand: outside the repository, so that none finds the repository's packages. */
const workshop = once(() => mkdtemp(join(tmpdir(), 'consumers-')));

// A hook outside of every suite runs after the last of them.
after(async () => {
  await rm(await workshop(), { recursive: true, force: true });
});

/** The package as it would be published. */
export const packed = once(async () => {
  const folder = await workshop();
  const pack = await runTool(
    'npm',
    ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', folder],
    ROOT,
  );
  const [{ filename }] = JSON.parse(pack);
  return join(folder, filename);
});

export async function emptyFolder(name: string): Promise<string> {
  return mkdtemp(join(await workshop(), `${name}-`));
}

/** A copy of the files of one folder beside this file. */
export async function copyOf(fixture: string): Promise<string> {
  const path = await emptyFolder(fixture);
  await addFiles(fixture, path);
  return path;
}

export function addFiles(fixture: string, path: string): Promise<void> {
  return cp(join(ROOT, 'test/consumers', fixture), path, { recursive: true });
}

/** Installs the packed package, these, and what the project's own `package.json` names. */
export async function install(path: string, packages: readonly string[]): Promise<void> {
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  await runTool('npm', ['install', ...flags, await packed(), ...packages], path);
}

/** A project with the files of one folder beside this file, its tools, our package and OpenTelemetry. */
export async function project(fixture: string): Promise<string> {
  const path = await copyOf(fixture);
  await install(path, openTelemetry());
  return path;
}

/** The program that an installed package brings. */
export function tool(path: string, name: string): string {
  return join(path, 'node_modules/.bin', name);
}

const newerNode = once(async () => {
  const path = await emptyFolder('node');
  await writeFile(join(path, 'package.json'), JSON.stringify({ name: 'node', private: true }));
  const node = `${NEWER_NODE.package}@${NEWER_NODE.version}`;
  await runTool('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline', node], path);
  return join(path, 'node_modules', NEWER_NODE.package, 'bin/node');
});

/** The Node that runs what is built on this line. */
export async function nodeFor(line: Line): Promise<string> {
  return line === 2 ? process.execPath : newerNode();
}
