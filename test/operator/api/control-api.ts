import type { ControlApiOptions } from '../../../examples/operator/api/server.js';
import { type ControlApi, startControlApi } from '../../../examples/operator/api/server.js';
import { freePort } from '../../support/process.js';
import { FakeController } from './fake-controller.js';

/** Token of the control API of a test. */
export const SECRET = 'a-secret-of-the-test';

/** A control API over two clusters. */
export interface TestApi extends ControlApi {
  readonly payments: FakeController;
  readonly search: FakeController;
  /** A plan of `payments` that waits for approval. */
  waitingPlan(): string;
}

/** Starts one on a port that nobody else is given when it is closed. */
export async function startTestApi(options: Partial<ControlApiOptions> = {}): Promise<TestApi> {
  const payments = new FakeController('payments', 'eu-1');
  const search = new FakeController('search', 'us-1');
  const api = await startControlApi({
    controllers: [payments, search],
    token: { name: 'operator', secret: SECRET },
    port: await freePort(),
    ...options,
  });
  return {
    ...api,
    payments,
    search,
    waitingPlan: () =>
      payments.propose({ drain: ['node-a'], dryRun: false, approvalMode: 'manual', requestedBy: 'test' }).id,
  };
}
