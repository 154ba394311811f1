import type { MeshCluster } from '../../examples/mesh/cluster.js';

/** What a page has its reader do outside the command line, as its `done` comments name it. */
const ACTS: Readonly<Record<string, (cluster: MeshCluster, object: string) => void>> = {
  'restart the controller': ({ faults }) => faults.restart(),
  'start the controller': ({ faults }) => faults.restart(),
  'repair transfers from': ({ faults }, node) => {
    faults.unstickTransfers(node);
    faults.failTransfers(node, 0, '');
  },
  'end the incident': ({ faults }) => faults.incident(undefined),
  'take back the forced limit': ({ faults }) => faults.forceMoves(0),
  'resume the controller': ({ controller }) => controller.resume(),
};

/** Does it: the name of an act, and where it needs one the id of a node after it. */
export function act(cluster: MeshCluster, text: string): void {
  const [name, perform] = Object.entries(ACTS).find(([candidate]) => text.startsWith(candidate)) ?? [];
  if (name === undefined || perform === undefined) {
    throw new Error(`nobody knows how to "${text}"; there are: ${Object.keys(ACTS).join(', ')}`);
  }
  perform(cluster, text.slice(name.length).trim());
}
