import type { RedisClusterController } from './controller.js';

/** Prints what a controller does, one line for each thing an operator would want to know. */
export function printProgress(controller: RedisClusterController): void {
  controller.on('planCreated', ({ planId, shards, nodes = [] }) => {
    console.log(`plan ${planId}: ${shards} ranges of slots leave ${nodes.map(short).join(', ')}`);
  });
  controller.on('approvalDecided', ({ decision, actor }) => console.log(`${decision} by ${actor}`));
  controller.on('drainProgressed', ({ node, shardsRemaining, bytes }) => {
    console.log(`${short(node)}: ${shardsRemaining} ranges left, ${bytes} bytes moved`);
  });
  controller.on('guardrailTripped', ({ reason }) => console.log(`held back: ${reason}`));
  controller.on('guardrailCleared', () => console.log('no longer held back'));
  controller.on('stateChanged', ({ from, to, reason }) => {
    console.log(`${from} -> ${to}${reason === undefined ? '' : ` (${reason})`}`);
  });
  controller.on('planFinished', ({ outcome, errorType }) => {
    console.log(`plan ${outcome}${errorType === undefined ? '' : `: ${errorType}`}`);
  });
}

/** Enough of a node id to distinguish nodes. */
function short(node: string): string {
  return node.slice(0, 8);
}
