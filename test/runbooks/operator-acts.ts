import type { Stage } from './stage.js';

/** What a page has its reader do outside the command line, as its `done` comments name it. */
const ACTS: Readonly<Record<string, (stage: Stage, object: string) => void>> = {
  'restart the controller': ({ cluster }) => cluster.faults.restart(),
  'start the controller': (stage) => {
    stage.cluster.faults.restart();
    stage.discover();
  },
  'return the lease': ({ cluster }) => cluster.faults.returnLease(),
  'stop the second controller': ({ clusters }) => clusters[1]?.faults.crash(),
  'repair transfers from': ({ cluster: { faults } }, node) => {
    faults.unstickTransfers(node);
    faults.failTransfers(node, 0, '');
  },
  'end the incident': ({ cluster }) => cluster.faults.incident(undefined),
  'take back the forced limit': ({ cluster }) => cluster.faults.forceMoves(0),
};

/** Does it: the name of an act, and where it needs one the id of a node after it. */
export function perform(stage: Stage, text: string): void {
  const [name, act] = Object.entries(ACTS).find(([candidate]) => text.startsWith(candidate)) ?? [];
  if (name === undefined || act === undefined) {
    throw new Error(`nobody knows how to "${text}"; there are: ${Object.keys(ACTS).join(', ')}`);
  }
  act(stage, text.slice(name.length).trim());
}
