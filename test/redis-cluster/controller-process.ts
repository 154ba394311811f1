/*
 * A controller in a process of its own, that goes on with the plan it finds on file or else evens out the cluster. Reports to
 * its parent each state of the plan that a test wants to know.
 *
 * Arguments: port of a node on 127.0.0.1, plan file.
 */

import { instrument } from 'opentelemetry-instrumentation-mesh-rebalance';
import { RedisClusterController } from '../../examples/redis-cluster/controller.js';
import { select } from '../support/exposition.js';
import { TestSdk } from '../support/sdk.js';
import { until } from '../support/until.js';

/** Message to the parent. */
export interface Report {
  readonly event: 'opened' | 'moveFinished' | 'planFinished';
  readonly planId: string | undefined;
  readonly shardsRemaining: number | undefined;
  readonly traceId: string | undefined;
  readonly outcome?: string;
}

const [port, planFile = ''] = process.argv.slice(2);
const sdk = new TestSdk();
const controller = await RedisClusterController.open({
  namespace: 'shop',
  cluster: 'orders',
  addresses: [{ host: '127.0.0.1', port: Number(port) }],
  planFile,
  approvalMode: 'auto',
  traceparentOf: (planId) => handle.traceparent(planId),
});
const handle = instrument(controller, sdk.options);

async function report(event: Report['event'], outcome: string): Promise<void> {
  const samples = await sdk.scrape();
  const [info] = select(samples, 'mesh_rebalance_plan_info');
  const { plan_id: planId, trace_id: traceId } = info?.labels ?? {};
  const shardsRemaining = select(samples, 'mesh_rebalance_plan_shards_remaining')[0]?.value;
  process.send?.({ event, planId, shardsRemaining, traceId, outcome } satisfies Report);
}

controller.on('moveFinished', ({ outcome }) => void report('moveFinished', outcome));
controller.on('planFinished', ({ outcome }) => void report('planFinished', outcome));
await report('opened', '');
const resumes = controller.snapshot().plans?.length === 1;
await controller.start();
if (!resumes) await until(() => controller.rebalance());
