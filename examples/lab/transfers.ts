import type { DataPlane, TransferResult } from '../mesh/data-plane.js';
import { score } from '../mesh/health.js';
import type { Mesh, MeshNode, Shard } from '../mesh/mesh.js';
import type { Cancel, Timeline } from '../mesh/timeline.js';
import type { Random } from './random.js';

/** Bytes a millisecond between two sound nodes. */
const RATE = (25 * 2 ** 20) / 1_000;
/** Patience with a node that does not answer, in milliseconds. */
const ANSWER_MS = 15_000;
/** No node is so slow that it stands still on its own. */
const WORST_SCORE = 0.1;

/** Parts of {@link Transfers}. */
export interface TransfersOptions {
  readonly mesh: Mesh;
  readonly timeline: Timeline;
  readonly random: Random;
  /** Times faster than usual. */
  readonly pace: number;
}

/** Copies shards between nodes, as slowly as their size and the nodes' health demand. */
export class Transfers implements DataPlane {
  /** Nodes whose transfers go on for ever. */
  readonly stuck = new Set<string>();
  /** Share of transfers that fail by node that gives the shard, 0 to 1. */
  readonly failing = new Map<string, { readonly share: number; readonly errorType: string }>();
  readonly #options: TransfersOptions;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  start(shard: Shard, target: MeshNode, done: (result: TransferResult) => void): Cancel {
    const { mesh, timeline, random } = this.#options;
    const source = shard.owner;
    const { bytes } = shard;
    const duration = this.#duration(bytes, source, target);
    if (!target.alive) return timeline.after(ANSWER_MS, () => done(unreachable(target)));
    const failing = this.failing.get(source.id);
    if (failing !== undefined && random.chance(failing.share)) {
      const { errorType } = failing;
      const failure = { errorType, message: `${source.id} gave up ${shard.id}: ${errorType}` };
      return timeline.after(duration * random.between(0.3, 1), () => done(failure));
    }
    return timeline.after(duration, () => {
      if (this.stuck.has(source.id)) return;
      if (!target.alive) return done(unreachable(target));
      mesh.move(shard, target);
      done({ bytes });
    });
  }

  /** Milliseconds. A dead source costs nothing: a replica gives the shard instead. */
  #duration(bytes: number, source: MeshNode, target: MeshNode): number {
    const giver = source.alive ? score(source) : 1;
    const health = Math.max(WORST_SCORE, Math.min(giver, score(target)));
    const { pace, random } = this.#options;
    return (bytes / (RATE * health * pace)) * random.between(0.85, 1.15);
  }
}

function unreachable(target: MeshNode): TransferResult {
  return { errorType: 'node_unreachable', message: `${target.id} does not answer` };
}
