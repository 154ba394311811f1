import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { RebalanceEventName, RebalanceEvents, RebalanceStep } from 'opentelemetry-instrumentation-mesh-rebalance';
import type { AppCommand } from '../fixtures/app.js';
import { end } from './process.js';

const PROGRAM = new URL('../fixtures/app.js', import.meta.url);

/** The fixture app in a process of its own. */
export class App {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static async start(port: number, otlpUrl: string): Promise<App> {
    const process = fork(PROGRAM, [String(port), otlpUrl]);
    await once(process, 'message');
    return new App(process);
  }

  tell<E extends RebalanceEventName>(event: E, payload: RebalanceEvents[E]): Promise<unknown> {
    return this.#ask({ type: 'event', event, payload });
  }

  executeStep(step: RebalanceStep): Promise<unknown> {
    return this.#ask({ type: 'step', step });
  }

  traceparent(planId: string): Promise<unknown> {
    return this.#ask({ type: 'traceparent', planId });
  }

  flush(): Promise<unknown> {
    return this.#ask({ type: 'flush' });
  }

  /** Kills the process as a crash would: nothing is flushed. */
  async kill(): Promise<void> {
    await end(this.#process, 'SIGKILL');
  }

  async #ask(command: AppCommand): Promise<unknown> {
    const answered = once(this.#process, 'message');
    this.#process.send(command);
    const [answer] = await answered;
    return (answer as { done: unknown }).done;
  }
}
