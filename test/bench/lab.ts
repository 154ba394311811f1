import type { LabReply, LabRequest } from './lab-worker.js';
import { quick } from './settings.js';
import { textTable } from './text-table.js';
import { verdict } from './verdict.js';
import { WorkerProcess } from './worker-process.js';

async function measure(...args: readonly string[]): Promise<LabReply> {
  const worker = new WorkerProcess<LabRequest, LabReply>('lab-worker.js', []);
  try {
    return await worker.request({ args });
  } finally {
    worker.stop();
  }
}

const healthyHours = quick ? 1 : 6;
const fleetClusters = quick ? 10 : 200;
const healthy = await measure('healthy', '--hours', String(healthyHours), '--clusters', '1');
const fleet = await measure('fleet', '--hours', '1', '--clusters', String(fleetClusters));

const row = (name: string, { seconds, mebibytes, plans }: LabReply) => [
  name,
  seconds.toFixed(1),
  mebibytes.toFixed(0),
  String(plans),
];
console.log('Virtual time, with the real controller, instrumentation and exporter, scraped every virtual 15 s');
console.log(
  textTable(
    ['', 'seconds', 'MiB', 'plans'],
    [
      row(`healthy, ${healthyHours} h, a cluster of 200 nodes and 1000 shards`, healthy),
      row(`fleet, 1 h, ${fleetClusters} clusters`, fleet),
    ],
  ),
);
console.log(verdict('healthy in at most 20 s', `${healthy.seconds.toFixed(1)} s`, healthy.seconds <= 20));
console.log(verdict('fleet in at most 3 min', `${fleet.seconds.toFixed(1)} s`, fleet.seconds <= 180));
console.log(verdict('fleet in at most 2 GiB', `${fleet.mebibytes.toFixed(0)} MiB`, fleet.mebibytes <= 2_048));
