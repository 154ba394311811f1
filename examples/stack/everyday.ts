import type { MeshCluster } from '../lab/cluster.js';
import type { Timeline } from '../mesh/timeline.js';
import { Refusal } from '../operator/controllable.js';

const FIRST_FAULT_MS = 1_000;
const DISK_TROUBLE_MS = 14_000;
const DEAD_MS = 25_000;
const QUIET_MS = 20_000;
const LOOK_MS = 1_000;

/** Nodes die in turn, are emptied, come back and are filled again. With disk trouble the first attempt fails. */
export function nodesComeAndGo(
  { mesh, faults }: MeshCluster,
  timeline: Timeline,
  { withDiskTrouble }: { readonly withDiskTrouble: boolean },
): void {
  const nodes = [...mesh.nodes.keys()];
  let turn = 0;
  const strike = () => {
    const node = nodes[turn++ % nodes.length] as string;
    faults.killNode(node);
    if (withDiskTrouble) {
      faults.failTransfers(node, 1, 'disk_full');
      timeline.after(DISK_TROUBLE_MS, () => faults.failTransfers(node, 0, 'disk_full'));
    }
    timeline.after(DEAD_MS, () => faults.reviveNode(node));
    timeline.after(DEAD_MS + QUIET_MS, strike);
  };
  timeline.after(FIRST_FAULT_MS, strike);
}

/** Nodes are emptied for maintenance in turn, once their plan is approved, and opened again after it. */
export function maintenance({ mesh, controller }: MeshCluster, timeline: Timeline): void {
  const nodes = [...mesh.nodes.keys()];
  let turn = 0;
  const look = () => {
    timeline.after(LOOK_MS, look);
    if (controller.plans().some(({ dryRun, endedAt }) => !dryRun && endedAt === undefined)) return;
    for (const node of mesh.nodes.values()) mesh.open(node.id);
    const drain = [nodes[turn++ % nodes.length] as string];
    try {
      const request = { drain, dryRun: false, approvalMode: 'manual', requestedBy: 'grace' } as const;
      controller.propose({ ...request, changeTicket: `CHG-${100 + turn}` });
    } catch (error) {
      // The next node may have something to give.
      if (!(error instanceof Refusal)) throw error;
    }
  };
  timeline.after(FIRST_FAULT_MS, look);
}
