import type { Mesh, MeshNode } from '../mesh/mesh.js';
import type { Cancel, Timeline } from '../mesh/timeline.js';
import type { Random } from './random.js';

const STEP_MS = 15_000;
/** Share of the way back to its usual value that a figure goes in one step. */
const PULL = 0.2;
/** A slow node is slow without load, too: else it would seem sound as soon as it is drained. */
const IDLE_LOAD = 0.6;

/** Lets latency, errors and queue of every node wander around what its load and its slowness make of them. */
export function startHealthDrift(mesh: Mesh, timeline: Timeline, random: Random): Cancel {
  let cancel: Cancel = () => {};
  const step = () => {
    for (const node of mesh.nodes.values()) drift(node, mesh.loadOf(node), random);
    cancel = timeline.after(STEP_MS, step);
  };
  step();
  return () => cancel();
}

function drift(node: MeshNode, load: number, random: Random): void {
  const strain = Math.max(load, IDLE_LOAD) * node.slowness;
  node.latencyMs = wander(node.latencyMs, 5 + 12 * strain, 1.5, random);
  node.errorRate = wander(node.errorRate, 0.002 * strain * node.slowness, 0.001, random);
  node.queueDepth = wander(node.queueDepth, 8 * strain, 3, random);
}

function wander(value: number, usual: number, noise: number, random: Random): number {
  return Math.max(0, value + PULL * (usual - value) + random.between(-noise, noise));
}
