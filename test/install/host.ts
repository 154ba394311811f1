import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ProgramName, program } from '../../tools/program.js';
import { removeFolder, scratchFolder } from '../support/cleanup.js';
import { Daemon } from '../support/process.js';

/** How the programs that a page names are called here, with what only tests need. */
const PROGRAMS: Readonly<Record<string, { name: ProgramName; before?: string }>> = {
  prometheus: { name: 'prometheus-3' },
  promtool: { name: 'promtool-3' },
  'otelcol-contrib': { name: 'otelcol' },
  // Its traces of itself would be among those of the controller.
  jaeger: { name: 'jaeger', before: 'OTEL_TRACES_SAMPLER=always_off' },
};

/** What a program says when it can be used. */
const READY: Readonly<Record<string, string>> = {
  jaeger: 'Everything is ready',
  agent: 'Everything is ready',
  gateway: 'Everything is ready',
  prometheus: 'Server is ready',
};

/**
 * A machine with a loopback of its own, so that the commands of a page run as they stand, with their default ports.
 * 192.0.2.10 is its address for others.
 */
export class Host {
  readonly folder: string;
  readonly #network: Daemon;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #programs = new Map<string, Daemon>();

  private constructor(folder: string, network: Daemon, environment: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#network = network;
    this.#environment = environment;
  }

  /** @param project a folder in which packages were installed, and the `node` to run them with */
  static async start(project: { readonly folder: string; readonly node: string }): Promise<Host> {
    const folder = await scratchFolder('install');
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const [command, { name, before = '' }] of Object.entries(PROGRAMS)) {
      await writeFile(join(bin, command), `#!/bin/sh\n${before} exec '${await program(name)}' "$@"\n`, { mode: 0o755 });
    }
    await symlink(join(project.folder, 'node_modules'), join(folder, 'node_modules'));
    const up = 'ip link set lo up && ip address add 192.0.2.10/32 dev lo && echo up && exec sleep infinity';
    const network = new Daemon('unshare', ['--net', '--map-root-user', 'sh', '-c', up]);
    await network.until(() => network.output.includes('up\n'));
    const path = [bin, dirname(project.node), process.env['PATH'] ?? ''].join(':');
    // What is sent by and by is sent at once.
    return new Host(folder, network, {
      PATH: path,
      HOME: folder,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_BLRP_SCHEDULE_DELAY: '200',
    });
  }

  async write(file: string, content: string): Promise<void> {
    await writeFile(join(this.folder, file), content);
  }

  /** Starts a program of a page, and waits until it can be used. */
  async launch(name: string, command: string, environment: Readonly<Record<string, string>> = {}): Promise<Daemon> {
    const daemon = new Daemon('env', this.#enter(`exec env ${command}`, environment));
    this.#programs.set(name, daemon);
    const ready = READY[name];
    if (ready !== undefined) await daemon.until(() => daemon.output.includes(ready));
    return daemon;
  }

  /** Ends one as a platform does. */
  async end(name: string): Promise<void> {
    await this.#programs.get(name)?.stop();
  }

  /** What a command prints. */
  async type(command: string): Promise<string> {
    const child = spawn('env', this.#enter(command), { stdio: ['ignore', 'pipe', 'ignore'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    return output;
  }

  async stop(): Promise<void> {
    // At once: nobody is left to whom they would have to deliver.
    await Promise.all([...this.#programs.values()].map((daemon) => daemon.kill()));
    await this.#network.stop();
    await removeFolder(this.folder);
  }

  #enter(command: string, environment: Readonly<Record<string, string>> = {}): string[] {
    const variables = Object.entries({ ...this.#environment, ...environment }).map(
      ([name, value]) => `${name}=${value}`,
    );
    const target = ['--target', String(this.#network.process.pid)];
    const enter = ['nsenter', '--user', '--net', '--preserve-credentials', ...target];
    return ['-i', '-C', this.folder, ...variables, ...enter, 'sh', '-c', command];
  }
}
