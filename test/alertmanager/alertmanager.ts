import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../tools/program.js';
import { eventually } from '../support/eventually.js';
import { Daemon, freePort } from '../support/process.js';
import { type Changes, writeLocal } from './configuration.js';
import type { Release } from './release.js';

/** Given to Alertmanager, which puts it into what it sends. */
export const EXTERNAL_URL = 'http://alertmanager.example.com';

/** An alert as Prometheus sends it. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
}

/** An alert as Alertmanager shows it. */
export interface ShownAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** A real Alertmanager with a shipped configuration. */
export class Alertmanager {
  readonly url: string;
  readonly #daemon: Daemon;
  readonly #folder: string;
  readonly #release: Release;

  private constructor(url: string, daemon: Daemon, folder: string, release: Release) {
    this.url = url;
    this.#daemon = daemon;
    this.#folder = folder;
    this.#release = release;
  }

  static async start(release: Release, changes: Changes): Promise<Alertmanager> {
    const folder = await mkdtemp(join(tmpdir(), 'alertmanager-'));
    const config = await writeLocal(release.config, folder, changes);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const daemon = new Daemon(await program(release.alertmanager), [
      `--config.file=${config}`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${EXTERNAL_URL}`,
      '--cluster.listen-address=',
    ]);
    await eventually(async () => {
      if (daemon.process.exitCode !== null) throw new Error(daemon.output);
      return (await fetch(`${url}/-/ready`)).ok || undefined;
    });
    return new Alertmanager(url, daemon, folder, release);
  }

  async post(alerts: readonly PostedAlert[]): Promise<void> {
    const body = JSON.stringify(alerts);
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/api/v2/alerts`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(await response.text());
  }

  /** Says that they are over. */
  resolve(alerts: readonly PostedAlert[]): Promise<void> {
    return this.post(alerts.map((alert) => ({ ...alert, endsAt: new Date().toISOString() })));
  }

  async alerts(): Promise<ShownAlert[]> {
    return (await (await fetch(`${this.url}/api/v2/alerts`)).json()) as ShownAlert[];
  }

  /** Changes its configuration while it runs. */
  async reconfigure(changes: Changes): Promise<void> {
    await writeLocal(this.#release.config, this.#folder, changes);
    const response = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
  }

  async stop(): Promise<void> {
    await this.#daemon.stop();
    await rm(this.#folder, { recursive: true });
  }
}
