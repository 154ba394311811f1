import type { MeshNode, Shard } from './mesh.js';

/** Below this score a node is degraded. */
export const DEGRADED = 0.5;
/** From this score on a node that was degraded is sound again. */
export const SOUND = 0.7;

/** Figures at which one alone makes a node worthless. */
const WORST = { latencyMs: 250, errorRate: 0.2, queueDepth: 400 };
const WEIGHT = { latencyMs: 0.5, errorRate: 0.3, queueDepth: 0.2 };
/** Up to this many milliseconds latency costs nothing. */
const USUAL_LATENCY_MS = 20;

/** Health of a node, from 0 (dead) to 1. */
export function score(node: MeshNode): number {
  if (!node.alive) return 0;
  const latency = Math.max(0, node.latencyMs - USUAL_LATENCY_MS) / WORST.latencyMs;
  const penalty =
    WEIGHT.latencyMs * Math.min(1, latency) +
    WEIGHT.errorRate * Math.min(1, node.errorRate / WORST.errorRate) +
    WEIGHT.queueDepth * Math.min(1, node.queueDepth / WORST.queueDepth);
  return 1 - penalty;
}

/** Replicas of a shard that could take over at once. */
export function healthyReplicas(shard: Shard): number {
  return shard.replicas.filter((replica) => score(replica) >= DEGRADED).length;
}
