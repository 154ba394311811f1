import { program } from '../../tools/program.js';
import { freeUrl } from '../support/process.js';
import { type Launch, Server } from '../support/server.js';
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
export class Alertmanager extends Server {
  readonly url: string;
  readonly #release: Release;

  private constructor(folder: string, launch: Launch, url: string, release: Release) {
    super(folder, launch);
    this.url = url;
    this.#release = release;
  }

  static start(release: Release, changes: Changes): Promise<Alertmanager> {
    return Alertmanager.launched('alertmanager', async (folder) => {
      const url = await freeUrl();
      const command = [
        await program(release.alertmanager),
        `--config.file=${await writeLocal(release.config, folder, changes)}`,
        `--storage.path=${folder}/data`,
        `--web.listen-address=${new URL(url).host}`,
        `--web.external-url=${EXTERNAL_URL}`,
        '--cluster.listen-address=',
      ] as const;
      return new Alertmanager(folder, { command, ready: `${url}/-/ready` }, url, release);
    });
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
    await writeLocal(this.#release.config, this.folder, changes);
    const response = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
  }
}
