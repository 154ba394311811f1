import { join } from 'node:path';
import { type Say, toStandardError } from './build-progress.js';
import { builtCollector, COLLECTOR, collectorVersion } from './collector.js';
import { runCommand } from './command.js';
import { type DebianPrograms, unpackedDebianPrograms } from './debian-packages.js';
import { builtGoTool, type GoTool, pinnedVersion } from './go-tool.js';
import { isExecutable, onPath } from './on-path.js';
import { CACHE, REPOSITORY } from './repository.js';

/** Where programs come from that are not on PATH. */
interface Origin {
  /** Versions that will do: this one, or those that begin with it where it ends in a dot; every one where it is empty. */
  readonly version: () => Promise<string>;
  /** Makes the programs where need be; the folders that they may be in, the best first. */
  readonly folders: (say: Say) => Promise<readonly string[]>;
  readonly how: string;
  readonly advice: string;
}

function fromGoModule(name: string, tool: Omit<GoTool, 'source'>): Origin {
  const goTool = { source: join(REPOSITORY, 'tools', name), ...tool };
  return {
    version: () => pinnedVersion(goTool),
    folders: async (say) => [await builtGoTool(join(CACHE, 'tools', name), goTool, say)],
    how: `build tools/${name} with Go`,
    advice: `Have the release of Go on PATH that tools/${name}/go.mod asks for, and a Go module proxy within reach (GOPROXY).`,
  };
}

function fromDebian(version: string, programs: DebianPrograms): Origin {
  const [name] = programs.packages;
  return {
    version: async () => version,
    folders: (say) => unpackedDebianPrograms(join(CACHE, 'debian', name), programs, say),
    how: `unpack the Debian package ${name}`,
    advice: 'Run this on Debian 12, with its package mirror within reach.',
  };
}

const PROMETHEUS_3 = fromGoModule('prometheus', {
  module: 'github.com/prometheus/prometheus',
  versionVariable: 'github.com/prometheus/common/version.Version',
  // The module v0.316.0 is the release 3.16.0.
  released: (version) => version.replace(/^0\.(\d)(\d\d)\./, (_, major, minor) => `${major}.${Number(minor)}.`),
  // Clouds' clients are most of its dependencies; targets of tests are static.
  tags: 'remove_all_sd',
  usual: 'about 4 min on two cores',
});
const ALERTMANAGER = fromGoModule('alertmanager', {
  module: 'github.com/prometheus/alertmanager',
  versionVariable: 'github.com/prometheus/common/version.Version',
  usual: 'about 1 min on two cores',
});
const PINT = fromGoModule('pint', {
  module: 'github.com/cloudflare/pint',
  versionVariable: 'main.version',
  usual: 'about 1 min on two cores',
});
const JAEGER = fromGoModule('jaeger', {
  module: 'github.com/jaegertracing/jaeger',
  versionVariable: 'github.com/jaegertracing/jaeger/internal/version.latestVersion',
  // Both are numbers of one release: v1.76.0 is v2.13.0. `cmd/jaeger` is what the second stands for.
  released: (version) => version.replace(/^1\.(\d+)\./, (_, minor) => `2.${Number(minor) - 63}.`),
  usual: 'about 6 min on two cores',
});
// The loader of `docker compose`; it prints no version of its own.
const COMPOSE: Origin = {
  ...fromGoModule('compose', {
    module: 'github.com/compose-spec/compose-go/v2',
    versionVariable: 'main.version',
    usual: 'some seconds',
  }),
  version: async () => '',
};
const OTELCOL: Origin = {
  version: collectorVersion,
  folders: async (say) => [await builtCollector(join(CACHE, 'tools/otelcol'), say)],
  how: 'build collector/builder.yaml with the OpenTelemetry Collector Builder',
  advice: 'Have Go on PATH, and a Go module proxy within reach (GOPROXY).',
};
const PROMETHEUS_2 = fromDebian('2.', { packages: ['prometheus'] });
const ALERTMANAGER_0_25 = fromDebian('0.25.', {
  packages: ['prometheus-alertmanager'],
  launchers: {
    // It reads its templates from /usr/share, where only an installation would put them. So it gets a view of the file
    // system of its own, with what was unpacked in that place.
    'prometheus-alertmanager': `exec unshare --mount --map-root-user sh -c \\
  'mount --bind "$0/usr/share" /usr/share && exec "$0/usr/bin/prometheus-alertmanager" "$@"' "$root" "$@"`,
  },
});
const REDIS = fromDebian('', {
  // The program is a link in the first, to a file in the second, which needs the other ones.
  packages: ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'],
  launchers: {
    'redis-server': `for folder in "$root"/usr/lib/*; do LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; done
export LD_LIBRARY_PATH
exec "$root/usr/bin/redis-server" "$@"`,
  },
});
const CHROMIUM = fromDebian('', {
  packages: ['chromium', 'fonts-dejavu-core'],
  withDependencies: true,
  launchers: {
    // Not Debian's own script, which looks below /usr and /etc. Fonts are found below the root that fontconfig is given,
    // or where the machine has its configuration, below the folder of the user's.
    chromium: `for folder in "$root"/usr/lib/*-linux-gnu*; do LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"; done
export LD_LIBRARY_PATH
export XDG_DATA_HOME="$root/usr/share"
[ -d "$root/etc/fonts" ] && export FONTCONFIG_SYSROOT="$root"
exec "$root/usr/lib/chromium/chromium" "$@"`,
  },
});
const VICTORIA_METRICS = fromDebian('', { packages: ['victoria-metrics'] });

interface Program {
  readonly origin: Origin;
  /** What its file is called. */
  readonly file: string;
  /** Makes it print its version. */
  readonly ask: string;
  /** Whether one on PATH of the right version is as good. */
  readonly mayBeOnPath: boolean;
}

function from(origin: Origin, file: string, { ask = '--version', mayBeOnPath = true } = {}): Program {
  return { origin, file, ask, mayBeOnPath };
}

const PROGRAMS = {
  'prometheus-3': from(PROMETHEUS_3, 'prometheus'),
  'promtool-3': from(PROMETHEUS_3, 'promtool'),
  'prometheus-2': from(PROMETHEUS_2, 'prometheus'),
  'promtool-2': from(PROMETHEUS_2, 'promtool'),
  alertmanager: from(ALERTMANAGER, 'alertmanager'),
  amtool: from(ALERTMANAGER, 'amtool'),
  'alertmanager-0.25': from(ALERTMANAGER_0_25, 'prometheus-alertmanager'),
  'amtool-0.25': from(ALERTMANAGER_0_25, 'amtool'),
  pint: from(PINT, 'pint', { ask: 'version' }),
  jaeger: from(JAEGER, 'jaeger', { ask: 'version' }),
  // Any program may be called so.
  'compose-spec': from(COMPOSE, 'cmd', { ask: '--help', mayBeOnPath: false }),
  // One of the same version may have other components than the manifest says.
  otelcol: from(OTELCOL, COLLECTOR, { mayBeOnPath: false }),
  chromium: from(CHROMIUM, 'chromium'),
  'victoria-metrics': from(VICTORIA_METRICS, 'victoria-metrics'),
  'redis-server': from(REDIS, 'redis-server'),
} as const satisfies Record<string, Program>;

/** A program that tests, benchmarks and the stack run. */
export type ProgramName = keyof typeof PROGRAMS;

/** All of them. */
export const PROGRAM_NAMES = Object.keys(PROGRAMS) as ProgramName[];

/** A program that could neither be found nor made. */
export class ProgramUnavailable extends Error {
  override readonly name = 'ProgramUnavailable';
}

const KNOWN_FAILURES = 'MESH_REBALANCE_UNAVAILABLE_PROGRAMS';

const located = new Map<ProgramName, Promise<string>>();

/**
 * The path of a program: on PATH in the version that is pinned, else built or unpacked into `.cache/`, which is done
 * once for all processes.
 *
 * @param say gets a line for each thing that is made, and every 15 s while that goes on
 * @throws ProgramUnavailable with what was tried, what failed, and what to do
 */
export function program(name: ProgramName, say: Say = toStandardError): Promise<string> {
  // A failure is kept too: another try would take as long, for each test that needs the program.
  const path = located.get(name) ?? knownFailure(name) ?? locate(PROGRAMS[name], say);
  located.set(name, path);
  return path;
}

/** One of several programs that were asked for together. */
export interface Prepared {
  readonly name: ProgramName;
  /** Undefined where it could not be had. */
  readonly path: string | undefined;
  /** What was tried, what failed and what to do. */
  readonly failure: string | undefined;
}

/** Finds or makes them one after the other, because each build takes all processors, and says which of how many. */
export async function* preparedPrograms(
  names: readonly ProgramName[],
  say: Say = toStandardError,
): AsyncGenerator<Prepared> {
  for (const [index, name] of names.entries()) {
    const path = program(name, (line) => say(`[${index + 1} of ${names.length}] ${line}`));
    yield await path.then(
      (found) => ({ name, path: found, failure: undefined }),
      (error: Error) => ({ name, path: undefined, failure: error.message }),
    );
  }
}

/**
 * The environment of processes that shall not try again to make what could not be made here.
 *
 * @param failures what was said of each
 */
export function withKnownFailures(failures: Partial<Record<ProgramName, string>>): Record<string, string> {
  return { [KNOWN_FAILURES]: JSON.stringify(failures) };
}

function knownFailure(name: ProgramName): Promise<string> | undefined {
  const failure = (JSON.parse(process.env[KNOWN_FAILURES] ?? '{}') as Partial<Record<ProgramName, string>>)[name];
  return failure === undefined ? undefined : Promise.reject(new ProgramUnavailable(failure));
}

/** The version that a program prints; undefined where it prints none. */
export async function printedVersion(name: ProgramName, path: string): Promise<string | undefined> {
  return versionOf(path, PROGRAMS[name].ask);
}

/** The version that is pinned: in full, or only as far as `2.`, or empty where every version will do. */
export function wantedVersion(name: ProgramName): Promise<string> {
  return PROGRAMS[name].origin.version();
}

async function locate({ origin, file, ask, mayBeOnPath }: Program, say: Say): Promise<string> {
  const wanted = await origin.version();
  const tried: string[] = [];
  for (const path of mayBeOnPath ? await onPath(file) : []) {
    const version = await versionOf(path, ask).catch((error: Error) => error.message);
    if (suits(version, wanted)) return path;
    tried.push(`${path} is not ${wanted}: it says ${version ?? 'no version'}`);
  }
  if (tried.length === 0 && mayBeOnPath) tried.push(`${file} is not on PATH`);
  try {
    for (const folder of await origin.folders(say)) {
      const path = join(folder, file);
      if (!(await isExecutable(path))) continue;
      const version = await versionOf(path, ask);
      if (suits(version, wanted)) return path;
      throw new Error(`it gave ${path}, which says ${version ?? 'no version'}`);
    }
    throw new Error(`it gave no ${file}`);
  } catch (error) {
    tried.push(`tried to ${origin.how}: ${(error as Error).message}`);
    const title = `There is no ${file}${wanted === '' ? '' : ` ${wanted.replace(/\.$/, '')}`} here.`;
    const advice = `${origin.advice}${mayBeOnPath ? ` Or put ${file} on PATH yourself.` : ''} tools/README.md says more.`;
    throw new ProgramUnavailable([title, ...tried.map((line) => `- ${line}`), advice].join('\n'), { cause: error });
  }
}

async function versionOf(path: string, ask: string): Promise<string | undefined> {
  return /\d+\.\d+\.\d+/.exec(await runCommand(path, [ask]))?.[0];
}

function suits(version: string | undefined, wanted: string): boolean {
  if (wanted === '' || version === wanted) return true;
  return wanted.endsWith('.') && version?.startsWith(wanted) === true;
}
