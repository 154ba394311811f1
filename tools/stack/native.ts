import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RUNBOOKS_PORT } from '../../examples/runbooks/server.js';
import { startProgram } from '../../examples/stack/program.js';
import type { Shutdown } from '../../examples/stack/shutdown.js';
import { type ProgramName, ProgramUnavailable, preparedPrograms } from '../program.js';
import { type Addresses, loopbackAddresses } from './addresses.js';
import { readServices, type Service } from './compose.js';
import { prepare } from './native-service.js';

interface Program {
  /** Undefined: Node.js, with the file that the image has in its command. */
  readonly name?: ProgramName;
  /** Below `build/`. */
  readonly file?: string;
  /** Answers well once the service is ready. */
  readonly ready: string;
}

/** Services that run without a container, in the order of their start. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  jaeger: { name: 'jaeger', ready: ':16686/api/services' },
  collector: { name: 'otelcol', ready: ':13133/' },
  controller: { file: 'examples/stack/controller.js', ready: ':9464/metrics' },
  alertmanager: { name: 'alertmanager', ready: ':9093/-/ready' },
  prometheus: { name: 'prometheus-3', ready: ':9090/-/ready' },
};
/** The part of the Collector's configuration that is for a store which does not run here. */
const LOKI_OVERLAY = 'overlays/loki.yaml';

/** The stack, without what only an image has. */
export interface NativeStack {
  readonly addresses: Addresses;
  /** Services that were not started. */
  readonly leftOut: readonly string[];
  /** File of the log events, in place of Loki. */
  readonly events: string;
}

/**
 * Starts what compose.yaml describes, from programs of this machine.
 *
 * @param runbooks host and port that serve them, in place of the service
 * @throws ProgramUnavailable when one can neither be found nor made
 * @throws ProgramMissing when one does not get ready
 */
export async function startNatively(runbooks: string, shutdown: Shutdown, signal: AbortSignal): Promise<NativeStack> {
  const services = readServices();
  const folder = await mkdtemp(join(tmpdir(), 'mesh-stack-'));
  shutdown.add(() => rm(folder, { recursive: true, force: true }));
  const events = join(folder, 'collector', 'events.jsonl');
  const started = services.filter(({ name }) => name in PROGRAMS);
  const addresses = new Map([...(await loopbackAddresses(started)), [`localhost:${RUNBOOKS_PORT}`, runbooks]]);
  const paths = await found(Object.values(PROGRAMS).flatMap(({ name }) => name ?? []));
  for (const [name, { name: wanted, file, ready }] of Object.entries(PROGRAMS)) {
    const service = started.find((one) => one.name === name) as Service;
    const root = join(folder, name);
    const { args, environment } = await prepare(service, addresses, root);
    shutdown.add(
      await startProgram(wanted === undefined ? process.execPath : (paths.get(wanted) as string), {
        args:
          file === undefined
            ? args.filter((arg) => !arg.endsWith(LOKI_OVERLAY))
            : [fileURLToPath(new URL(`../../${file}`, import.meta.url))],
        env: { PATH: process.env['PATH'], ...environment, COLLECTOR_LOG_FILE: events },
        ready: () => fetch(`http://${addresses.get(name)}${ready}`),
        log: join(folder, `${name}.log`),
        folder: root,
        signal,
      }),
    );
  }
  return {
    addresses,
    events,
    leftOut: services.map(({ name }) => name).filter((name) => !(name in PROGRAMS) && name !== 'runbooks'),
  };
}

/** @throws ProgramUnavailable with what to do, before the next one is made */
async function found(names: readonly ProgramName[]): Promise<ReadonlyMap<ProgramName, string>> {
  const paths = new Map<ProgramName, string>();
  for await (const { name, path, failure } of preparedPrograms(names)) {
    if (path === undefined) throw new ProgramUnavailable(failure);
    paths.set(name, path);
  }
  return paths;
}
