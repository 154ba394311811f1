import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startControlApi } from '../../examples/operator/api/server.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { perform } from './operator-acts.js';
import type { Setting, Surroundings } from './setting.js';
import type { Stage } from './stage.js';

const TOKEN = { name: 'operator', secret: 'a-secret-of-the-rehearsal' };

/** A scenario of the lab that stands still, with the control API and `/metrics` of its controller and a Prometheus. */
export class LabSetting implements Setting {
  readonly #stage: Stage;
  /** Over what was scraped until now. */
  #prometheus: Prometheus | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get plans() {
    return this.#stage.cluster.controller.plans();
  }

  get answers() {
    return this.#stage.cluster.controller.running;
  }

  async advance(minutes: number): Promise<void> {
    await this.#forgetPrometheus();
    await this.#stage.advance(minutes);
  }

  async perform(text: string): Promise<void> {
    perform(this.#stage, text);
  }

  async holds(expression: string, minutes: number): Promise<boolean> {
    const prometheus = await this.#present();
    const now = this.#stage.now();
    for (let time = now - minutes * MINUTE; time <= now; time += MINUTE) {
      if ((await prometheus.query(expression, time)).length === 0) return false;
    }
    return true;
  }

  async during<T>(use: (surroundings: Surroundings) => Promise<T>): Promise<T> {
    const prometheus = await this.#present();
    const process = await this.#serve();
    try {
      return await use({
        environment: {
          MESH_CONTROL_URL: process.controlUrl,
          MESH_CONTROL_TOKEN: TOKEN.secret,
          PROMETHEUS_URL: prometheus.url,
          INSTANCE: process.instance,
          PRESENT: String(this.#stage.now() / 1000),
        },
        addresses: [
          [process.controlUrl, 'http://mesh-control:7070'],
          [process.instance, 'mesh-controller-1:9464'],
        ],
        passTime: (minutes) => this.#stage.advance(minutes),
      });
    } finally {
      await process.close();
    }
  }

  async close(): Promise<void> {
    await this.#forgetPrometheus();
    this.#stage.close();
  }

  /** What the process of the controller serves: nothing when it is dead. */
  async #serve() {
    const { cluster, controllerTime } = this.#stage;
    if (!cluster.controller.running) {
      const nobody = `127.0.0.1:${await freePort()}`;
      return { controlUrl: `http://${nobody}`, instance: nobody, close: async () => {} };
    }
    const controllers = [cluster.controller];
    const api = await startControlApi({ controllers, token: TOKEN, port: 0, clock: controllerTime });
    const exporter = createServer(async (_request, response) => response.end(await this.#stage.metrics()));
    exporter.listen(0, '127.0.0.1');
    await once(exporter, 'listening');
    return {
      controlUrl: api.url,
      instance: `127.0.0.1:${(exporter.address() as AddressInfo).port}`,
      async close() {
        await api.close();
        exporter.close();
        exporter.closeAllConnections();
        await once(exporter, 'close');
      },
    };
  }

  async #present(): Promise<Prometheus> {
    this.#prometheus ??= await Prometheus.over([this.#stage.writeMetrics()]);
    return this.#prometheus;
  }

  async #forgetPrometheus(): Promise<void> {
    await this.#prometheus?.stop();
    this.#prometheus = undefined;
  }
}
