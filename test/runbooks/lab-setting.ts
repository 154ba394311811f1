import { isDeepStrictEqual } from 'node:util';
import { startControlApi } from '../../examples/operator/api/server.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { MINUTE } from '../support/time.js';
import { perform } from './operator-acts.js';
import type { Labels, Setting, Surroundings } from './setting.js';
import type { Stage } from './stage.js';

const TOKEN = { name: 'operator', secret: 'a-secret-of-the-rehearsal' };

/** A scenario of the lab that stands still, with the control API of its controller and a Prometheus. */
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

  async holds(expression: string, minutes: number): Promise<readonly Labels[]> {
    const prometheus = await this.#present();
    const now = this.#stage.now();
    const labelsAt = async (time: number) => (await prometheus.query(expression, time)).map(({ metric }) => metric);
    let held = await labelsAt(now);
    for (let time = now - minutes * MINUTE; time < now && held.length > 0; time += MINUTE) {
      const then = await labelsAt(time);
      held = held.filter((labels) => then.some((other) => isDeepStrictEqual(other, labels)));
    }
    return held;
  }

  async during<T>(use: (surroundings: Surroundings) => Promise<T>): Promise<T> {
    const prometheus = await this.#present();
    const control = await this.#serve();
    try {
      return await use({
        environment: {
          MESH_CONTROL_URL: control.controlUrl,
          MESH_CONTROL_TOKEN: TOKEN.secret,
          PROMETHEUS_URL: prometheus.url,
          PRESENT: String(this.#stage.now() / 1000),
        },
        addresses: [[control.controlUrl, 'http://mesh-control:7070']],
        passTime: (minutes) => this.#stage.advance(minutes),
      });
    } finally {
      await control.close();
    }
  }

  async close(): Promise<void> {
    await this.#forgetPrometheus();
    this.#stage.close();
  }

  /** The control API of the controller: nothing answers when it is dead. */
  async #serve() {
    const { cluster, controllerTime } = this.#stage;
    if (!cluster.controller.running) {
      return { controlUrl: `http://127.0.0.1:${await freePort()}`, close: async () => {} };
    }
    const controllers = [cluster.controller];
    const api = await startControlApi({ controllers, token: TOKEN, port: 0, clock: controllerTime });
    return { controlUrl: api.url, close: () => api.close() };
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
