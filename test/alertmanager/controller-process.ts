/*
 * A mesh controller in a process of its own, with a plan that waits for approval. Its control loop hangs and goes on
 * when it is told so.
 *
 * node controller-process.js PORT
 */

import { createMeshCluster } from '../../examples/lab/cluster.js';
import { RealTimeline } from '../../examples/lab/real-timeline.js';
import { startTelemetry } from '../../examples/stack/telemetry.js';

/** What it can be told. */
export type ControllerCommand = 'hang' | 'release';

const { instrumented } = await startTelemetry({ metricsPort: Number(process.argv[2]) });
const timeline = new RealTimeline({ speed: 1, clock: Date.now });
const { controller, faults } = createMeshCluster({
  namespace: 'payments',
  cluster: 'eu-1',
  seed: 1,
  nodes: 4,
  shards: 16,
  timeline,
  instrumented,
  policy: { tick: 500 },
});
controller.propose({ drain: ['node-0000'], dryRun: false, approvalMode: 'manual', requestedBy: 'grace' });

process.on('message', (command: ControllerCommand) => {
  if (command === 'hang') faults.hangLoop();
  else faults.releaseLoop();
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
