import { DEGRADED, score } from './health.js';
import type { Mesh, MeshNode } from './mesh.js';
import { isOpen } from './placement.js';

/** A reason to rebalance. */
export interface Finding {
  readonly trigger: 'node_failed' | 'node_degraded' | 'node_added' | 'imbalance';
  /** Nodes to empty; none to even out the cluster. */
  readonly drain: readonly string[];
  readonly reason: string;
}

/**
 * What is wrong with a mesh at this moment.
 *
 * @param busy nodes that a plan deals with already
 * @param imbalance how far above the mean the fullest node may be; 0.3 is 30 %
 */
export function findings(mesh: Mesh, busy: ReadonlyMap<string, string>, imbalance: number): Finding[] {
  const nodes = [...mesh.nodes.values()].filter((node) => !busy.has(node.id));
  const found = nodes.flatMap((node) => ailing(node, mesh.ownedBy(node).size));
  const open = nodes.filter(isOpen);
  const empty = open.find((node) => mesh.ownedBy(node).size === 0);
  if (empty !== undefined) {
    found.push({ trigger: 'node_added', drain: [], reason: `${empty.id} owns no shards` });
  } else if (isLopsided(mesh, open, imbalance)) {
    found.push({ trigger: 'imbalance', drain: [], reason: 'the fullest node is far above the mean' });
  }
  return found;
}

function ailing(node: MeshNode, owned: number): Finding[] {
  if (owned === 0 || node.cordon === 'maintenance' || score(node) >= DEGRADED) return [];
  const trigger = node.alive ? 'node_degraded' : 'node_failed';
  const reason = node.alive ? `${node.id} scores ${score(node).toFixed(2)}` : `${node.id} is dead`;
  return [{ trigger, drain: [node.id], reason }];
}

function isLopsided(mesh: Mesh, nodes: readonly MeshNode[], imbalance: number): boolean {
  const loads = nodes.map((node) => mesh.loadOf(node));
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  return loads.some((load) => load > mean * (1 + imbalance));
}
