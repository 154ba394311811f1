import { ExampleProcess } from '../operator/cli/example-process.js';
import { freePort } from '../support/process.js';
import { until } from '../support/until.js';

/** The demo in a process of its own, on ports that were free. */
export class DemoProcess extends ExampleProcess {
  readonly metricsUrl: string;
  /** Environment of the command line that reaches it. */
  readonly env: { readonly MESH_CONTROL_URL: string; readonly MESH_CONTROL_TOKEN: string };

  private constructor(
    program: string,
    metricsPort: number,
    controlPort: number,
    args: readonly string[],
    more: NodeJS.ProcessEnv,
  ) {
    const env = { MESH_CONTROL_URL: `http://127.0.0.1:${controlPort}`, MESH_CONTROL_TOKEN: 'demo-secret' };
    const ports = ['--metrics-port', String(metricsPort), '--control-port', String(controlPort)];
    super(program, [...ports, ...args], { ...env, ...more });
    this.metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
    this.env = env;
  }

  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<DemoProcess> {
    return new DemoProcess('stack/demo.js', await freePort(), await freePort(), args, env);
  }

  /** As `npm run demo` starts it: with its page. */
  static async startWithPage(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<DemoProcess> {
    return new DemoProcess('../tools/window/demo/main.js', await freePort(), await freePort(), args, env);
  }

  /** Waits until it has printed it. */
  async printed(part: string): Promise<void> {
    await until(() => this.stdout.includes(part));
  }

  /** The part of what it has printed that the expression's first group matches. */
  found(expression: RegExp): string {
    const [, part] = expression.exec(this.stdout) ?? [];
    if (part === undefined) throw new Error(`no ${expression} in ${this.stdout}`);
    return part;
  }
}
