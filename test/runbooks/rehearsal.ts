import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startControlApi } from '../../examples/control-api/server.js';
import { SCENARIOS } from '../../examples/lab/scenarios/index.js';
import { freePort } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { act } from './operator-acts.js';
import type { Direction, Step } from './page.js';
import type { Shell } from './shell.js';
import { Stage } from './stage.js';

const SECRET = 'a-secret-of-the-rehearsal';
const MINUTE = 60_000;

/** Carries out a page, step by step, on a cluster that is in the trouble that the page is about. */
export class Rehearsal {
  readonly #shell: Shell;
  #stage: Stage | undefined;
  #prometheus: Prometheus | undefined;
  /** Minutes that pass while the next command runs. */
  #meanwhile = 0;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** @returns what a command prints; undefined for a direction */
  async follow(step: Step): Promise<string | undefined> {
    if (step.kind === 'command') return this.#type(step.line);
    await this.#direct(step);
    return undefined;
  }

  /** The plans of the cluster now. */
  get plans() {
    return this.#onStage().cluster.controller.plans();
  }

  /** Whether an expression has had a result at each whole minute of this time until now. */
  async holds(expression: string, minutes: number): Promise<boolean> {
    const prometheus = await this.#prometheusNow();
    const now = this.#onStage().now();
    for (let time = now - minutes * MINUTE; time <= now; time += MINUTE) {
      if ((await prometheus.query(expression, time)).length === 0) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    await this.#forgetPrometheus();
    this.#stage?.close();
    this.#stage = undefined;
  }

  async #direct({ kind, text }: Direction): Promise<void> {
    if (kind === 'run') return this.#run(text);
    if (kind === 'done') return act(this.#onStage().cluster, text);
    const [, minutes] = /^(\d+) min$/.exec(text) ?? [];
    if (minutes === undefined) throw new Error(`"${text}" is no time such as "10 min"`);
    if (kind === 'meanwhile') this.#meanwhile = Number(minutes);
    else await this.#advance(Number(minutes));
  }

  async #run(text: string): Promise<void> {
    const [, name, pace, minute] = /^([\w-]+)(?:, pace ([\d.]+))?, minute (\d+)$/.exec(text) ?? [];
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario === undefined) throw new Error(`"${text}" names no scenario of the lab, or no minute`);
    await this.close();
    this.#stage = new Stage({ ...scenario, mesh: { ...scenario.mesh, ...(pace && { pace: Number(pace) }) } });
    await this.#stage.advance(Number(minute));
  }

  async #advance(minutes: number): Promise<void> {
    await this.#forgetPrometheus();
    await this.#onStage().advance(minutes);
  }

  /** Types a command, with all that it may ask up and running at this moment of virtual time. */
  async #type(line: string): Promise<string> {
    const stage = this.#onStage();
    const services = await this.#serve();
    try {
      const prometheus = line.includes('$PROMETHEUS_URL') ? await this.#prometheusNow() : undefined;
      const { process, output } = this.#shell.type(line, {
        USER: 'ada',
        MESH_CONTROL_URL: services.controlUrl,
        MESH_CONTROL_TOKEN: SECRET,
        INSTANCE: services.instance,
        PRESENT: String(stage.now() / 1000),
        ...(prometheus && { PROMETHEUS_URL: prometheus.url }),
      });
      if (this.#meanwhile > 0) await this.#passTime(process.stdout);
      return (await output)
        .trimEnd()
        .replaceAll(services.controlUrl, 'http://mesh-control:7070')
        .replaceAll(services.instance, 'mesh-controller-1:9464');
    } finally {
      await services.close();
    }
  }

  /** Lets time pass once a command follows what happens. */
  async #passTime(stdout: NodeJS.ReadableStream | null): Promise<void> {
    if (stdout !== null) await once(stdout, 'readable');
    await this.#advance(this.#meanwhile);
    this.#meanwhile = 0;
  }

  /** What the process of the controller serves: nothing when it is dead. */
  async #serve() {
    const stage = this.#onStage();
    const { controller } = stage.cluster;
    if (!controller.running) {
      const nobody = `127.0.0.1:${await freePort()}`;
      return { controlUrl: `http://${nobody}`, instance: nobody, close: async () => {} };
    }
    const token = { name: 'operator', secret: SECRET };
    const api = await startControlApi({ controllers: [controller], token, port: 0, clock: stage.controllerTime });
    const exporter = createServer(async (_request, response) => response.end(await stage.metrics()));
    exporter.listen(0, '127.0.0.1');
    await once(exporter, 'listening');
    return {
      controlUrl: api.url,
      instance: `127.0.0.1:${(exporter.address() as AddressInfo).port}`,
      async close() {
        await api.close();
        exporter.closeAllConnections();
        exporter.close();
        await once(exporter, 'close');
      },
    };
  }

  async #prometheusNow(): Promise<Prometheus> {
    this.#prometheus ??= await Prometheus.over([this.#onStage().writeMetrics()]);
    return this.#prometheus;
  }

  async #forgetPrometheus(): Promise<void> {
    await this.#prometheus?.stop();
    this.#prometheus = undefined;
  }

  #onStage(): Stage {
    if (this.#stage === undefined) throw new Error('the page has no "run" before this');
    return this.#stage;
  }
}
