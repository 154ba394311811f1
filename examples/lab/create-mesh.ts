import { Mesh, type MeshNode } from '../mesh/mesh.js';
import type { Random } from './random.js';

/** Bytes of a shard of weight 1. */
const BYTES = 4 * 2 ** 30;
const REPLICAS = 2;
const HEADROOM = 1.6;

/** A mesh whose shards are spread evenly, with replicas on the nodes that follow the owner. */
export function createMesh(nodeCount: number, shardCount: number, random: Random): Mesh {
  const mesh = new Mesh();
  const capacity = (HEADROOM * shardCount) / nodeCount;
  const nodes = Array.from({ length: nodeCount }, (_, index) => mesh.addNode(idOf('node', index), capacity));
  for (let index = 0; index < shardCount; index += 1) {
    const owner = nodes[index % nodeCount] as MeshNode;
    const copies = Math.min(REPLICAS, nodeCount - 1);
    const replicas = Array.from({ length: copies }, (_, copy) => nodes[(index + copy + 1) % nodeCount] as MeshNode);
    const weight = random.between(0.6, 1.4);
    mesh.addShard({ id: idOf('shard', index), weight, bytes: Math.round(weight * BYTES), owner, replicas });
  }
  return mesh;
}

function idOf(kind: string, index: number): string {
  return `${kind}-${String(index).padStart(4, '0')}`;
}
